package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.error.MalformedDataException;

/** Decodes the packed list that says in which clusters the content of an attribute stands. */
final class RunList {
    /** A run of clusters that follow one another both in the attribute and on the volume. */
    record Run(long firstVcn, long firstCluster, long count) {
        static final long SPARSE = -1;

        boolean isSparse() {
            return firstCluster == SPARSE;
        }

        long endVcn() {
            return firstVcn + count;
        }
    }

    /** Times the largest cluster this is still a long; no volume and no sparse file comes near. */
    private static final long MAX_VCN = 1L << 42;

    private RunList() {}

    /**
     * Decodes the rest of a buffer up to the end mark.
     *
     * @param firstVcn the number in the attribute of the first cluster that this part of it maps
     * @param clusterCount the clusters of the volume; a run that is not inside them is malformed
     * @param offsetBytes where the buffer stands, for messages
     */
    static List<Run> decode(ByteBuffer packed, long firstVcn, long clusterCount, long offsetBytes)
            throws MalformedDataException {
        List<Run> runs = new ArrayList<>();
        long vcn = firstVcn;
        long cluster = 0;
        while (packed.hasRemaining()) {
            int header = packed.get() & 0xFF;
            if (header == 0) {
                return runs;
            }
            int countBytes = header & 0xF;
            int deltaBytes = header >>> 4;
            if (countBytes < 1 || countBytes > 8 || deltaBytes > 8 || countBytes + deltaBytes > packed.remaining()) {
                throw malformed(offsetBytes, "a run", Integer.toHexString(header));
            }
            long count = signed(packed, countBytes);
            if (count <= 0 || count > MAX_VCN - vcn) {
                throw malformed(offsetBytes, "a length", Long.toString(count));
            }
            if (deltaBytes == 0) {
                runs.add(new Run(vcn, Run.SPARSE, count));
            } else {
                cluster += signed(packed, deltaBytes);
                if (cluster < 0 || cluster >= clusterCount || count > clusterCount - cluster) {
                    throw malformed(offsetBytes, "clusters below " + clusterCount, count + " from " + cluster);
                }
                runs.add(new Run(vcn, cluster, count));
            }
            vcn += count;
        }
        throw malformed(offsetBytes, "an end", "none");
    }

    private static long signed(ByteBuffer packed, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (packed.get() & 0xFFL) << (8 * i);
        }
        int unused = 64 - 8 * bytes;
        return value << unused >> unused;
    }

    private static MalformedDataException malformed(long offsetBytes, String expected, String actual) {
        return new MalformedDataException("NTFS run list", offsetBytes, expected, actual);
    }
}
