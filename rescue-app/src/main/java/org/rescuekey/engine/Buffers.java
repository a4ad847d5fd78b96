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
        return ByteBuffer.allocateDirect(bytes + ALIGNMENT_BYTES)
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
}
