package org.rescuekey.filesystem.exfat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Walks all directories to tell which clusters that the table calls bad are in use all the same: for a content in one
 * piece the table's entries mean nothing, so what stands there may be left over from another time. For one use, by one thread.
 */
final class ExfatContents {
    private static final int ENTRY_BYTES = 32;
    private static final int PIECE_BYTES = 64 << 10;
    private static final int MAX_PIECES = 1 << 16;

    private static final int IN_USE = 0x80;
    private static final int SECONDARY = 0x40;
    private static final int BENIGN = 0x20;
    private static final int FILE = 0x85;
    private static final int STREAM = 0xC0;
    private static final int DIRECTORY_ATTRIBUTE = 0x10;
    private static final int ALLOCATED = 0x1;
    private static final int IN_ONE_PIECE = 0x2;

    private final BlockDevice volume;
    private final ExfatBootSector boot;
    private final ExfatTable table;
    private final ExtentSet bad;
    private final ExtentSet.Builder found = ExtentSet.builder();
    private final Deque<Directory> pending = new ArrayDeque<>();
    private boolean inDirectory;
    private int pieces;
    private long directoryBytes;

    /** A directory that is still to be read; its length counts only if it is in one piece. */
    private record Directory(long firstCluster, long clusters, boolean inOnePiece) {}

    ExfatContents(BlockDevice volume, ExfatBootSector boot, ExfatTable table, ExtentSet bad) {
        this.volume = volume;
        this.boot = boot;
        this.table = table;
        this.bad = bad;
    }

    /** Those of the bad clusters that something stands on; all of them if the directories cannot be followed. */
    ExtentSet inUse() throws RescueException {
        try {
            table.visitLinks(cluster -> look(cluster, 1));
            pending.add(new Directory(boot.rootCluster(), 0, false));
            while (!pending.isEmpty()) {
                read(pending.removeFirst());
            }
            return found.build();
        } catch (MalformedDataException e) {
            return bad;
        }
    }

    private void read(Directory directory) throws RescueException {
        ClusterChain chain = new ClusterChain();
        if (directory.inOnePiece()) {
            for (long i = 0; i < directory.clusters(); i++) {
                chain.add(directory.firstCluster() + i);
            }
        } else {
            long most = Math.max(1, ExfatRoot.MAX_BYTES / boot.clusterBytes());
            chain = table.chain(directory.firstCluster(), most, "exFAT directory");
        }
        inDirectory = false;
        for (int run = 0; run < chain.runs(); run++) {
            long position = chain.offsetBytes(run, boot);
            long end = position + chain.lengthBytes(run, boot);
            while (position < end) {
                long length = Math.min(PIECE_BYTES, end - position);
                count(length, position);
                if (!take(Reads.at(volume, position, length, "exFAT directory"))) {
                    return;
                }
                position += length;
            }
        }
    }

    /** No cluster belongs to two directories, so all together are no larger than the volume; one in a loop is. */
    private void count(long length, long position) throws MalformedDataException {
        pieces++;
        directoryBytes += length;
        long most = Math.min(ExfatRoot.MAX_BYTES, boot.clusterCount() * boot.clusterBytes());
        if (pieces > MAX_PIECES || directoryBytes > most) {
            throw new MalformedDataException(
                    "exFAT directories", position, "at most " + most + " bytes", directoryBytes + " bytes");
        }
    }

    /** Takes whole entries; false if the directory ended among them. */
    private boolean take(ByteBuffer entries) throws MalformedDataException {
        for (int start = 0; start < entries.limit(); start += ENTRY_BYTES) {
            int type = entries.get(start) & 0xFF;
            if (type == 0) {
                return false;
            }
            if (type == FILE) {
                inDirectory = (entries.getShort(start + 4) & DIRECTORY_ATTRIBUTE) != 0;
            }
            // The flags stand at one place in what adds to an entry, and at another in what stands alone.
            boolean secondary = (type & SECONDARY) != 0;
            boolean allocates = (type & IN_USE) != 0 && (secondary || (type & BENIGN) != 0);
            int flags = entries.get(start + (secondary ? 1 : 4));
            if (allocates && (flags & ALLOCATED) != 0) {
                content(entries.getInt(start + 20) & 0xFFFF_FFFFL, entries.getLong(start + 24), flags, type == STREAM);
            }
        }
        return true;
    }

    private void content(long firstCluster, long lengthBytes, int flags, boolean stream) throws MalformedDataException {
        if (firstCluster == 0 || lengthBytes == 0) {
            return;
        }
        long clusters = (lengthBytes - 1) / boot.clusterBytes() + 1;
        if (lengthBytes < 0 || !boot.hasCluster(firstCluster) || clusters > boot.clusterCount() + 2 - firstCluster) {
            throw new MalformedDataException(
                    "exFAT directory", 0, "contents inside of the heap", clusters + " clusters from " + firstCluster);
        }
        boolean inOnePiece = (flags & IN_ONE_PIECE) != 0;
        look(firstCluster, inOnePiece ? clusters : 1);
        if (stream && inDirectory) {
            pending.add(new Directory(firstCluster, clusters, inOnePiece));
        }
    }

    private void look(long firstCluster, long clusters) {
        Extent content = new Extent(boot.clusterOffsetBytes(firstCluster), clusters * boot.clusterBytes());
        bad.intersect(content).forEach(found::add);
    }
}
