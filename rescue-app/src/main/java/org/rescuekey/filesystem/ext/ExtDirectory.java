package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.files.FileRun;

/**
 * The names in a directory, block by block: a tree of hashes stands in entries that look unused, so that it is not needed. Damage is an error.
 * For one thread.
 */
final class ExtDirectory {
    private static final int WINDOW_BYTES = 256 << 10;
    private static final int HEADER_BYTES = 8;
    private static final long MAX_BYTES = 1L << 30;
    /** In an inode, the entries stand behind the number of the parent. */
    private static final int PARENT_BYTES = 4;

    private final BlockDevice volume;
    private final ExtSuperblock superblock;

    /** Takes names; those of the directory itself and of its parent are left out. */
    @FunctionalInterface
    interface Sink {
        /** @return whether to go on */
        boolean entry(long inode, String name);
    }

    ExtDirectory(BlockDevice volume, ExtSuperblock superblock) {
        this.volume = volume;
        this.superblock = superblock;
    }

    void forEach(ExtInode directory, String what, Sink sink) throws RescueException {
        if (directory.isInline()) {
            ByteBuffer map = directory.map();
            Optional<ByteBuffer> rest = directory.inlineRest();
            if (entries(map, PARENT_BYTES, map.limit(), what, sink) && rest.isPresent()) {
                entries(rest.get(), 0, rest.get().limit(), what, sink);
            }
            return;
        }
        int block = superblock.blockBytes();
        if (directory.sizeBytes() > MAX_BYTES || directory.sizeBytes() % block != 0) {
            throw new MalformedDataException(
                    what, 0, "whole blocks, of at most " + MAX_BYTES + " bytes", Long.toString(directory.sizeBytes()));
        }
        int window = Math.max(block, WINDOW_BYTES);
        for (FileRun run : ExtFileMap.runs(volume, superblock, directory, what)) {
            for (long done = 0; done < run.lengthBytes(); done += window) {
                long length = Math.min(window, run.lengthBytes() - done);
                ByteBuffer bytes = Reads.at(volume, run.volumeOffsetBytes() + done, length, what);
                for (int at = 0; at < length; at += block) {
                    if (!entries(bytes, at, at + block, what, sink)) {
                        return;
                    }
                }
            }
        }
    }

    private boolean entries(ByteBuffer bytes, int start, int end, String what, Sink sink)
            throws MalformedDataException {
        int at = start;
        while (at + HEADER_BYTES <= end) {
            long inode = bytes.getInt(at) & 0xFFFF_FFFFL;
            int length = recordBytes(bytes.getShort(at + 4) & 0xFFFF);
            int nameBytes = bytes.get(at + 6) & 0xFF;
            if (length < HEADER_BYTES || length % 4 != 0 || length > end - at || nameBytes > length - HEADER_BYTES) {
                throw new MalformedDataException(what, at, "an entry", length + " bytes");
            }
            if (inode != 0 && nameBytes > 0) {
                byte[] name = new byte[nameBytes];
                bytes.get(at + HEADER_BYTES, name);
                String text = new String(name, StandardCharsets.UTF_8);
                if (!text.equals(".") && !text.equals("..") && !sink.entry(inode, text)) {
                    return false;
                }
            }
            at += length;
        }
        return true;
    }

    /** With blocks of 64 KiB a length that does not fit is written as what cannot be one. */
    private int recordBytes(int written) {
        boolean isWhole = superblock.blockBytes() > 0xFFFF && (written == 0xFFFF || written == 0);
        return isWhole ? superblock.blockBytes() : written;
    }
}
