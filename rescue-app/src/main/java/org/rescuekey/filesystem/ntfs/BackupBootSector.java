package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/**
 * Looks at the copy of the boot sector: in the sector after the volume's last, or else in the last sector of its partition, to where
 * ntfsresize writes it, up to a cluster further on. Nothing rests on it as long as the first one is whole.
 */
final class BackupBootSector {
    private final BlockDevice volume;
    private final NtfsBootSector boot;

    BackupBootSector(BlockDevice volume, NtfsBootSector boot) {
        this.volume = volume;
        this.boot = boot;
    }

    /** A sentence on what is wrong with it; empty if it says the same as the boot sector. */
    Optional<String> problem() throws RescueException {
        if (boot.sizeBytes() > volume.sizeBytes() - NtfsBootSector.SIZE_BYTES) {
            return Optional.of("Its partition ends before the copy of its boot sector.");
        }
        Optional<String> problem = problemAt(boot.sizeBytes());
        long last = volume.sizeBytes() - boot.sectorBytes();
        boolean isElsewhere = problem.isPresent()
                && last > boot.sizeBytes()
                && problemAt(last).isEmpty();
        return isElsewhere ? Optional.empty() : problem;
    }

    private Optional<String> problemAt(long offsetBytes) throws RescueException {
        try {
            ByteBuffer sector = Reads.at(volume, offsetBytes, NtfsBootSector.SIZE_BYTES, "copy of the boot sector");
            if (!NtfsBootSector.isOne(sector)) {
                return Optional.of("The copy of its boot sector is missing.");
            }
            return NtfsBootSector.parse(sector).equals(boot)
                    ? Optional.empty()
                    : Optional.of("The copy of its boot sector says something else than the boot sector.");
        } catch (MalformedDataException e) {
            return Optional.of("The copy of its boot sector is damaged (" + e.getMessage() + ").");
        } catch (DeviceException e) {
            if (!e.isUnreadableSector()) {
                throw e;
            }
            return Optional.of("The copy of its boot sector cannot be read (" + e.getMessage() + ").");
        }
    }
}
