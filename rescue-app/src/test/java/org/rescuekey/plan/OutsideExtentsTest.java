package org.rescuekey.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.engine.Layouts;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** What an image keeps of a disk outside its partitions. */
final class OutsideExtentsTest {
    private static final long MIB = 1 << 20;
    private static final long SECTORS = 2048;

    private static MemoryDevice disk(long mib) {
        return new MemoryDevice(mib * MIB, SectorSize.SECTOR_512);
    }

    private static PartitionTable table(MemoryDevice disk) throws Exception {
        return PartitionTables.read(disk).table().orElseThrow();
    }

    @Test
    void smallGapsAreKeptWholeAndOfLargeOnesTheBeginning() throws Exception {
        MemoryDevice disk = disk(200);
        Layouts.gpt(disk, part(1, SECTORS, 10 * SECTORS), part(2, 21 * SECTORS, 10 * SECTORS));
        ExtentSet kept = OutsideExtents.of(table(disk), false);
        long end = 200 * MIB;
        assertThat(kept)
                .isEqualTo(ExtentSet.of(
                        new Extent(0, MIB),
                        new Extent(11 * MIB, 10 * MIB),
                        new Extent(31 * MIB, OutsideExtents.GAP_BYTES),
                        new Extent(end - 33 * 512, 33 * 512)));
    }

    @Test
    void aGapOfExactlyTheLimitIsKeptWhole() throws Exception {
        MemoryDevice disk = disk(64);
        Layouts.mbr(disk, part(1, SECTORS, SECTORS), part(2, 18 * SECTORS, 46 * SECTORS));
        assertThat(OutsideExtents.of(table(disk), false))
                .isEqualTo(ExtentSet.of(new Extent(0, MIB), new Extent(2 * MIB, 16 * MIB)));
    }

    @Test
    void everySectorIsKeptOnRequest() throws Exception {
        MemoryDevice disk = disk(200);
        Layouts.gpt(disk, part(1, SECTORS, 10 * SECTORS));
        assertThat(OutsideExtents.of(table(disk), true))
                .isEqualTo(ExtentSet.of(new Extent(0, MIB), Extent.between(11 * MIB, 200 * MIB)));
    }

    @Test
    void theLinkSectorsOfLogicalPartitionsAreKeptWhereverTheyLie() throws Exception {
        MemoryDevice disk = disk(200);
        Layouts.mbr(
                disk,
                List.of(part(1, SECTORS, SECTORS)),
                List.of(part(5, 10 * SECTORS, SECTORS), part(6, 150 * SECTORS, SECTORS)));
        ExtentSet kept = OutsideExtents.of(table(disk), false);
        assertThat(kept.contains(new Extent((10 * SECTORS - 1) * 512, 512))).isTrue();
        assertThat(kept.contains(new Extent((150 * SECTORS - 1) * 512, 512))).isTrue();
        assertThat(kept.intersects(new Extent(10 * MIB, MIB))).isFalse();
        assertThat(kept.intersects(new Extent(100 * MIB, MIB))).isFalse();
    }
}
