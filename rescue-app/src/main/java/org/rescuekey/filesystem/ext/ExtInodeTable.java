package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ext.GroupDescriptors.Group;
import org.rescuekey.filesystem.owners.SalvagingReader;
import org.rescuekey.filesystem.owners.SearchWatch;

/**
 * The inodes of a volume, one after the other or by number. Only blocks are read that hold one in use, where the volume
 * says which; what cannot be read is passed over and counted. For one search, by one thread.
 */
final class ExtInodeTable {
    private static final int WINDOW_BYTES = 256 << 10;

    private final BlockDevice volume;
    private final ExtSuperblock superblock;
    private final GroupDescriptors descriptors;
    private final SearchWatch watch;
    private final SalvagingReader reader;
    private long lostGroups;
    private long lostBlocks;
    private boolean isEnded;

    /** Takes inodes in ascending order. */
    @FunctionalInterface
    interface Sink {
        void inode(ExtInode inode) throws RescueException;
    }

    ExtInodeTable(BlockDevice volume, ExtSuperblock superblock, SearchWatch watch) {
        this.volume = volume;
        this.superblock = superblock;
        this.watch = watch;
        this.descriptors = new GroupDescriptors(volume, superblock);
        this.reader = new SalvagingReader(volume);
    }

    GroupDescriptors descriptors() {
        return descriptors;
    }

    /** How many groups were passed over in the last scan. */
    long lostGroups() {
        return lostGroups;
    }

    /** How many blocks of inodes could not be read. */
    long lostBlocks() {
        return lostBlocks;
    }

    /** Tells whether somebody ended the search. */
    boolean isEnded() {
        return isEnded;
    }

    /** Visits the inodes that are in use; those that the volume itself uses although nothing names them, too. */
    void scan(Sink sink) throws RescueException {
        lostGroups = descriptors.visitReadable(group -> {
            if (!group.inodesUninitialised() && goOn()) {
                scan(group, sink);
            }
        });
    }

    /** One inode; nothing if there is no such number, it is not in use, or it cannot be read. */
    Optional<ExtInode> inode(long number) throws RescueException {
        long group = (number - 1) / superblock.inodesPerGroup();
        if (number < 1 || group >= superblock.groupCount()) {
            return Optional.empty();
        }
        Optional<Group> found = descriptors.group((int) group);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        long index = (number - 1) % superblock.inodesPerGroup();
        int block = superblock.blockBytes();
        long offsetInTable = index * superblock.inodeBytes();
        long offset = (found.get().inodeTable() + offsetInTable / block) * block;
        ByteBuffer bytes = reader.read(offset, block, block, 0, "ext inode table")
                .slice((int) (offsetInTable % block), superblock.inodeBytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        return Optional.of(new ExtInode(number, bytes)).filter(ExtInode::isInUse);
    }

    boolean goOn() throws RescueException {
        isEnded |= !watch.goOn();
        return !isEnded;
    }

    private void scan(Group group, Sink sink) throws RescueException {
        long inodes = superblock.inodesPerGroup() - group.unusedInodes();
        ByteBuffer bitmap = bitmap(group);
        int block = superblock.blockBytes();
        int perBlock = block / superblock.inodeBytes();
        long blocks = (inodes + perBlock - 1) / perBlock;
        long at = 0;
        while (at < blocks) {
            int count = 0;
            while (at + count < blocks
                    && (count + 1) * block <= Math.max(WINDOW_BYTES, block)
                    && isAnyInUse(bitmap, (at + count) * perBlock, perBlock)) {
                count++;
            }
            if (count == 0) {
                at++;
                continue;
            }
            if (!goOn()) {
                return;
            }
            long offset = (group.inodeTable() + at) * block;
            ByteBuffer window = reader.read(offset, count * block, block, 0, "ext inode table");
            lostBlocks += reader.takeLostUnits();
            deliver(group, window, at * perBlock, bitmap, sink);
            at += count;
        }
    }

    private void deliver(Group group, ByteBuffer window, long firstIndex, ByteBuffer bitmap, Sink sink)
            throws RescueException {
        int inodeBytes = superblock.inodeBytes();
        for (int i = 0; i < window.limit() / inodeBytes; i++) {
            long index = firstIndex + i;
            if (index < superblock.inodesPerGroup() && isAnyInUse(bitmap, index, 1)) {
                long number = group.number() * superblock.inodesPerGroup() + index + 1;
                ByteBuffer bytes = window.slice(i * inodeBytes, inodeBytes).order(ByteOrder.LITTLE_ENDIAN);
                ExtInode inode = new ExtInode(number, bytes);
                if (inode.isInUse() || (number < superblock.firstInode() && inode.mode() != 0)) {
                    sink.inode(inode);
                }
            }
        }
    }

    /** Which inodes are in use; all, where that cannot be read. */
    private ByteBuffer bitmap(Group group) throws RescueException {
        int bytes = (int) ((superblock.inodesPerGroup() + 7) / 8);
        try {
            return Reads.at(volume, group.inodeBitmap() * superblock.blockBytes(), bytes, "ext inode bitmap");
        } catch (DeviceException e) {
            if (!e.isUnreadableSector()) {
                throw e;
            }
            byte[] all = new byte[bytes];
            Arrays.fill(all, (byte) 0xFF);
            return ByteBuffer.wrap(all);
        }
    }

    private static boolean isAnyInUse(ByteBuffer bitmap, long first, int count) {
        long end = Math.min(first + count, bitmap.limit() * 8L);
        for (long i = first; i < end; i++) {
            if ((bitmap.get((int) (i / 8)) & 1 << i % 8) != 0) {
                return true;
            }
        }
        return false;
    }
}
