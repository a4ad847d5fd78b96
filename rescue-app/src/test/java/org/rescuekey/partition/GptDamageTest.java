package org.rescuekey.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.partition.Tables.MIB;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.gpt.GptEntry;
import org.rescuekey.partition.gpt.GptHeader;
import org.rescuekey.partition.gpt.GptShape;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.partition.mbr.MbrEntry;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** What is read from a GPT of which something is missing, wrong or elsewhere. */
@ParameterizedClass
@ValueSource(ints = {512, 4096})
class GptDamageTest {
    private static final long DISK_BYTES = 64 * MIB;

    @Parameter
    private int sectorBytes;

    private SectorSize sectorSize;
    private MemoryDevice disk;
    private GptTable table;

    @BeforeEach
    void makeDisk() throws RescueException {
        sectorSize = new SectorSize(sectorBytes);
        disk = new MemoryDevice(DISK_BYTES, sectorSize);
        table = Tables.gpt(DISK_BYTES, sectorSize, List.of(Tables.entry(1, 300, 999), Tables.entry(4, 1000, 5000)));
        Tables.apply(table, disk);
    }

    private long at(long lba) {
        return lba * sectorBytes;
    }

    private long lastLba() {
        return DISK_BYTES / sectorBytes - 1;
    }

    private void assertRead(GptTable expected, String finding) throws RescueException {
        TableReading reading = PartitionTables.read(disk);
        assertThat(reading.table()).as(reading.findings().toString()).contains(expected);
        assertThat(reading.findings()).singleElement().asString().contains(finding);
        assertThat(reading.needsRepair()).isTrue();
    }

    private void assertNone(String finding) throws RescueException {
        TableReading reading = PartitionTables.read(disk);
        assertThat(reading.table()).isEmpty();
        assertThat(reading.findings()).anySatisfy(told -> assertThat(told).contains(finding));
    }

    @Test
    void aSoundTableHasNoFindings() throws RescueException {
        TableReading reading = PartitionTables.read(disk);
        assertThat(reading.table()).contains(table);
        assertThat(reading.findings()).isEmpty();
        assertThat(reading.needsRepair()).isFalse();
    }

    @Test
    void aFlippedBitInThePrimaryHeaderIsFoundInEveryByte() throws RescueException {
        for (int index = 0; index < 92; index++) {
            int value = Tables.peek(disk, at(1) + index);
            Tables.poke(disk, at(1) + index, value ^ 0x10);
            boolean magic = index < 8;
            assertRead(table, "The primary GPT is " + (magic ? "missing" : "damaged (GPT header at offset "));
            Tables.poke(disk, at(1) + index, value);
        }
    }

    @Test
    void aDamagedPrimaryArrayIsReplacedByTheBackup() throws RescueException {
        Tables.poke(disk, at(2) + 40, 0x99);
        assertRead(table, "The primary GPT is damaged (GPT entry array at offset " + at(2) + ": expected CRC");
        assertRead(table, "; the backup at byte " + at(lastLba()) + " is used.");
    }

    @Test
    void aDamagedBackupIsTold() throws RescueException {
        Tables.poke(disk, at(lastLba()) + 0x38, 0x99);
        assertRead(table, "The backup GPT at byte " + at(lastLba()) + " is damaged");
    }

    @Test
    void aDamagedBackupArrayIsTold() throws RescueException {
        Tables.poke(disk, at(lastLba()) - 16384 + 40, 0x99);
        assertRead(table, "The backup GPT at byte " + at(lastLba()) + " is damaged");
    }

    @Test
    void aMissingBackupIsTold() throws RescueException {
        disk.zero(new Extent(at(lastLba()), sectorBytes));
        assertRead(table, "is missing; the primary is used");
    }

    @Test
    void aBackupThatDiffersIsTold() throws RescueException {
        GptTable other = Tables.gpt(DISK_BYTES, sectorSize, List.of(Tables.entry(1, 300, 998)));
        for (TableWrite write : other.writes().subList(0, 2)) {
            disk.write(write.offsetBytes(), write.buffer());
        }
        assertRead(table, "differs from the primary");
    }

    @Test
    void withoutBothThereIsNoTable() throws RescueException {
        disk.zero(new Extent(at(1), sectorBytes));
        Tables.poke(disk, at(lastLba()) + 0x38, 0x99);
        assertNone("The primary GPT is missing, and no sound backup is at its places.");
        assertThat(PartitionTables.read(disk).needsRepair()).isTrue();
    }

