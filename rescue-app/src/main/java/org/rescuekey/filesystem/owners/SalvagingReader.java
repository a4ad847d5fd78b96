package org.rescuekey.filesystem.owners;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;

/**
 * Reads structures of a volume that may have bad sectors among them: what cannot be read as a whole is read unit by unit,
 * and each that fails is filled with a byte and counted. No unit is tried a second time in one read. For one thread.
 */
public final class SalvagingReader {
    private final BlockDevice volume;
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
            return Reads.at(volume, offsetBytes, lengthBytes, what);
        } catch (DeviceException e) {
            requireUnreadable(e);
            ByteBuffer all = ByteBuffer.allocate(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
            if (lengthBytes <= unitBytes) {
                fill(all, 0, lengthBytes, filler);
                return all;
            }
            for (int start = 0; start < lengthBytes; start += unitBytes) {
                readUnit(all, offsetBytes, start, Math.min(unitBytes, lengthBytes - start), filler);
            }
            return all;
        }
    }

    private void readUnit(ByteBuffer all, long offsetBytes, int start, int length, int filler) throws RescueException {
        try {
            volume.read(offsetBytes + start, all.slice(start, length));
        } catch (DeviceException e) {
            requireUnreadable(e);
            fill(all, start, length, filler);
        }
    }

    private void fill(ByteBuffer all, int start, int length, int filler) {
        for (int i = start; i < start + length; i++) {
            all.put(i, (byte) filler);
        }
        lostUnits++;
    }

    /** Nothing more can be had of a device that has gone. */
    private static void requireUnreadable(DeviceException e) throws DeviceException {
        if (!e.isUnreadableSector()) {
            throw e;
        }
    }
}
