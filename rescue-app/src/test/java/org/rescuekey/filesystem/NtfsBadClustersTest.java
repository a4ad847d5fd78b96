package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** Clusters that NTFS knows as bad: nobody reads them, and nothing else gets lost. ntfsresize counts them too. */
class NtfsBadClustersTest {
    private static final int CLUSTER_BYTES = 512;

    @TempDir
    Path folder;

    private Path volume;
    private long clusterCount;

    @BeforeEach
    void makeVolume() throws IOException {
        volume = NtfsFixture.make(folder.resolve("ntfs.img"), 6 << 20, CLUSTER_BYTES, 512);
        clusterCount = NtfsFixture.clusterCount(volume);
        byte[] content = new byte[100_000];
        new Random(5).nextBytes(content);
        NtfsFixture.copyIn(volume, Files.write(folder.resolve("file"), content), "file.bin");
    }

    @Test
    void badClustersAreNotRead() throws IOException {
        ExtentSet before = map().used();
        Extent first = new Extent(11_000, 3);
        Extent last = new Extent(clusterCount - 1, 1);
        NtfsRecordEditor.markBad(volume, clusterCount, first, last);
        assertThat(Tool.start("ntfsresize", "-i", "-f", volume).output()).contains("at least 4 bad sectors");

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, this::checkVolume);

        assertThat(map.used()).isEqualTo(before);
        assertThat(map.used().intersects(bytes(first))).isFalse();
        assertThat(map.used().intersects(bytes(last))).isFalse();
        assertThat(map.notes())
                .containsExactly("2,048 bytes (2.0 KiB) of it are in clusters that its own system marked as bad;"
                        + " they hold no data and are not read.");
    }

    @Test
    void aSectorThatABadClusterSharesIsRead() throws IOException {
        ExtentSet before = map().used();
        NtfsRecordEditor.markBad(volume, clusterCount, new Extent(11_001, 30));

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_4096);

        assertThat(map.used().contains(bytes(new Extent(11_008, 16)))).isFalse();
        assertThat(map.used().union(before)).isEqualTo(map.used());
    }

    @Test
    void whatAFileOfTheSystemUsesIsReadEvenIfItIsMarkedAsBad() throws IOException {
        ExtentSet before = map().used();
        long log = NtfsFixture.contentOffset(volume, 2) / CLUSTER_BYTES;
        NtfsRecordEditor.markBad(volume, clusterCount, new Extent(0, 4), new Extent(log, 5));

        UsedMap map = map();

        assertThat(map.used()).isEqualTo(before);
        assertThat(map.notes())
                .containsExactly("9 clusters that its system marked as bad may be in use by files and are read.");
    }

    @Test
    void whatAnyFileUsesIsReadEvenIfItIsMarkedAsBad() throws IOException {
        ExtentSet before = map().used();
        long file = NtfsFixture.contentOffset(volume, NtfsFixture.record(volume, "file.bin")) / CLUSTER_BYTES;
        NtfsRecordEditor.markBad(volume, clusterCount, new Extent(file + 2, 5), new Extent(11_000, 3));

        UsedMap map = map();

        assertThat(map.used()).isEqualTo(before);
        assertThat(map.notes())
                .hasSize(2)
                .contains("5 clusters that its system marked as bad may be in use by files and are read.");
    }

    /** What a record that is damaged uses is not known. */
    @Test
    void allIsReadIfARecordIsDamaged() throws IOException {
        NtfsRecordEditor.markBad(volume, clusterCount, new Extent(11_000, 3));
        long record = NtfsFixture.recordOffset(volume, NtfsFixture.record(volume, "file.bin"));
        NtfsFixture.write(volume, record + 510, ByteBuffer.wrap(new byte[] {(byte) 0xEE, (byte) 0xEE}));

        assertThat(map().used().contains(bytes(new Extent(11_000, 3)))).isTrue();
        assertThat(map().notes()).hasSize(2);
        assertThat(map().notes().getFirst()).startsWith("3 clusters");
        assertThat(map().notes().getLast()).startsWith("1 of its file records");
    }

    /** The list says that a cluster is bad by standing at its own number. */
    @Test
    void aRunInTheWrongPlaceIsNotBelieved() throws IOException {
        ExtentSet before = map().used();
        NtfsFixture.setBits(volume, new Extent(11_000, 4));
        NtfsRecordEditor editor = NtfsRecordEditor.open(volume, 8);
        int rest = (int) clusterCount - 4;
        editor.setRuns("$Bad", new byte[] {0x21, 4, (byte) 0xF8, 0x2A, 0x02, (byte) rest, (byte) (rest >> 8), 0});
        editor.write();

        assertThat(map().used()).isEqualTo(before.union(ExtentSet.of(bytes(new Extent(11_000, 4)))));
        assertThat(map().notes()).isEmpty();
    }

    private static Extent bytes(Extent clusters) {
        return new Extent(clusters.start() * CLUSTER_BYTES, clusters.length() * CLUSTER_BYTES);
    }

    private void checkVolume(Path changed) throws IOException {
        assertThat(Tool.run("ntfsfix", "-n", changed)).contains("was processed successfully");
        Path out = folder.resolve("out");
        Tool.run("sh", "-c", "ntfscat -f " + changed + " file.bin > " + out);
        assertThat(out).hasSameBinaryContentAs(folder.resolve("file"));
    }

    private UsedMap map() throws IOException {
        return UsedMapCheck.map(volume, SectorSize.SECTOR_512);
    }
}
