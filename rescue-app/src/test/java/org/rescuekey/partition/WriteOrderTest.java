package org.rescuekey.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.partition.Tables.MIB;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.partition.mbr.MbrEntry;
import org.rescuekey.units.SectorSize;

/** A table is written so that a power cut after any write leaves the old table, the new one, or none; never a mixture. */
class WriteOrderTest {
    private static final long DISK_BYTES = 64 * MIB;
    private static final MbrEntry UNUSED = new MbrEntry(0, 0, 0, 0, 0, 0);

    private static GptTable gpt() {
        return Tables.gpt(DISK_BYTES, SectorSize.SECTOR_512, List.of(Tables.entry(1, 2048, 4095)));
    }

    private static MbrTable mbr() throws RescueException {
        EntrySector first = EntrySector.of(new byte[512])
                .withEntries(List.of(
                        new MbrEntry(0, 0, 7, 0, 100, 100), new MbrEntry(0, 0, 5, 0, 1000, 5000), UNUSED, UNUSED));
        return MbrTable.of(SectorSize.SECTOR_512, DISK_BYTES, first, lba -> {
            MbrEntry next = lba < 3000 ? new MbrEntry(0, 0, 5, 0, lba, 1000) : UNUSED;
            return EntrySector.of(new byte[512])
                    .withEntries(List.of(new MbrEntry(0, 0, 0x83, 0, 10, 100), next, UNUSED, UNUSED));
        });
    }

    @Test
    void theBackupGoesBeforeThePrimaryAndSectorZeroIsLast() {
        assertThat(gpt().writes())
                .extracting(TableWrite::what)
                .containsExactly(
                        "backup GPT entries",
                        "backup GPT header",
                        "primary GPT entries",
                        "primary GPT header",
                        "boot code and protective MBR");
    }

    @Test
    void linksGoFromTheLastToTheFirst() throws RescueException {
        assertThat(mbr().writes())
                .extracting(TableWrite::offsetBytes)
                .containsExactly(3000L * 512, 2000L * 512, 1000L * 512, 0L);
    }

    @Test
    void aBlankDiskHasTheWholeTableOrNone() throws RescueException {
        for (PartitionTable table : List.of(gpt(), mbr())) {
            MemoryDevice disk = new MemoryDevice(DISK_BYTES, SectorSize.SECTOR_512);
            assertWholeOrNone(disk, table, null);
        }
    }

    @Test
    void anMbrDiskThatGetsAGptHasOneOfThem() throws RescueException {
        MemoryDevice disk = new MemoryDevice(DISK_BYTES, SectorSize.SECTOR_512);
        Tables.apply(mbr(), disk);
        assertWholeOrNone(disk, gpt(), mbr());
    }

    @Test
    void aGptDiskThatGetsAnMbrHasOneOfThem() throws RescueException {
        MemoryDevice disk = new MemoryDevice(DISK_BYTES, SectorSize.SECTOR_512);
        Tables.apply(gpt(), disk);
        assertWholeOrNone(disk, mbr(), gpt());
    }

    private static void assertWholeOrNone(MemoryDevice disk, PartitionTable table, @Nullable PartitionTable before)
            throws RescueException {
        for (TableWrite write : table.writes()) {
            Optional<PartitionTable> read = PartitionTables.read(disk).table();
            assertThat(read.isEmpty()
                            || read.get().equals(before)
                            || read.get().partitions().equals(table.partitions()))
                    .as("before " + write + ": " + read)
                    .isTrue();
            disk.write(write.offsetBytes(), write.buffer());
        }
        assertThat(PartitionTables.read(disk).table()).contains(table);
    }

    @Test
    void writesKeepTheirBytes() {
        byte[] bytes = {1, 2, 3};
        TableWrite write = new TableWrite(0, bytes, "test");
        bytes[0] = 9;
        write.bytes()[1] = 9;
        assertThat(write.bytes()).containsExactly(1, 2, 3);
        assertThat(write.buffer()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(write.buffer().isReadOnly()).isTrue();
        assertThat(write).isEqualTo(new TableWrite(0, new byte[] {1, 2, 3}, "test"));
    }
}
