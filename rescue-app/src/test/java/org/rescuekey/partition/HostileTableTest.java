package org.rescuekey.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.gpt.GptHeader;
import org.rescuekey.partition.gpt.GptShape;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.partition.mbr.MbrEntry;
import org.rescuekey.units.SectorSize;

/**
 * Random and mutated bytes as tables, from fixed seeds: reading ends with a table that keeps its invariants or with a
 * finding, never with another exception.
 */
class HostileTableTest {
    private static final int ROUNDS = 2000;
    private static final long SECTORS = 2048;
    private static final int[] INTERESTING = {0, 1, 0x7F, 0x80, 0xFF, 0xEE, 0x05, 0x0F, 0x55, 0xAA};

    private static MemoryDevice disk(SectorSize sectorSize) {
        return new MemoryDevice(SECTORS * sectorSize.bytes(), sectorSize);
    }

    private static void assertEndsWell(MemoryDevice disk) throws RescueException {
        TableReading reading = PartitionTables.read(disk);
        if (reading.table().isEmpty()) {
            assertThat(reading.findings()).isNotEmpty();
            return;
        }
        PartitionTable table = reading.table().get();
        assertThat(PartitionTables.parseText(table.toText())).isEqualTo(table);
        for (Partition partition : table.partitions()) {
            assertThat(partition.extent().end()).isLessThanOrEqualTo(disk.sizeBytes());
        }
        try {
            PartitionTable repaired = table.forDiskOf(disk.sizeBytes());
            Tables.apply(repaired, disk);
            assertThat(PartitionTables.read(disk).table()).contains(repaired);
        } catch (RefusedException e) {
            assertThat(table)
                    .isInstanceOfSatisfying(
                            GptTable.class,
                            gpt -> assertThat(gpt.isHybrid() || !gpt.hasBackupAtEnd())
                                    .isTrue());
        }
    }

    @Test
    void randomBytesWithTheMark() throws RescueException {
        Random random = new Random(1);
        for (int round = 0; round < ROUNDS; round++) {
            MemoryDevice disk = disk(SectorSize.SECTOR_512);
            byte[] bytes = new byte[4096];
            random.nextBytes(bytes);
            bytes[510] = 0x55;
            bytes[511] = (byte) 0xAA;
            if (round % 2 == 0) {
                for (int slot = 0; slot < 4; slot++) {
                    bytes[446 + 16 * slot] = (byte) (round % 4 == 0 ? 0x80 : 0);
                }
            }
            disk.write(0, ByteBuffer.wrap(bytes));
            assertEndsWell(disk);
        }
    }

    @Test
    void mutatedGpts() throws RescueException {
        Random random = new Random(2);
        for (int round = 0; round < ROUNDS; round++) {
            SectorSize sectorSize = round % 2 == 0 ? SectorSize.SECTOR_512 : SectorSize.SECTOR_4096;
            MemoryDevice disk = disk(sectorSize);
            GptTable table = Tables.gpt(
                    disk.sizeBytes(), sectorSize, List.of(Tables.entry(1, 40, 99), Tables.entry(2, 100, 500)));
            Tables.apply(table, disk);
            for (int change = random.nextInt(6); change >= 0; change--) {
                long lba = List.of(0L, 1L, 2L, SECTORS - 1, table.layout().backupArrayLba(sectorSize))
                        .get(random.nextInt(5));
                int range = lba == 0 ? 512 : lba == 1 || lba == SECTORS - 1 ? 92 : 256;
                Tables.poke(disk, lba * sectorSize.bytes() + random.nextInt(range), value(random));
            }
            assertEndsWell(disk);
        }
    }

