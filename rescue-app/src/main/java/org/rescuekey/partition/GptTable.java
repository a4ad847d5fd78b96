package org.rescuekey.partition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.partition.gpt.GptEntry;
import org.rescuekey.partition.gpt.GptHeader;
import org.rescuekey.partition.gpt.GptShape;
import org.rescuekey.partition.gpt.GptTypes;
import org.rescuekey.partition.gpt.Guids;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.partition.mbr.MbrEntry;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/**
 * A GUID partition table with the sector 0 that protects it. Immutable and checked: see {@link PartitionTable}.
 *
 * <p>The backup array stands right before the backup header, as every maker of tables puts it. The backup header need
 * not be the disk's last sector: on a disk that has grown it is kept where it was until {@link #forDiskOf}.
 */
public final class GptTable implements PartitionTable {
    private final SectorSize sectorSize;
    private final long diskBytes;
    private final EntrySector protectiveMbr;
    private final UUID diskGuid;
    private final GptLayout layout;
    private final List<GptEntry> entries;

    private GptTable(
            SectorSize sectorSize,
            long diskBytes,
            EntrySector protectiveMbr,
            UUID diskGuid,
            GptLayout layout,
            List<GptEntry> entries) {
        this.sectorSize = sectorSize;
        this.diskBytes = diskBytes;
        this.protectiveMbr = protectiveMbr;
        this.diskGuid = diskGuid;
        this.layout = layout;
        this.entries = entries;
    }

    /** @throws MalformedDataException if an invariant does not hold */
    static GptTable of(
            SectorSize sectorSize,
            long diskBytes,
            EntrySector protectiveMbr,
            UUID diskGuid,
            GptLayout layout,
            List<GptEntry> entries)
            throws MalformedDataException {
        if (!protectiveMbr.hasMark() || protectiveMbr.entries().stream().noneMatch(MbrEntry::isProtective)) {
            throw new MalformedDataException("GPT", 0, "a protective MBR in sector 0", "another sector");
        }
        layout.check(sectorSize, diskBytes);
        List<GptEntry> byNumber = new ArrayList<>(entries);
        byNumber.sort(Comparator.comparingInt(GptEntry::number));
        GptTable table = new GptTable(sectorSize, diskBytes, protectiveMbr, diskGuid, layout, List.copyOf(byNumber));
        table.checkEntries();
        return table;
    }

    private void checkEntries() throws MalformedDataException {
        List<GptEntry> byStart = new ArrayList<>(entries);
        byStart.sort(Comparator.comparingLong(GptEntry::firstLba));
        long freeLba = layout.firstUsableLba();
        int numberBefore = 0;
        for (int i = 0; i < entries.size(); i++) {
            GptEntry entry = entries.get(i);
            boolean hasSlot = entry.number() <= layout.shape().entryCount() && entry.number() > numberBefore;
            checkEntry(
                    hasSlot,
                    entry,
                    "a number of its own up to " + layout.shape().entryCount());
            numberBefore = entry.number();
        }
        for (GptEntry entry : byStart) {
            checkEntry(entry.firstLba() <= entry.lastLba(), entry, "a start not after its end");
            checkEntry(
                    entry.firstLba() >= layout.firstUsableLba() && entry.lastLba() <= layout.lastUsableLba(),
                    entry,
                    "inside the usable sectors " + layout.firstUsableLba() + " to " + layout.lastUsableLba());
            checkEntry(entry.firstLba() >= freeLba, entry, "no overlap with the partition before it");
            freeLba = entry.lastLba() + 1;
        }
    }

    private void checkEntry(boolean right, GptEntry entry, String expected) throws MalformedDataException {
        if (!right) {
            throw new MalformedDataException(
                    "GPT entry " + entry.number(),
                    sectorSize.toBytes(layout.arrayLba())
                            + (entry.number() - 1L) * layout.shape().entryBytes(),
                    expected,
                    "sectors " + entry.firstLba() + " to " + entry.lastLba());
        }
    }

    @Override
    public String kind() {
        return "gpt";
    }

    @Override
    public SectorSize sectorSize() {
        return sectorSize;
    }

    @Override
    public long diskBytes() {
        return diskBytes;
    }

