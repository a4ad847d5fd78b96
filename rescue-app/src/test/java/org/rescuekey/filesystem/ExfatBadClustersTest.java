package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.CountingDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** Maps of exFAT volumes whose table calls clusters bad. */
class ExfatBadClustersTest {
    private static final int BAD = 0xFFFF_FFF7;

    @TempDir
    Path folder;

    @Test
    void badClustersAreNotUsedAndAreTold() throws IOException {
        Path volume = make();
        ExfatFixture.Geometry exfat = ExfatFixture.Geometry.of(volume);
        for (long bad : new long[] {500, 501, exfat.lastCluster()}) {
            ExfatFixture.mark(volume, bad, true);
            ExfatFixture.writeInt(volume, exfat.entryOffset(bad), BAD);
        }
        ExfatFixture.mark(volume, 502, true);

        UsedMap map = map(volume);

        assertThat(map.knownBad().contains(exfat.clusterOffset(500))).isTrue();
        assertThat(map.knownBad().contains(exfat.clusterOffset(501))).isTrue();
        assertThat(map.knownBad().contains(exfat.clusterOffset(exfat.lastCluster())))
                .isTrue();
        assertThat(map.used().contains(cluster(exfat, 502))).isTrue();
        assertThat(map.knownBad().contains(cluster(exfat, 502))).isFalse();
        assertThat(map.notes())
                .containsExactly(
                        "12,288 bytes (12.0 KiB) in 2 places marked as bad: tried all the same, but what cannot be read of it is no loss.");
    }

    /** Who follows the chain gets there, whatever it says there. */
    @Test
    void clusterThatAnotherLinksToIsNotBad() throws IOException {
        Path volume = make();
        ExfatFixture.Geometry exfat = ExfatFixture.Geometry.of(volume);
        ExfatFixture.mark(volume, 500, true);
        ExfatFixture.writeInt(volume, exfat.entryOffset(500), BAD);
        ExfatFixture.writeInt(volume, exfat.entryOffset(499), 500);

        UsedMap map = map(volume);

        assertThat(map.used().contains(cluster(exfat, 500))).isTrue();
        assertThat(map.knownBad().isEmpty()).isTrue();
        assertThat(map.notes()).isEmpty();
    }

    /** A directory that holds itself has no end; what cannot be followed leaves nothing bad. */
    @Test
    void directoryInALoopLeavesNothingBad() throws IOException {
        Path volume = make();
        ExfatFixture.Geometry exfat = ExfatFixture.Geometry.of(volume);
        ExfatFixture.mark(volume, 500, true);
        ExfatFixture.writeInt(volume, exfat.entryOffset(500), BAD);
        long entry = ExfatFixture.rootEntry(volume, 0x82) + 32;
        ExfatFixture.write(volume, entry, (byte) 0x85, (byte) 1, (byte) 0, (byte) 0, (byte) 0x10);
        ExfatFixture.write(volume, entry + 32, (byte) 0xC0, (byte) 1);
        ExfatFixture.writeInt(volume, entry + 32 + 20, (int) exfat.root());
        ExfatFixture.writeInt(volume, entry + 32 + 24, 4096);

        UsedMap map;
        try (CountingDevice device = new CountingDevice(FileDevice.openReadOnly(volume, SectorSize.SECTOR_512))) {
            map = Volumes.usedMap(device, PageFiles.LEFT_OUT);
            assertThat(device.bytesRead()).isLessThan(device.sizeBytes());
        }

        assertThat(map.reason()).isEmpty();
        assertThat(map.used().contains(cluster(exfat, 500))).isTrue();
        assertThat(map.knownBad().isEmpty()).isTrue();
        assertThat(map.notes()).isEmpty();
    }

    private Path make() throws IOException {
        return ExfatFixture.make(folder.resolve("exfat.img"), 8 << 20, 4096);
    }

    private static UsedMap map(Path volume) throws IOException {
        return UsedMapCheck.map(volume, SectorSize.SECTOR_512);
    }

    private static Extent cluster(ExfatFixture.Geometry exfat, long cluster) {
        return new Extent(exfat.clusterOffset(cluster), exfat.clusterBytes());
    }
}
