package org.rescuekey.engine;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which blocks, or windows, of each stream have to be read back: one bit each, two mebibytes for four terabytes of image
 * blocks. Those that were written; and all of them once one was written without a look at what was there. For a disk that puts a
 * write elsewhere leaves its proper place as it was, which is seen there if something else was there before, and only then.
 *
 * <p>Thread rule: for one thread at a time.
 */
final class WrittenBlocks {
    private final Map<Integer, BitSet> written = new TreeMap<>();
    private boolean all;
    private long bytes;

    /**
     * Tells that one was written.
     *
     * @param usedBytes what is in use of it
     * @param compared something else was seen there before
     */
    void add(int stream, long number, long usedBytes, boolean compared) {
        BitSet ofStream = written.computeIfAbsent(stream, ignored -> new BitSet());
        int bit = Math.toIntExact(number);
        if (!ofStream.get(bit)) {
            ofStream.set(bit);
            bytes += usedBytes;
        }
        all |= !compared;
    }

    boolean isToBeReadBack(int stream, long number) {
        BitSet ofStream = written.get(stream);
        return all || (ofStream != null && ofStream.get(Math.toIntExact(number)));
    }

    /** Whether everything has to be read back, also what was not written. */
    boolean isAll() {
        return all;
    }

    /**
     * How much has to be read back.
     *
     * @param usedBytes what is in use of all streams
     */
    long bytesToReadBack(long usedBytes) {
        return all ? usedBytes : bytes;
    }
}