    @Override
    public List<Partition> partitions() {
        return entries.stream().map(this::partition).toList();
    }

    private Partition partition(GptEntry entry) {
        return new Partition(
                entry.number(),
                sectors(entry.firstLba(), entry.lastLba() - entry.firstLba() + 1),
                PartitionKind.GPT,
                Guids.text(entry.typeGuid()),
                GptTypes.nameOf(entry.typeGuid()),
                Guids.text(entry.uniqueGuid()),
                entry.name(),
                entry.attributes(),
                (entry.attributes() & GptEntry.LEGACY_BIOS_BOOTABLE) != 0);
    }

    @Override
    public String diskIdentity() {
        return Guids.text(diskGuid);
    }

    /** Tells whether sector 0 names partitions besides the protective entry; such a table is never made to fit. */
    public boolean isHybrid() {
        return protectiveMbr.entries().stream().filter(MbrEntry::isUsed).count() > 1;
    }

    /** Tells whether the backup header is the disk's last sector. */
    public boolean hasBackupAtEnd() {
        return layout.backupLba() == sectorSize.toSectors(diskBytes) - 1;
    }

    long backupOffsetBytes() {
        return sectorSize.toBytes(layout.backupLba());
    }

    EntrySector protectiveMbr() {
        return protectiveMbr;
    }

    UUID diskGuid() {
        return diskGuid;
    }

    GptLayout layout() {
        return layout;
    }

    List<GptEntry> entries() {
        return entries;
    }

    @Override
    public ExtentSet tableExtents() {
        long arraySectors = layout.shape().arraySectors(sectorSize);
        return ExtentSet.of(
                sectors(0, 2),
                sectors(layout.arrayLba(), arraySectors),
                sectors(layout.backupArrayLba(sectorSize), arraySectors + 1));
    }

    private Extent sectors(long firstLba, long count) {
        return new Extent(sectorSize.toBytes(firstLba), sectorSize.toBytes(count));
    }

    @Override
    public GptTable forDiskOf(long otherDiskBytes) throws RefusedException {
        if (otherDiskBytes <= 0 || !sectorSize.divides(otherDiskBytes)) {
            throw new IllegalArgumentException(otherDiskBytes + " bytes are not whole sectors of " + sectorSize);
        }
        long otherDiskSectors = sectorSize.toSectors(otherDiskBytes);
        if (otherDiskBytes == diskBytes && hasBackupAtEnd()) {
            return isHybrid()
                    ? this
                    : new GptTable(
                            sectorSize, diskBytes, protectiveMbrFor(otherDiskSectors), diskGuid, layout, entries);
        }
        if (isHybrid()) {
            throw new RefusedException(
                    "The disk has a hybrid MBR, which names its partitions a second time.",
                    "Use a target of exactly " + ByteCount.of(diskBytes).exact()
                            + ", or make the MBR protective first.");
        }
        long arraySectors = layout.shape().arraySectors(sectorSize);
        long lastUsedLba = entries.stream().mapToLong(GptEntry::lastLba).max().orElse(layout.firstUsableLba() - 1);
        long neededBytes = sectorSize.toBytes(lastUsedLba + 1 + arraySectors + 1);
        if (neededBytes > otherDiskBytes) {
            throw tooSmall(otherDiskBytes, neededBytes);
        }
        GptLayout moved = layout.withBackupAtEndOf(otherDiskSectors, sectorSize);
        return new GptTable(sectorSize, otherDiskBytes, protectiveMbrFor(otherDiskSectors), diskGuid, moved, entries);
    }

    @Override
    public GptTable placed(long otherDiskBytes, Places places) {
        if (isHybrid()) {
            throw new IllegalArgumentException("the partitions of a hybrid MBR are not moved");
        }
        List<GptEntry> placed = entries.stream()
                .map(entry -> placed(entry, places.of(entry.number())))
                .toList();
        long diskSectors = sectorSize.toSectors(otherDiskBytes);
        GptLayout moved = layout.withBackupAtEndOf(diskSectors, sectorSize);
        try {
            return of(sectorSize, otherDiskBytes, protectiveMbrFor(diskSectors), diskGuid, moved, placed);
        } catch (MalformedDataException e) {
            throw new IllegalArgumentException("no places for a table: " + e.getMessage(), e);
        }
    }

