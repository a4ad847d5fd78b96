package org.rescuekey.filesystem.owners;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;

/**
 * Reads structures of a volume that may have bad sectors among them: what cannot be read as a whole is read unit by unit,
 * and each that fails is filled with a byte, counted once, and not tried alone again. For one thread.
 */
public final class SalvagingReader {
    private static final int MAX_REMEMBERED = 1 << 16;

    private final BlockDevice volume;
    private final Set<Long> lost = new HashSet<>();
    private long lostUnits;

    public SalvagingReader(BlockDevice volume) {
        this.volume = volume;
    }

    /** How many units could not be read since the last time that it was asked. */
    public long takeLostUnits() {
        long lost = lostUnits;
        lostUnits = 0;
        return lost;
    }

    /**
     * Reads so many bytes into a little-endian buffer.
     *
     * @param unitBytes what is lost together
     * @param filler stands for what could not be read
     * @throws org.rescuekey.error.MalformedDataException if they do not lie inside the volume
     */
    public ByteBuffer read(long offsetBytes, int lengthBytes, int unitBytes, int filler, String what)
            throws RescueException {
        try {
            if (!isAnyLost(offsetBytes, lengthBytes, unitBytes)) {
                return Reads.at(volume, offsetBytes, lengthBytes, what);
            }
            return readUnits(offsetBytes, lengthBytes, unitBytes, filler);
        } catch (DeviceException e) {
            requireUnreadable(e);
            if (lengthBytes <= unitBytes) {
                remember(offsetBytes);
            }
            return readUnits(offsetBytes, lengthBytes, unitBytes, filler);
        }
    }

    private ByteBuffer readUnits(long offsetBytes, int lengthBytes, int unitBytes, int filler) throws RescueException {
        ByteBuffer all = ByteBuffer.allocate(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int start = 0; start < lengthBytes; start += unitBytes) {
            int length = Math.min(unitBytes, lengthBytes - start);
            if (!isRead(offsetBytes + start, all.slice(start, length))) {
                for (int i = start; i < start + length; i++) {
                    all.put(i, (byte) filler);
                }
            }
        }
        return all;
    }

    private boolean isRead(long offsetBytes, ByteBuffer unit) throws RescueException {
        if (lost.contains(offsetBytes)) {
            return false;
        }
        try {
            volume.read(offsetBytes, unit);
            return true;
        } catch (DeviceException e) {
            requireUnreadable(e);
            remember(offsetBytes);
            return false;
        }
    }

    private void remember(long unitOffsetBytes) {
        lostUnits++;
        if (lost.size() < MAX_REMEMBERED) {
            lost.add(unitOffsetBytes);
        }
    }

    private boolean isAnyLost(long offsetBytes, int lengthBytes, int unitBytes) {
        for (long at = offsetBytes; !lost.isEmpty() && at < offsetBytes + lengthBytes; at += unitBytes) {
            if (lost.contains(at)) {
                return true;
            }
        }
        return false;
    }

    /** Nothing more can be had of a device that has gone. */
    private static void requireUnreadable(DeviceException e) throws DeviceException {
        if (!e.isUnreadableSector()) {
            throw e;
        }
    }
}
