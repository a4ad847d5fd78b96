package org.rescuekey.device;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;

/**
 * A device that does not change, read in large pieces for who asks for small ones: a disk takes as long for a sector as for
 * many. What was asked for is never lost to a bad sector beside it: where a whole piece does not read, the request alone is
 * read.
 *
 * <p>Nothing can be written through it, because the pieces that it keeps would become untrue. Keeps {@link #WINDOWS} pieces
 * of {@link #WINDOW_BYTES}. Safe for several threads, whose calls are carried out one after another.
 */
public final class ReadAheadDevice extends ForwardingDevice {
    public static final int WINDOW_BYTES = 256 << 10;
    public static final int WINDOWS = 8;

    /** Bad windows that are remembered; what exceeds them is tried again. */
    private static final int BAD_WINDOWS = 4096;

    private final Map<Long, ByteBuffer> windows = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<Long> bad = new HashSet<>();

    public ReadAheadDevice(BlockDevice inner) {
        super(new ReadOnlyDevice(inner));
    }

    @Override
    public synchronized void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        Bounds.check(this, offsetBytes, buffer.remaining());
        if (buffer.remaining() >= WINDOW_BYTES) {
            inner.read(offsetBytes, buffer);
            return;
        }
        long position = offsetBytes;
        int limit = buffer.limit();
        while (buffer.position() < limit) {
            int inWindow = (int) (position % WINDOW_BYTES);
            int count = Math.min(limit - buffer.position(), WINDOW_BYTES - inWindow);
            buffer.limit(buffer.position() + count);
            readInside(position - inWindow, inWindow, buffer);
            position += count;
        }
        buffer.limit(limit);
    }

    private void readInside(long start, int inWindow, ByteBuffer buffer) throws RescueException {
        ByteBuffer window = windows.get(start);
        if (window == null && !bad.contains(start)) {
            window = load(start);
        }
        if (window == null) {
            inner.read(start + inWindow, buffer);
        } else {
            buffer.put(window.slice(inWindow, buffer.remaining()));
        }
    }

    /** Null where not all of it reads; that is not tried again, because a bad sector may take seconds. */
    private @Nullable ByteBuffer load(long start) throws RescueException {
        ByteBuffer bytes = takeBuffer();
        bytes.clear().limit((int) Math.min(WINDOW_BYTES, sizeBytes() - start));
        try {
            inner.read(start, bytes);
        } catch (DeviceException e) {
            if (!e.isUnreadableSector()) {
                throw e;
            }
            if (bad.size() < BAD_WINDOWS) {
                bad.add(start);
            }
            return null;
        }
        windows.put(start, bytes.flip());
        return bytes;
    }

    private ByteBuffer takeBuffer() {
        if (windows.size() < WINDOWS) {
            return AlignedBuffers.allocate(WINDOW_BYTES);
        }
        var eldest = windows.values().iterator();
        ByteBuffer bytes = eldest.next();
        eldest.remove();
        return bytes;
    }

    @Override
    public synchronized void close() throws RescueException {
        windows.clear();
        super.close();
    }
}
