package org.rescuekey.partition;

import org.rescuekey.error.MalformedDataException;
import org.rescuekey.partition.gpt.GptShape;
import org.rescuekey.units.SectorSize;

/**
 * Where the parts of a GPT are, in sectors, and how large its entry arrays are. The primary header is always sector 1.
 *
 * @param arrayLba the primary array
 * @param shape of both arrays
 * @param firstUsableLba the first sector that a partition may have
 * @param lastUsableLba the last sector that a partition may have, inclusive
 * @param backupLba the backup header
 */
record GptLayout(long arrayLba, GptShape shape, long firstUsableLba, long lastUsableLba, long backupLba) {
    /** Where the primary array stands on nearly every disk. */
    static final long USUAL_ARRAY_LBA = 2;

    /** The backup array stands right before its header. */
    long backupArrayLba(SectorSize sectorSize) {
        return backupLba - shape.arraySectors(sectorSize);
    }

    /** The same layout on a disk of so many sectors: all that lies between the arrays is usable. */
    GptLayout withBackupAtEndOf(long diskSectors, SectorSize sectorSize) {
        long newBackupLba = diskSectors - 1;
        long lastUsable = newBackupLba - shape.arraySectors(sectorSize) - 1;
        return new GptLayout(arrayLba, shape, firstUsableLba, lastUsable, newBackupLba);
    }

    /** @throws MalformedDataException if the parts overlap or leave the disk; offsets are those of the header's fields */
    void check(SectorSize sectorSize, long diskBytes) throws MalformedDataException {
        long arraySectors = shape.arraySectors(sectorSize);
        long diskSectors = sectorSize.toSectors(diskBytes);
        check(
                arrayLba >= USUAL_ARRAY_LBA && arrayLba <= firstUsableLba - arraySectors,
                72,
                "an entry array between the header and the first usable sector " + firstUsableLba,
                arrayLba);
        check(backupLba < diskSectors, 32, "a backup on a disk of " + diskSectors + " sectors", backupLba);
        check(
                lastUsableLba >= firstUsableLba - 1 && lastUsableLba < backupArrayLba(sectorSize),
                48,
                "a last usable sector between the first, " + firstUsableLba + ", and the backup",
                lastUsableLba);
    }

    private static void check(boolean right, long at, String expected, long actualLba) throws MalformedDataException {
        if (!right) {
            throw new MalformedDataException("GPT header", at, expected, "sector " + actualLba);
        }
    }
}
