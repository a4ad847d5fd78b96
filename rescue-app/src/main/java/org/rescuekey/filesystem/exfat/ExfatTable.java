package org.rescuekey.filesystem.exfat;

import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.runs.BadRuns;
import org.rescuekey.units.ExtentSet;

/**
 * The file allocation table. It links the clusters of contents that are in pieces and says which clusters are bad; what is
 * in use it does not say. Reads it in small windows, of which it keeps some. Not for several threads.
 */
final class ExfatTable {
    private static final long BAD = 0xFFFF_FFF7L;
    private static final long END = 0xFFFF_FFFFL;
    private static final int ENTRY_BYTES = 4;
    private static final int WINDOW_BYTES = 4096;
    private static final int KEPT_WINDOWS = 256;
    private static final int SCAN_BYTES = 1 << 20;

    /** A table larger than this belongs to clusters too small for their volume, and is not read whole. */
    private static final long MAX_SCANNED_BYTES = 512L << 20;

    /** Takes the entry of one cluster. */
    @FunctionalInterface
    private interface Visitor {
        void entry(long cluster, long value);
    }

    private final BlockDevice volume;
    private final ExfatBootSector boot;
    private final @Nullable ByteBuffer[] windows = new @Nullable ByteBuffer[KEPT_WINDOWS];
    private final long[] windowOffsets = new long[KEPT_WINDOWS];

    ExfatTable(BlockDevice volume, ExfatBootSector boot) {
        this.volume = volume;
        this.boot = boot;
    }

    /**
     * Follows a content from its first cluster to its end.
     *
     * @param maxClusters so many clusters at most; a loop is longer than any limit
     * @param what the content, for the message
     */
    ClusterChain chain(long firstCluster, long maxClusters, String what) throws RescueException {
        ClusterChain chain = new ClusterChain();
        long cluster = firstCluster;
        long foundAt = boot.fatOffsetBytes();
        while (cluster != END) {
            if (!boot.hasCluster(cluster)) {
                throw new MalformedDataException(
                        what,
                        foundAt,
                        "a cluster of 2 to " + (boot.clusterCount() + 1) + " or the end",
                        Long.toString(cluster));
            }
            if (chain.clusters() == maxClusters) {
                throw new MalformedDataException(
                        what, foundAt, "an end after at most " + maxClusters + " clusters", "a further one");
            }
            chain.add(cluster);
            foundAt = boot.fatOffsetBytes() + cluster * ENTRY_BYTES;
            cluster = entry(cluster);
        }
        return chain;
    }

    /** The clusters that are marked as bad; none if the table is too large to be read for it. */
    ExtentSet bad() throws RescueException {
        BadRuns bad = new BadRuns();
        if ((boot.clusterCount() + 2) * ENTRY_BYTES <= MAX_SCANNED_BYTES) {
            scan((cluster, value) -> {
                if (value == BAD) {
                    long start = boot.clusterOffsetBytes(cluster);
                    bad.add(start, start + boot.clusterBytes());
                }
            });
        }
        return bad.build();
    }

    /** Visits each cluster that another one links to. */
    void visitLinks(LongConsumer visitor) throws RescueException {
        scan((cluster, value) -> {
            if (boot.hasCluster(value)) {
                visitor.accept(value);
            }
        });
    }

    private void scan(Visitor visitor) throws RescueException {
        long end = boot.clusterCount() + 2;
        int perWindow = SCAN_BYTES / ENTRY_BYTES;
        for (long first = 2; first < end; first += perWindow) {
            int count = (int) Math.min(perWindow, end - first);
            ByteBuffer window = Reads.at(
                    volume, boot.fatOffsetBytes() + first * ENTRY_BYTES, (long) count * ENTRY_BYTES, "exFAT table");
            for (int i = 0; i < count; i++) {
                visitor.entry(first + i, window.getInt(i * ENTRY_BYTES) & 0xFFFF_FFFFL);
            }
        }
    }

    /** Names the window that is read for the entry of a cluster. */
    long windowOf(long cluster) {
        return cluster * ENTRY_BYTES / WINDOW_BYTES;
    }

    /** What the table says of a cluster: as a rule the one behind it. */
    long entry(long cluster) throws RescueException {
        long offset = cluster * ENTRY_BYTES;
        long windowOffset = offset / WINDOW_BYTES * WINDOW_BYTES;
        int slot = (int) (offset / WINDOW_BYTES % KEPT_WINDOWS);
        ByteBuffer window = windows[slot];
        if (window == null || windowOffsets[slot] != windowOffset) {
            long length = Math.min(WINDOW_BYTES, (boot.clusterCount() + 2) * ENTRY_BYTES - windowOffset);
            window = Reads.at(volume, boot.fatOffsetBytes() + windowOffset, length, "exFAT table");
            windows[slot] = window;
            windowOffsets[slot] = windowOffset;
        }
        return window.getInt((int) (offset - windowOffset)) & 0xFFFF_FFFFL;
    }
}
