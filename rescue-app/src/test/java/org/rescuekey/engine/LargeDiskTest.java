package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** A disk of 16 TB in the memory that tests have: time and memory follow what is used, not what there is. */
final class LargeDiskTest {
    private static final long SIZE_BYTES = 16_000_000_000_000L / 4096 * 4096;

    private final TestBench bench = new TestBench();

    @AfterEach
    void close() {
        bench.close();
    }

    /** Partitions far from each other, each with a small volume and unpartitioned space around it. */
    private BenchDisk disk(String path, long sizeBytes, SectorSize sector) throws Exception {
        BenchDisk disk = bench.disk(path, sizeBytes, sector);
        long perMib = MIB / sector.bytes();
        long far = sector.toSectors(sizeBytes) - 20 * perMib;
        Layouts.gpt(disk.medium(), part(1, perMib, 8 * perMib), part(2, far, 8 * perMib));
        SampleVolumes.put(disk.medium(), MIB, SampleVolumes.ext4(8));
        SampleVolumes.put(disk.medium(), sector.toBytes(far), SampleVolumes.ext4(8));
        return disk;
    }

    @Test
    void aSparseDiskOf16TerabytesIsCapturedListedAndVerified() throws Exception {
        BenchDisk source = disk("/dev/sda", SIZE_BYTES, SectorSize.SECTOR_4096);
        String image = bench.image("/dev/sda");
        assertThat(Files.size(Path.of(image))).isLessThan(8 * MIB);
        ImageFacts facts = bench.service().images(bench.images()).getFirst();
        assertThat(Objects.requireNonNull(facts.description()).disk().sizeBytes())
                .isEqualTo(SIZE_BYTES);
        assertThat(bench.verify(image).state()).isEqualTo(JobState.COMPLETE);
        BenchDisk target = bench.disk("/dev/sdb", SIZE_BYTES + (1L << 40), SectorSize.SECTOR_4096);
        assertThat(bench.restore(image, "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(source, target);
        assertThat(target.table().findings()).isEmpty();
    }

    @Test
    void aVolumeOfATerabyteThatIsNearlyEmptyIsReadWhereItIsUsed() throws Exception {
        BenchDisk source = bench.disk("/dev/sda", SIZE_BYTES, SectorSize.SECTOR_4096);
        long clusters = 16_000_000;
        FatMaker.fat32(source.medium(), MIB, clusters, 64 << 10);
        long sectors = FatMaker.sizeBytes(clusters, 64 << 10) / 4096;
        Layouts.gpt(source.medium(), part(1, MIB / 4096, sectors));
        String image = bench.image("/dev/sda");
        ImageFacts facts = bench.service().image(image);
        assertThat(facts.usedBytes()).isBetween(128 * MIB, 160 * MIB);
        assertThat(facts.storedBytes()).isLessThan(4 * MIB);
    }

    @Test
    void zerosTakeLittleRoom() throws Exception {
        BenchDisk source = bench.disk("/dev/sda", 256 * MIB);
        Layouts.fill(source.medium(), new Extent(100 * MIB, 4096), 1);
        String image = bench.image("/dev/sda");
        assertThat(Files.size(Path.of(image))).isLessThan(MIB);
    }
}