    private GptEntry placed(GptEntry entry, Extent extent) {
        if (!sectorSize.divides(extent.start()) || !sectorSize.divides(extent.length())) {
            throw new IllegalArgumentException(extent + " is not in whole sectors");
        }
        return new GptEntry(
                entry.number(),
                entry.typeGuid(),
                entry.uniqueGuid(),
                sectorSize.toSectors(extent.start()),
                sectorSize.toSectors(extent.end()) - 1,
                entry.attributes(),
                entry.name());
    }

    @Override
    public GptTable withIdentities(DiskIdentities fresh) {
        if (!(fresh instanceof DiskIdentities.Gpt gpt)) {
            throw new IllegalArgumentException("identities of another kind of table");
        }
        List<GptEntry> renamed = entries.stream()
                .map(entry -> entry.withUniqueGuid(
                        Objects.requireNonNull(gpt.partitions().get(entry.number()))))
                .toList();
        return new GptTable(sectorSize, diskBytes, protectiveMbr, gpt.disk(), layout, renamed);
    }

    @Override
    public long firstUsableBytes() {
        return sectorSize.toBytes(layout.firstUsableLba());
    }

    @Override
    public long bytesBehindPartitions() {
        return sectorSize.toBytes(layout.shape().arraySectors(sectorSize) + 1);
    }

    /** A table that needs more than a disk has. */
    static RefusedException tooSmall(long diskBytes, long neededBytes) {
        return new RefusedException(
                String.format(
                        Locale.ROOT,
                        "The disk has %s; the partitions and their table need %s: %,d bytes too few.",
                        ByteCount.of(diskBytes).exact(),
                        ByteCount.of(neededBytes).exact(),
                        neededBytes - diskBytes),
                "Use a disk of at least " + ByteCount.of(neededBytes).exact() + ".");
    }

    /** The protective entry follows the disk's size, except where it claims all that 32 bits can say. */
    private EntrySector protectiveMbrFor(long diskSectors) {
        List<MbrEntry> changed = protectiveMbr.entries().stream()
                .map(entry -> entry.isProtective() && entry.sectorCount() != MbrEntry.SECTORS_MAX
                        ? entry.withSectorCount(MbrEntry.protectiveSectors(diskSectors))
                        : entry)
                .toList();
        return protectiveMbr.withEntries(changed);
    }

    @Override
    public List<TableWrite> writes() {
        byte[] array = layout.shape().toArray(entries);
        int arrayCrc = GptShape.crcOf(array);
        byte[] wholeSectors =
                Arrays.copyOf(array, (int) sectorSize.toBytes(layout.shape().arraySectors(sectorSize)));
        long backupArrayLba = layout.backupArrayLba(sectorSize);
        return List.of(
                write(backupArrayLba, wholeSectors, "backup GPT entries"),
                write(layout.backupLba(), header(layout.backupLba(), 1, backupArrayLba, arrayCrc), "backup GPT header"),
                write(layout.arrayLba(), wholeSectors, "primary GPT entries"),
                write(1, header(1, layout.backupLba(), layout.arrayLba(), arrayCrc), "primary GPT header"),
                write(0, protectiveMbr.bytes(), "boot code and protective MBR"));
    }

    private byte[] header(long headerLba, long otherLba, long arrayLba, int arrayCrc) {
        return new GptHeader(
                        headerLba,
                        otherLba,
                        layout.firstUsableLba(),
                        layout.lastUsableLba(),
                        diskGuid,
                        arrayLba,
                        layout.shape(),
                        arrayCrc)
                .toSector(sectorSize);
    }

    private TableWrite write(long lba, byte[] bytes, String what) {
        return new TableWrite(sectorSize.toBytes(lba), bytes, what);
    }

    @Override
    public String toText() {
        return GptText.print(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GptTable that
                && diskBytes == that.diskBytes
                && sectorSize.equals(that.sectorSize)
                && protectiveMbr.equals(that.protectiveMbr)
                && diskGuid.equals(that.diskGuid)
                && layout.equals(that.layout)
                && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return 31 * diskGuid.hashCode() + entries.hashCode();
    }

    @Override
    public String toString() {
        return toText();
    }
}