    @Test
    void repairPutsEverythingRight() throws RescueException {
        disk.zero(new Extent(0, at(3)));
        byte[] first = table.protectiveMbr().bytes();
        disk.write(0, ByteBuffer.wrap(first));
        Tables.apply(Tables.read(disk).forDiskOf(DISK_BYTES), disk);
        assertThat(PartitionTables.read(disk)).isEqualTo(new TableReading(Optional.of(table), List.of(), false));
    }

    @Test
    void aMissingProtectiveMbrIsTold() throws RescueException {
        Tables.poke(disk, 510, 0, 0);
        assertRead(table, "Sector 0 is no protective MBR");
    }

    @Test
    void aProtectiveMbrOfAnotherSizeIsToldAndRepaired() throws RescueException {
        Tables.poke(disk, 446 + 12, 0x01, 0x01, 0, 0);
        TableReading reading = PartitionTables.read(disk);
        assertThat(reading.findings()).containsExactly("The protective MBR does not cover the whole disk.");
        Tables.apply(reading.table().orElseThrow().forDiskOf(DISK_BYTES), disk);
        assertThat(PartitionTables.read(disk).findings()).isEmpty();
    }

    /** Windows writes the largest number, whatever the size of the disk. */
    @Test
    void aProtectiveMbrOfTheLargestSizeIsSoundAndStays() throws RescueException {
        Tables.poke(disk, 446 + 12, 0xFF, 0xFF, 0xFF, 0xFF);
        TableReading reading = PartitionTables.read(disk);
        assertThat(reading.findings()).isEmpty();
        GptTable larger = (GptTable) reading.table().orElseThrow().forDiskOf(DISK_BYTES + MIB);
        assertThat(larger.protectiveMbr().entries().getFirst().sectorCount()).isEqualTo(MbrEntry.SECTORS_MAX);
    }

    @Test
    void thePartsOfATableMustNotOverlap() throws RescueException {
        GptLayout sound = table.layout();
        long firstUsable = sound.firstUsableLba();
        long lastUsable = sound.lastUsableLba();
        long backup = sound.backupLba();
        sound.check(sectorSize, DISK_BYTES);
        for (GptLayout wrong : List.of(
                new GptLayout(1, sound.shape(), firstUsable, lastUsable, backup),
                new GptLayout(3, sound.shape(), firstUsable, lastUsable, backup),
                new GptLayout(2, sound.shape(), firstUsable - 1, lastUsable, backup),
                new GptLayout(2, sound.shape(), lastUsable + 2, lastUsable, backup),
                new GptLayout(2, sound.shape(), firstUsable, lastUsable + 1, backup),
                new GptLayout(2, sound.shape(), firstUsable, lastUsable, backup - 1),
                new GptLayout(2, sound.shape(), firstUsable, lastUsable, backup + 1))) {
            assertThatThrownBy(() -> wrong.check(sectorSize, DISK_BYTES))
                    .as(wrong.toString())
                    .isInstanceOf(MalformedDataException.class);
        }
    }

    @Test
    void aBackupWhosePrimaryIsElsewhereIsNotUsed() throws RescueException {
        GptLayout layout = table.layout();
        byte[] header = new GptHeader(
                        lastLba(),
                        5,
                        layout.firstUsableLba(),
                        layout.lastUsableLba(),
                        Tables.DISK_GUID,
                        layout.backupArrayLba(sectorSize),
                        layout.shape(),
                        GptShape.crcOf(layout.shape().toArray(table.entries())))
                .toSector(sectorSize);
        disk.write(at(lastLba()), ByteBuffer.wrap(header));
        assertRead(table, "differs from the primary");
        disk.zero(new Extent(at(1), sectorBytes));
        assertNone("no sound backup is at its places");
    }

    @Test
    void aLeftoverBackupIsNotBelieved() throws RescueException {
        disk.zero(new Extent(0, MIB));
        assertNone("it is taken for a leftover");
    }

    @Test
    void aGrownDiskKeepsItsTableUntilItIsMoved() throws RescueException {
        MemoryDevice larger = new MemoryDevice(DISK_BYTES + 16 * MIB, sectorSize);
        Tables.copyAll(disk, larger);
        disk = larger;
        TableReading reading = PartitionTables.read(disk);
        assertThat(reading.findings()).singleElement().asString().contains("16,777,216 bytes (16.0 MiB) before it");
        assertThat(reading.table().orElseThrow().tableExtents()).isEqualTo(table.tableExtents());

        Tables.poke(disk, at(1) + 0x38, 0x99);
        reading = PartitionTables.read(disk);
        assertThat(reading.findings())
                .anySatisfy(told -> assertThat(told).contains("the backup at byte " + at(lastLba()) + " is used"));

        Tables.poke(disk, at(1), 0);
        reading = PartitionTables.read(disk);
        PartitionTable moved = reading.table().orElseThrow().forDiskOf(disk.sizeBytes());
        assertThat(moved).isEqualTo(table.forDiskOf(disk.sizeBytes()));
        Tables.apply(moved, disk);
        assertThat(PartitionTables.read(disk).findings()).isEmpty();
    }