    /** As above, but with checksums made right again, so that the fields behind them are reached. */
    @Test
    void mutatedGptsWithRightChecksums() throws RescueException {
        Random random = new Random(3);
        int believed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            MemoryDevice disk = disk(SectorSize.SECTOR_512);
            Tables.apply(Tables.gpt(disk.sizeBytes(), SectorSize.SECTOR_512, List.of(Tables.entry(1, 40, 99))), disk);
            for (long lba : new long[] {1, SECTORS - 1}) {
                ByteBuffer header = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
                disk.read(lba * 512, header);
                int[] fields = {12, 32, 40, 48, 72, 80, 84};
                int field = fields[random.nextInt(fields.length)];
                header.put(field + random.nextInt(4), (byte) value(random));
                if (random.nextBoolean()) {
                    header.put(field + (field < 80 && field != 12 ? 7 : 3), (byte) value(random));
                }
                int length = Math.clamp(header.getInt(12), 92, 512);
                header.putInt(16, 0);
                CRC32 crc = new CRC32();
                crc.update(header.array(), 0, length);
                header.putInt(16, (int) crc.getValue());
                disk.write(lba * 512, header.flip().limit(512));
            }
            if (PartitionTables.read(disk).table().isPresent()) {
                believed++;
            }
            assertEndsWell(disk);
        }
        assertThat(believed).isBetween(1, ROUNDS - 1);
    }

    @Test
    void mutatedChains() throws RescueException {
        Random random = new Random(4);
        MbrEntry unused = new MbrEntry(0, 0, 0, 0, 0, 0);
        for (int round = 0; round < ROUNDS; round++) {
            MemoryDevice disk = disk(SectorSize.SECTOR_512);
            put(disk, 0, new MbrEntry(0, 0, 7, 0, 1, 99), new MbrEntry(0, 0, 5, 0, 100, 1900), unused);
            for (int link = 0; link < 6; link++) {
                put(
                        disk,
                        100 + link * 100L,
                        new MbrEntry(0, 0, 0x83, 0, 10, 50),
                        link == 5 ? unused : new MbrEntry(0, 0, 5, 0, (link + 1) * 100L, 100),
                        unused);
            }
            for (int change = random.nextInt(4); change >= 0; change--) {
                int lba = random.nextInt(7) * 100;
                Tables.poke(disk, lba * 512L + 446 + random.nextInt(66), value(random));
            }
            assertEndsWell(disk);
        }
    }

    @Test
    void mutatedTexts() throws RescueException {
        Random random = new Random(5);
        MemoryDevice disk = disk(SectorSize.SECTOR_512);
        Tables.apply(Tables.gpt(disk.sizeBytes(), SectorSize.SECTOR_512, List.of(Tables.entry(1, 40, 99))), disk);
        String text = Tables.read(disk).toText();
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder changed = new StringBuilder(text);
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(changed.length());
                switch (random.nextInt(4)) {
                    case 0 -> changed.deleteCharAt(at);
                    case 1 -> changed.insert(at, changed.charAt(random.nextInt(changed.length())));
                    case 2 -> changed.insert(at, "99999999999999999999", 0, random.nextInt(20));
                    default -> changed.setCharAt(at, (char) (' ' + random.nextInt(95)));
                }
            }
            try {
                assertThat(PartitionTables.parseText(changed.toString()).toText())
                        .isEqualTo(changed.toString());
            } catch (MalformedDataException e) {
                assertThat(e).hasMessageContaining("at offset");
            }
        }
    }

    @Test
    void sectorNumbersAtTheirLimits() throws RescueException {
        for (SectorSize sectorSize : List.of(SectorSize.SECTOR_512, SectorSize.SECTOR_4096, new SectorSize(65_536))) {
            long limit = GptHeader.lbaLimit(sectorSize);
            for (long value : new long[] {limit - 1, limit, limit + 1, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
                for (int field : new int[] {32, 40, 48, 72}) {
                    MemoryDevice disk = disk(sectorSize);
                    Tables.apply(Tables.emptyGpt(disk.sizeBytes(), sectorSize), disk);
                    GptTable table = (GptTable) Tables.read(disk);
                    GptLayout layout = table.layout();
                    byte[] header = new GptHeader(
                                    1,
                                    field == 32 ? value : layout.backupLba(),
                                    field == 40 ? value : layout.firstUsableLba(),
                                    field == 48 ? value : layout.lastUsableLba(),
                                    Tables.DISK_GUID,
                                    field == 72 ? value : 2,
                                    layout.shape(),
                                    GptShape.crcOf(layout.shape().toArray(List.of())))
                            .toSector(sectorSize);
                    disk.write(sectorSize.bytes(), ByteBuffer.wrap(header));
                    assertEndsWell(disk);
                }
            }
        }
    }

    private static int value(Random random) {
        return random.nextBoolean() ? INTERESTING[random.nextInt(INTERESTING.length)] : random.nextInt(256);
    }

    private static void put(MemoryDevice disk, long lba, MbrEntry one, MbrEntry two, MbrEntry rest)
            throws RescueException {
        EntrySector sector = EntrySector.of(new byte[512]).withEntries(List.of(one, two, rest, rest));
        disk.write(lba * 512, ByteBuffer.wrap(sector.bytes()));
    }
}
