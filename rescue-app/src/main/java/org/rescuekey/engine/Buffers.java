package org.rescuekey.engine;

import java.nio.ByteBuffer;

/** Direct buffers as the engine wants them. */
final class Buffers {
    /** Direct I/O asks for memory aligned to the physical sector; a page serves all disks. */
    private static final int ALIGNMENT_BYTES = 4096;

    private static final byte[] ZEROS = new byte[64 * 1024];

    private Buffers() {}

    /** A direct buffer whose memory starts on a page. */
    static ByteBuffer aligned(int bytes) {
        int wholePages = Math.ceilDiv(bytes, ALIGNMENT_BYTES) * ALIGNMENT_BYTES; // a slice is cut at both ends
        return ByteBuffer.allocateDirect(wholePages + ALIGNMENT_BYTES)
                .alignedSlice(ALIGNMENT_BYTES)
                .slice(0, bytes);
    }

    /** Fills the buffer from position to limit with zeros, leaving both. */
    static void zero(ByteBuffer buffer) {
        int position = buffer.position();
        while (buffer.hasRemaining()) {
            buffer.put(ZEROS, 0, Math.min(ZEROS.length, buffer.remaining()));
        }
        buffer.position(position);
    }

    /** Tells whether the buffer's remaining bytes are all zero; leaves it as it was. */
    static boolean isZero(ByteBuffer buffer) {
        ByteBuffer rest = buffer.duplicate();
        ByteBuffer zeros = ByteBuffer.wrap(ZEROS);
        while (rest.hasRemaining()) {
            int length = Math.min(ZEROS.length, rest.remaining());
            if (rest.slice(rest.position(), length).mismatch(zeros.slice(0, length)) >= 0) {
                return false;
            }
            rest.position(rest.position() + length);
        }
        return true;
    }
}
