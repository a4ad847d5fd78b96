package org.rescuekey.partition;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;
import org.rescuekey.Bounded;
import org.rescuekey.Sectors;
import org.rescuekey.device.CountingDevice;

/** GPT, MBR and its chains from a stored corpus of hostile disks, in bounded time and memory. */
@Tag("fuzz")
final class TableFuzzTest {
    @FuzzTest
    void table(byte[] sectors) {
        Bounded.run(32 << 20, () -> {
            CountingDevice disk = new CountingDevice(Sectors.device(sectors));
            TableReading reading = PartitionTables.read(disk);
            assertThat(disk.reads()).isLessThan(2000);
            assertThat(disk.bytesRead()).isLessThan(4 << 20);
            for (Partition partition :
                    reading.table().map(PartitionTable::partitions).orElse(java.util.List.of())) {
                assertThat(partition.extent().end()).isLessThanOrEqualTo(disk.sizeBytes());
            }
        });
    }
}
