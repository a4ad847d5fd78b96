package org.rescuekey.partition;

import java.nio.ByteBuffer;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.units.SectorSize;

/** The bytes of a disk as the readers of tables see them; keeps them apart from devices. */
interface DiskBytes {
    long sizeBytes();

    SectorSize sectorSize();

    /** So many bytes at an offset, little-endian. */
    ByteBuffer at(long offsetBytes, long lengthBytes, String what) throws RescueException;

    default long sectors() {
        return sectorSize().toSectors(sizeBytes());
    }

    default ByteBuffer sector(long lba, String what) throws RescueException {
        return at(sectorSize().toBytes(lba), sectorSize().bytes(), what);
    }

    default EntrySector entrySector(long lba, String what) throws RescueException {
        byte[] bytes = new byte[sectorSize().bytes()];
        sector(lba, what).get(0, bytes);
        return EntrySector.of(bytes);
    }

    /**
     * Tells a sector that the medium does not give (the rest of the disk may be fine) from a device that is gone or
     * closed to us.
     */
    static boolean isUnreadableSector(DeviceException failure) {
        return failure.isUnreadableSector();
    }
}
