package org.rescuekey.partition;

import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.gpt.GptEntry;
import org.rescuekey.partition.gpt.GptHeader;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.partition.mbr.MbrEntry;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.SectorSize;

/**
 * Finds the better of the two copies of a GPT, and says what is wrong with the other. One use.
 *
 * <p>The backup alone is believed only where the protective MBR, or what is left of the primary header, says that this
 * is a GPT disk: a backup that survived at the end of a disk which is used otherwise must not come back to life.
 */
final class GptReader {
    /** One copy: what stands at the place of a header. */
    private sealed interface Copy {
        /** A sound header with its array, not yet checked against the disk. */
        record Sound(GptHeader header, List<GptEntry> entries) implements Copy {}

        /** Something that was a GPT header, or cannot be read. */
        record Damaged(RescueException cause) implements Copy {}

        /** No GPT header at all. */
        record Absent() implements Copy {}
    }

    private final DiskBytes disk;
    private final SectorSize sectorSize;
    private final boolean isProtective;
    private final EntrySector protectiveMbr;
    private final List<String> findings;

    /** @param findings where what is found is added */
    GptReader(DiskBytes disk, Optional<EntrySector> first, boolean isProtective, List<String> findings) {
        this.disk = disk;
        this.sectorSize = disk.sectorSize();
        this.isProtective = isProtective;
        EntrySector sector =
                first.orElseGet(() -> EntrySector.of(new byte[disk.sectorSize().bytes()]));
        this.protectiveMbr = isProtective ? sector : sector.madeProtective(disk.sectors());
        this.findings = findings;
    }

    /** Tells whether a readable sector begins as a GPT header does. */
    static boolean hasMagicAt(DiskBytes disk, long lba) throws RescueException {
        try {
            return GptHeader.hasMagic(disk.sector(lba, "GPT header"));
        } catch (DeviceException e) {
            if (!DiskBytes.isUnreadableSector(e)) {
                throw e;
            }
            return false;
        }
    }

    /** The reading, or nothing if this is no GPT disk. */
    Optional<TableReading> read() throws RescueException {
        Copy primary = copyAt(1);
        if (primary instanceof Copy.Sound sound) {
            try {
                return Optional.of(fromPrimary(sound));
            } catch (MalformedDataException e) {
                primary = new Copy.Damaged(e);
            }
        }
        Optional<GptTable> backup = backupTable();
        boolean isGptDisk = isProtective || primary instanceof Copy.Damaged;
        if (!isGptDisk) {
            backup.ifPresent(table -> findings.add("A backup GPT stands at byte " + table.backupOffsetBytes()
                    + ", but neither sector 0 nor sector 1 belongs to a GPT; it is taken for a leftover."));
            return Optional.empty();
        }
        if (backup.isEmpty()) {
            findings.add("The primary GPT is " + inWords(primary) + ", and no sound backup is at its places.");
            findOtherSectorSize();
            return Optional.of(new TableReading(Optional.empty(), findings, true));
        }
        findings.add("The primary GPT is " + inWords(primary) + "; the backup at byte "
                + backup.get().backupOffsetBytes() + " is used.");
        return Optional.of(reading(backup.get(), true));
    }

    private TableReading fromPrimary(Copy.Sound primary) throws RescueException {
        GptHeader header = primary.header();
        if (header.otherLba() >= disk.sectors()) {
            return fromLargerDisk(primary);
        }
        GptTable table = table(primary, disk.sizeBytes(), header.arrayLba(), header.otherLba());
        String place = "The backup GPT at byte " + table.backupOffsetBytes();
        boolean needsRepair =
                switch (copyAt(header.otherLba())) {
                    case Copy.Sound backup when agree(primary, backup) -> false;
                    case Copy.Sound different -> {
                        findings.add(place + " differs from the primary, which is used.");
                        yield true;
                    }
                    case Copy copy -> {
                        findings.add(place + " is " + inWords(copy) + "; the primary is used.");
                        yield true;
                    }
                };
        return reading(table, needsRepair);
    }

    private static boolean agree(Copy.Sound primary, Copy.Sound backup) {
        GptHeader one = primary.header();
        GptHeader other = backup.header();
        return one.diskGuid().equals(other.diskGuid())
                && one.shape().equals(other.shape())
                && one.firstUsableLba() == other.firstUsableLba()
                && one.lastUsableLba() == other.lastUsableLba()
                && other.otherLba() == 1
                && primary.entries().equals(backup.entries());
    }

    /** The table says that the disk is larger than it is: it was cut, or copied to a smaller one. */
    private TableReading fromLargerDisk(Copy.Sound primary) throws RescueException {
        GptHeader header = primary.header();
        long formerDiskBytes = sectorSize.toBytes(header.otherLba() + 1);
        GptTable former = table(primary, formerDiskBytes, header.arrayLba(), header.otherLba());
        String finding = "The GPT is for a disk of "
                + ByteCount.of(formerDiskBytes).exact() + ", this one has "
                + ByteCount.of(disk.sizeBytes()).exact();
        try {
            GptTable table = former.forDiskOf(disk.sizeBytes());
            findings.add(finding + "; its backup is missing, its partitions fit.");
            return reading(table, true);
        } catch (RefusedException e) {
            findings.add(finding + ". " + e.reason());
            return new TableReading(Optional.empty(), findings, true);
        }
    }