    @Test
    void aCutDiskWhosePartitionsFitHasATable() throws RescueException {
        MemoryDevice smaller = new MemoryDevice(32 * MIB, sectorSize);
        Tables.copyAll(disk, smaller);
        disk = smaller;
        assertRead(table.forDiskOf(32 * MIB), "its backup is missing, its partitions fit");
    }

    @Test
    void aCutDiskWhosePartitionsDoNotFitHasNone() throws RescueException {
        long arrayAndHeader = 16384L + sectorBytes;
        MemoryDevice smaller = new MemoryDevice(at(5001) + arrayAndHeader - sectorBytes, sectorSize);
        Tables.copyAll(disk, smaller);
        disk = smaller;
        assertNone(String.format("%,d bytes too few", sectorBytes));
        assertThatThrownBy(() -> table.forDiskOf(smaller.sizeBytes())).isInstanceOf(RefusedException.class);
        assertThat(table.forDiskOf(smaller.sizeBytes() + sectorBytes).partitions())
                .isEqualTo(table.partitions());
    }

    @Test
    void overlappingEntriesAreNotBelieved() throws RescueException {
        assertNotBelieved(List.of(Tables.entry(1, 300, 999), Tables.entry(2, 999, 1200)), "no overlap");
    }

    @Test
    void entriesOutsideTheUsableSectorsAreNotBelieved() throws RescueException {
        assertNotBelieved(List.of(Tables.entry(1, 2, 999)), "inside the usable sectors");
        assertNotBelieved(List.of(Tables.entry(1, 300, lastLba())), "inside the usable sectors");
        assertNotBelieved(List.of(Tables.entry(1, 300, Long.MAX_VALUE)), "inside the usable sectors");
        assertNotBelieved(List.of(Tables.entry(1, -5, 400)), "inside the usable sectors");
        assertNotBelieved(List.of(Tables.entry(1, 500, 400)), "a start not after its end");
    }

    /** Writes both copies with right checksums around entries that make no sense. */
    private void assertNotBelieved(List<GptEntry> entries, String finding) throws RescueException {
        GptLayout layout = table.layout();
        byte[] array = layout.shape().toArray(entries);
        int crc = GptShape.crcOf(array);
        for (long headerLba : new long[] {1, lastLba()}) {
            long arrayLba = headerLba == 1 ? 2 : layout.backupArrayLba(sectorSize);
            disk.write(at(arrayLba), ByteBuffer.wrap(array));
            byte[] header = new GptHeader(
                            headerLba,
                            headerLba == 1 ? lastLba() : 1,
                            layout.firstUsableLba(),
                            layout.lastUsableLba(),
                            Tables.DISK_GUID,
                            arrayLba,
                            layout.shape(),
                            crc)
                    .toSector(sectorSize);
            disk.write(at(headerLba), ByteBuffer.wrap(header));
        }
        assertNone(finding);
    }

    @Test
    void aHybridMbrIsToldAndKept() throws RescueException {
        List<MbrEntry> hybrid = List.of(
                new MbrEntry(0, 0x000200, 0xEE, 0xFFFFFF, 1, 299),
                new MbrEntry(0x80, 0, 0x07, 0, 300, 700),
                new MbrEntry(0, 0, 0, 0, 0, 0),
                new MbrEntry(0, 0, 0, 0, 0, 0));
        EntrySector first = table.protectiveMbr().withEntries(hybrid);
        disk.write(0, ByteBuffer.wrap(first.bytes()));

        TableReading reading = PartitionTables.read(disk);
        assertThat(reading.findings()).singleElement().asString().contains("hybrid");
        assertThat(reading.needsRepair()).isFalse();
        PartitionTable read = reading.table().orElseThrow();
        assertThat(read.forDiskOf(DISK_BYTES)).isEqualTo(read);
        assertThatThrownBy(() -> read.forDiskOf(DISK_BYTES + MIB))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("hybrid");
    }

    @Test
    void aTableForOtherSectorsIsExplained() throws RescueException {
        SectorSize other = new SectorSize(sectorBytes == 512 ? 4096 : 512);
        disk = new MemoryDevice(DISK_BYTES, sectorSize);
        for (TableWrite write : Tables.emptyGpt(DISK_BYTES, other).writes()) {
            disk.write(write.offsetBytes(), write.buffer());
        }
        assertNone("A GPT for sectors of " + other + " stands here");
    }
}
