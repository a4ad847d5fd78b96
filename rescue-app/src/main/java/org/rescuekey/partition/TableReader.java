package org.rescuekey.partition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.partition.mbr.MbrEntry;

/**
 * Decides which kind of table a disk has. Sector 0 decides: with a protective entry it is a GPT; with other entries an
 * MBR, whatever old GPT is left behind it; the boot sector of a file system is no table although it bears the same mark.
 * One use.
 */
final class TableReader {
    private final DiskBytes disk;
    private final List<String> findings = new ArrayList<>();

    TableReader(DiskBytes disk) {
        this.disk = disk;
    }

    TableReading read() throws RescueException {
        if (disk.sectors() < 2) {
            return none("The disk is too small for a partition table.", false);
        }
        Optional<EntrySector> first = firstSector();
        boolean entriesSound = first.isPresent() && hasSoundEntries(first.get());
        boolean used = entriesSound && first.get().entries().stream().anyMatch(MbrEntry::isUsed);
        boolean isProtective = entriesSound && first.get().entries().stream().anyMatch(MbrEntry::isProtective);
        if (first.isPresent() && first.get().looksLikeFileSystem() && !used) {
            return none("The disk holds a file system without a partition table.", false);
        }
        if (used && !isProtective) {
            return mbr(first.get());
        }
        Optional<TableReading> gpt = new GptReader(disk, first, isProtective, findings).read();
        if (gpt.isPresent()) {
            return gpt.get();
        }
        if (entriesSound) {
            findings.add("The MBR names no partition.");
            return mbr(first.get());
        }
        return none("The disk has no partition table.", false);
    }

    private Optional<EntrySector> firstSector() throws RescueException {
        try {
            return Optional.of(disk.entrySector(0, "MBR"));
        } catch (DeviceException e) {
            if (!DiskBytes.isUnreadableSector(e)) {
                throw e;
            }
            findings.add("Sector 0 cannot be read (" + e.getMessage() + ").");
            return Optional.empty();
        }
    }

    private static boolean hasSoundEntries(EntrySector sector) {
        return sector.hasMark() && sector.entries().stream().allMatch(MbrEntry::hasValidStatus);
    }

    private TableReading mbr(EntrySector first) throws RescueException {
        if (GptReader.hasMagicAt(disk, 1)) {
            findings.add("An old GPT header stands in sector 1; the MBR counts.");
        }
        try {
            MbrTable table = MbrTable.of(
                    disk.sectorSize(), disk.sizeBytes(), first, lba -> disk.entrySector(lba, "link sector"));
            return new TableReading(Optional.of(table), findings, false);
        } catch (MalformedDataException e) {
            return none("The MBR cannot be believed: " + e.getMessage() + ".", true);
        } catch (DeviceException e) {
            if (!DiskBytes.isUnreadableSector(e)) {
                throw e;
            }
            return none("A link sector of the logical partitions cannot be read (" + e.getMessage() + ").", true);
        }
    }

    private TableReading none(String finding, boolean needsRepair) {
        findings.add(finding);
        return new TableReading(Optional.empty(), findings, needsRepair);
    }
}
