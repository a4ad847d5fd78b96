package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;

/**
 * Looks a file up in the root directory. The blocks of the index are read one after another instead of by its order,
 * which needs no table of upper case letters; an entry that is out of date is told by the record that it refers to.
 */
final class RootDirectory {
    static final long RECORD = 5;

    private static final String INDEX_NAME = "$I30";
    private static final int ROOT_HEADER_BYTES = 0x10;
    private static final int BLOCK_HEADER_BYTES = 0x18;
    private static final int LAST_ENTRY = 0x2;
    private static final int ENTRY_HEADER_BYTES = 0x10;
    private static final int NAME_OFFSET = 0x42;
    private static final long MAX_INDEX_BYTES = 64L << 20;
    private static final int MAX_REFERENCES = 64;

    private final Mft mft;
    private final int indexBlockBytes;

    RootDirectory(Mft mft, int indexBlockBytes) {
        this.mft = mft;
        this.indexBlockBytes = indexBlockBytes;
    }

    /** The record of a file by its name in ASCII letters of any case; empty if there is none. */
    Optional<FileRecord> find(String name) throws RescueException {
        Set<Long> references = new LinkedHashSet<>();
        FileRecord root = mft.record(RECORD);
        Optional<Content> top = mft.content(root, Attribute.INDEX_ROOT, INDEX_NAME, "root directory");
        if (top.isEmpty() || top.get().sizeBytes() > FileRecord.MAX_RECORD_BYTES) {
            throw new MalformedDataException("root directory", 0, "an index", "none");
        }
        collect(top.get().read(0, (int) top.get().sizeBytes()), ROOT_HEADER_BYTES, name, references);
        Optional<Content> blocks = mft.content(root, Attribute.INDEX_ALLOCATION, INDEX_NAME, "root directory");
        if (blocks.isPresent()) {
            collectFromBlocks(blocks.get(), name, references);
        }
        for (long reference : references) {
            Optional<FileRecord> file = current(reference, name);
            if (file.isPresent()) {
                return file;
            }
        }
        return Optional.empty();
    }

    private void collectFromBlocks(Content blocks, String name, Set<Long> references) throws RescueException {
        long end = Math.min(blocks.sizeBytes(), MAX_INDEX_BYTES);
        for (long offset = 0; offset + indexBlockBytes <= end; offset += indexBlockBytes) {
            ByteBuffer block = blocks.read(offset, indexBlockBytes);
            if (isIntact(block, blocks.volumeOffset(offset))) {
                collect(block, BLOCK_HEADER_BYTES, name, references);
            }
        }
    }

    /** A block that is not in use may hold anything. */
    private static boolean isIntact(ByteBuffer block, long offsetBytes) {
        try {
            Fixups.undo(block, Fixups.INDX_MAGIC, "root directory", offsetBytes);
            return true;
        } catch (MalformedDataException e) {
            return false;
        }
    }

    /** Adds the references of the entries with this name in one node of the index. */
    private static void collect(ByteBuffer node, int header, String name, Set<Long> references)
            throws MalformedDataException {
        check(header + 0x10 <= node.limit(), header);
        long position = header + (node.getInt(header) & 0xFFFF_FFFFL);
        long end = Math.min(node.limit(), header + (node.getInt(header + 4) & 0xFFFF_FFFFL));
        while (position + ENTRY_HEADER_BYTES <= end) {
            int start = (int) position;
            int length = node.getShort(start + 8) & 0xFFFF;
            if ((node.getShort(start + 0xC) & LAST_ENTRY) != 0) {
                return;
            }
            check(length >= ENTRY_HEADER_BYTES && position + length <= end, start);
            int keyBytes = node.getShort(start + 0xA) & 0xFFFF;
            check(keyBytes <= length - ENTRY_HEADER_BYTES, start);
            boolean named = isNamed(node.slice(start + ENTRY_HEADER_BYTES, keyBytes), name);
            if (named && references.size() < MAX_REFERENCES) {
                references.add(node.getLong(start));
            }
            position += length;
        }
    }

    /** The record of a reference, if it is still a file of this name in the root directory. */
    private Optional<FileRecord> current(long reference, String name) throws RescueException {
        try {
            FileRecord file = mft.record(reference & FileRecord.NUMBER_MASK);
            boolean current = file.inUse()
                    && file.sequence() == (int) (reference >>> 48)
                    && mft.attributes(file).stream()
                            .filter(attribute -> attribute.is(Attribute.FILE_NAME, ""))
                            .anyMatch(attribute -> isInRoot(attribute.value()) && isNamed(attribute.value(), name));
            return current ? Optional.of(file) : Optional.empty();
        } catch (MalformedDataException e) {
            return Optional.empty();
        }
    }

    private static boolean isInRoot(ByteBuffer fileName) {
        return fileName.limit() >= 8
                && (fileName.order(ByteOrder.LITTLE_ENDIAN).getLong(0) & FileRecord.NUMBER_MASK) == RECORD;
    }

    private static boolean isNamed(ByteBuffer fileName, String name) {
        int bytes = 2 * name.length();
        if (fileName.limit() < NAME_OFFSET + bytes || (fileName.get(0x40) & 0xFF) != name.length()) {
            return false;
        }
        byte[] text = new byte[bytes];
        fileName.get(NAME_OFFSET, text);
        return new String(text, StandardCharsets.UTF_16LE).equalsIgnoreCase(name);
    }

    private static void check(boolean valid, int at) throws MalformedDataException {
        if (!valid) {
            throw new MalformedDataException("root directory", at, "an entry", "a bad length");
        }
    }
}
