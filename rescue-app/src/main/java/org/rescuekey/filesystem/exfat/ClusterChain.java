package org.rescuekey.filesystem.exfat;

import java.util.Arrays;
import org.rescuekey.units.ExtentSet;

/** The clusters of one content in its order, as runs of clusters that follow one another. Not for several threads. */
final class ClusterChain {
    private long[] firsts = new long[4];
    private long[] counts = new long[4];
    private int runs;
    private long clusters;

    void add(long cluster) {
        clusters++;
        if (runs > 0 && cluster == firsts[runs - 1] + counts[runs - 1]) {
            counts[runs - 1]++;
            return;
        }
        if (runs == firsts.length) {
            firsts = Arrays.copyOf(firsts, runs * 2);
            counts = Arrays.copyOf(counts, runs * 2);
        }
        firsts[runs] = cluster;
        counts[runs] = 1;
        runs++;
    }

    int runs() {
        return runs;
    }

    long clusters() {
        return clusters;
    }

    long offsetBytes(int run, ExfatBootSector boot) {
        return boot.clusterOffsetBytes(firsts[run]);
    }

    long lengthBytes(int run, ExfatBootSector boot) {
        return counts[run] * boot.clusterBytes();
    }

    void addTo(ExtentSet.Builder extents, ExfatBootSector boot) {
        for (int run = 0; run < runs; run++) {
            long start = offsetBytes(run, boot);
            extents.add(start, start + lengthBytes(run, boot));
        }
    }
}