    /** Adds what is to be told of any table that is used. */
    private TableReading reading(GptTable table, boolean needsRepairAlready) {
        boolean needsRepair = needsRepairAlready;
        if (!isProtective) {
            findings.add("Sector 0 is no protective MBR, so that other systems see no partitions.");
            needsRepair = true;
        }
        if (!table.hasBackupAtEnd()) {
            long behind = disk.sizeBytes() - table.backupOffsetBytes() - sectorSize.bytes();
            findings.add("The backup GPT is not at the end of the disk but "
                    + ByteCount.of(behind).exact() + " before it: the disk has grown.");
            needsRepair = true;
        } else if (!table.isHybrid() && !protectiveSizeIsRight(table)) {
            findings.add("The protective MBR does not cover the whole disk.");
            needsRepair = true;
        }
        if (table.isHybrid()) {
            findings.add(
                    "The MBR is a hybrid: it names partitions besides the GPT. It is kept as it is, and such a disk"
                            + " is only restored to exactly its size.");
        }
        return new TableReading(Optional.of(table), findings, needsRepair);
    }

    private boolean protectiveSizeIsRight(GptTable table) {
        long expected = MbrEntry.protectiveSectors(disk.sectors());
        return table.protectiveMbr().entries().stream()
                .filter(MbrEntry::isProtective)
                .allMatch(entry -> entry.sectorCount() == expected || entry.sectorCount() == MbrEntry.SECTORS_MAX);
    }

    /** The first sound backup at the places where one may be. */
    private Optional<GptTable> backupTable() throws RescueException {
        for (long lba : backupPlaces()) {
            if (copyAt(lba) instanceof Copy.Sound backup && backup.header().otherLba() == 1) {
                try {
                    return Optional.of(table(backup, disk.sizeBytes(), GptLayout.USUAL_ARRAY_LBA, lba));
                } catch (MalformedDataException e) {
                    findings.add("The backup GPT cannot be believed: " + e.getMessage() + ".");
                }
            }
        }
        return Optional.empty();
    }

    /** The end of the disk; where a damaged primary header says; where a disk that has grown ended before. */
    private Set<Long> backupPlaces() throws RescueException {
        Set<Long> places = new LinkedHashSet<>();
        places.add(disk.sectors() - 1);
        if (hasMagicAt(disk, 1)) {
            places.add(disk.sector(1, "GPT header").getLong(32));
        }
        for (MbrEntry entry : protectiveMbr.entries()) {
            if (entry.isProtective()) {
                places.add(entry.startSector() + entry.sectorCount() - 1);
            }
        }
        places.removeIf(lba -> lba <= 1 || lba >= disk.sectors());
        return places;
    }

    private GptTable table(Copy.Sound copy, long diskBytes, long arrayLba, long backupLba)
            throws MalformedDataException {
        GptHeader header = copy.header();
        GptLayout layout =
                new GptLayout(arrayLba, header.shape(), header.firstUsableLba(), header.lastUsableLba(), backupLba);
        return GptTable.of(sectorSize, diskBytes, protectiveMbr, header.diskGuid(), layout, copy.entries());
    }

    private Copy copyAt(long lba) throws RescueException {
        try {
            ByteBuffer sector = disk.sector(lba, "GPT header");
            if (!GptHeader.hasMagic(sector)) {
                return new Copy.Absent();
            }
            GptHeader header = GptHeader.parse(sector, lba, sectorSize);
            long arrayAt = sectorSize.toBytes(header.arrayLba());
            ByteBuffer array = disk.at(arrayAt, header.shape().arrayBytes(), "GPT entry array");
            return new Copy.Sound(header, header.shape().parseArray(array, header.arrayCrc(), arrayAt));
        } catch (MalformedDataException e) {
            return new Copy.Damaged(e);
        } catch (DeviceException e) {
            if (!DiskBytes.isUnreadableSector(e)) {
                throw e;
            }
            return new Copy.Damaged(e);
        }
    }

    private static String inWords(Copy copy) {
        return switch (copy) {
            case Copy.Sound sound -> "sound";
            case Copy.Damaged damaged -> "damaged (" + damaged.cause().getMessage() + ")";
            case Copy.Absent absent -> "missing";
        };
    }

    /** Explains the most likely reason for a missing GPT behind a protective MBR. */
    private void findOtherSectorSize() throws RescueException {
        for (SectorSize other : List.of(SectorSize.SECTOR_512, SectorSize.SECTOR_4096)) {
            if (!other.equals(sectorSize) && disk.sizeBytes() >= 2L * other.bytes() && hasOtherMagic(other)) {
                findings.add("A GPT for sectors of " + other + " stands here, but this disk has sectors of "
                        + sectorSize + ".");
            }
        }
    }

    private boolean hasOtherMagic(SectorSize other) throws RescueException {
        try {
            return GptHeader.hasMagic(disk.at(other.bytes(), other.bytes(), "GPT header"));
        } catch (DeviceException e) {
            return false;
        }
    }
}
