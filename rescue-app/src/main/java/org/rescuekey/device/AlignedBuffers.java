package org.rescuekey.device;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A pool of direct buffers of one size that start on a page, which devices read and write without a copy. Safe for
 * several threads; who takes a buffer owns it until it is given back.
 */
public final class AlignedBuffers {
    /** No device asks for a coarser alignment of memory. */
    public static final int ALIGNMENT_BYTES = 4096;

    private final int bufferBytes;
    private final int keptAtMost;
    private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
    private final AtomicInteger freeCount = new AtomicInteger();

    /**
     * @param bufferBytes the size of each buffer
     * @param keptAtMost how many free buffers are kept; more than these are left to the garbage collector
     */
    public AlignedBuffers(int bufferBytes, int keptAtMost) {
        if (bufferBytes <= 0 || keptAtMost < 0) {
            throw new IllegalArgumentException(keptAtMost + " buffers of " + bufferBytes + " bytes");
        }
        this.bufferBytes = bufferBytes;
        this.keptAtMost = keptAtMost;
    }

    /** A new direct buffer that starts on a page. */
    public static ByteBuffer allocate(int bytes) {
        ByteBuffer memory = ByteBuffer.allocateDirect(Math.addExact(bytes, ALIGNMENT_BYTES));
        int startBytes = (ALIGNMENT_BYTES - memory.alignmentOffset(0, ALIGNMENT_BYTES)) % ALIGNMENT_BYTES;
        return memory.slice(startBytes, bytes);
    }

    /** A cleared buffer; what it holds is undefined. */
    public ByteBuffer take() {
        ByteBuffer buffer = free.poll();
        if (buffer == null) {
            return allocate(bufferBytes);
        }
        freeCount.decrementAndGet();
        return buffer.clear();
    }

    /** Takes back a buffer that {@link #take} returned; the caller must not touch it any more. */
    public void give(ByteBuffer buffer) {
        if (buffer.capacity() != bufferBytes) {
            throw new IllegalArgumentException("a buffer of " + buffer.capacity() + " bytes is not of this pool");
        }
        if (freeCount.incrementAndGet() <= keptAtMost) {
            free.add(buffer);
        } else {
            freeCount.decrementAndGet();
        }
    }
}
