package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** Maps of exFAT volumes made by mkfs.exfat, with one thing changed in each. */
class ExfatUsedMapTest {
    private static final int END = -1;
    private static final int BAD = 0xFFFF_FFF7;

    @TempDir
    Path folder;

    @Test
    void lastClusterAloneIsSeen() throws IOException {
        Path volume = make();
        ExfatFixture.Geometry exfat = ExfatFixture.Geometry.of(volume);
        assertThat(map(volume).used().contains(exfat.clusterOffset(exfat.lastCluster())))
                .isFalse();
        ExfatFixture.mark(volume, exfat.lastCluster(), true);

        UsedMap map = map(volume);

        assertThat(map.used().contains(cluster(exfat, exfat.lastCluster()))).isTrue();
        assertThat(map.used().contains(exfat.clusterOffset(exfat.lastCluster() - 1)))
                .isFalse();
    }

    @Test
    void bitsBehindTheLastClusterSayNothing() throws IOException {
        Path volume = ExfatFixture.make(volume(), (8 << 20) + 4096, 4096);
        ExfatFixture.Geometry exfat = ExfatFixture.Geometry.of(volume);
        assertThat(exfat.clusters() % 8).isEqualTo(1);
        long before = map(volume).used().totalBytes();
        ExfatFixture.write(volume, ExfatFixture.bitmapOffset(volume) + exfat.clusters() / 8, (byte) 0xFE);

        assertThat(map(volume).used().totalBytes()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 1 << 20, 32 << 20})
    void clustersOfAnySize(int clusterBytes) throws IOException {
        Path volume = ExfatFixture.make(
                volume(), Math.max(16L << 20, 9L * clusterBytes), clusterBytes, "-b", Math.max(8192, clusterBytes));
        ExfatFixture.Geometry exfat = ExfatFixture.Geometry.of(volume);

        UsedMap map = map(volume);

        assertThat(map.reason()).isEmpty();
        assertThat(map.used().contains(cluster(exfat, exfat.root()))).isTrue();
        assertThat(map.used().contains(exfat.clusterOffset(exfat.lastCluster())))
                .isFalse();
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).clusterBytes())
                .isEqualTo(clusterBytes);
    }

    @Test
    void bitmapPackedInFrontOfTheHeap() throws IOException {
        Path volume = ExfatFixture.make(volume(), 8 << 20, 4096, "--pack-bitmap");

        UsedMap map = map(volume);

        assertThat(map.reason()).isEmpty();
        assertThat(map.used().totalBytes()).isLessThan(3 << 20);
    }

    /** Four clusters of 512 bytes of bitmap, of which the last two are moved away from the others and swapped. */
    @Test
    void bitmapInPiecesIsFollowed() throws IOException {
        Path volume = ExfatFixture.make(volume(), 9 << 20, 512);
        ExfatFixture.Geometry exfat = ExfatFixture.Geometry.of(volume);
        long bitmap = ExfatFixture.bitmapOffset(volume);
        int first = (int) ((bitmap - exfat.heapOffset()) / 512) + 2;
        ExfatFixture.mark(volume, 9000, true);
        ExfatFixture.mark(volume, 12_000, true);
        ExfatFixture.mark(volume, 100, true);
        ExfatFixture.mark(volume, 110, true);
        ExfatFixture.write(
                volume,
                exfat.clusterOffset(110),
                ExfatFixture.read(volume, bitmap + 2 * 512, 512).array());
        ExfatFixture.write(
                volume,
                exfat.clusterOffset(100),
                ExfatFixture.read(volume, bitmap + 3 * 512, 512).array());
        assertThat(exfat.clusters()).isGreaterThan(3 * 4096);
        ExfatFixture.write(volume, bitmap + 2 * 512, new byte[2 * 512]);
        ExfatFixture.writeInt(volume, exfat.entryOffset(first + 1), 110);
        ExfatFixture.writeInt(volume, exfat.entryOffset(110), 100);
        ExfatFixture.writeInt(volume, exfat.entryOffset(100), END);

        UsedMap map = map(volume);

        assertThat(map.reason()).isEmpty();
        assertThat(map.notes()).isEmpty();
        assertThat(map.used().contains(cluster(exfat, 9000))).isTrue();
        assertThat(map.used().contains(cluster(exfat, 12_000))).isTrue();
        assertThat(map.used().contains(exfat.clusterOffset(9001))).isFalse();
        assertThat(map.used().contains(exfat.clusterOffset(8999))).isFalse();
    }

    // the structure that is marked as free: the type of its entry, or 0 for the root directory
    @ParameterizedTest
    @ValueSource(ints = {0x81, 0x82, 0})
    void structuresMarkedAsFreeAreAddedAndTold(int type) throws IOException {
        Path volume = make();
        ExfatFixture.Geometry exfat = ExfatFixture.Geometry.of(volume);
        long cluster = type == 0
                ? exfat.root()
                : ExfatFixture.read(volume, ExfatFixture.rootEntry(volume, type) + 20, 4)
                        .getInt(0);
        ExfatFixture.mark(volume, cluster, false);

        UsedMap map = map(volume);

        assertThat(map.used().contains(cluster(exfat, cluster))).isTrue();
        assertThat(map.notes())
                .containsExactly("4,096 bytes (4.0 KiB) in 1 place of its own structures are marked as free;"
                        + " they count as used.");
    }

    /** An end that says "bad" is no end; the chain of the root directory is damaged. */
    @Test
    void chainThatEndsInABadClusterMakesTheMapRaw() throws IOException {
        Path volume = make();
        ExfatFixture.Geometry exfat = ExfatFixture.Geometry.of(volume);
        ExfatFixture.writeInt(volume, exfat.entryOffset(exfat.root()), BAD);

        assertThat(map(volume).reason()).contains("exFAT root directory", "or the end, found 4294967287");
    }

    @Test
    void chainInALoopMakesTheMapRaw() throws IOException {
        Path volume = make();
        ExfatFixture.Geometry exfat = ExfatFixture.Geometry.of(volume);
        ExfatFixture.writeInt(volume, exfat.entryOffset(exfat.root()), (int) exfat.root());

        assertThat(map(volume).reason()).contains("exFAT root directory", "an end after at most");
    }

    // the bytes of the flags, the state, the reason
    @ParameterizedTest
    @CsvSource({"2, DIRTY, not closed properly", "4, HAS_ERRORS, medium has failed"})
    void flagsAreStatesAndMakeTheMapRaw(byte flags, VolumeState state, String reason) throws IOException {
        Path volume = make();
        ExfatFixture.write(volume, 106, flags);

        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).states())
                .containsExactly(state);
        assertThat(map(volume).reason()).contains(reason);
    }

    @Test
    void activeSecondTableMakesTheMapRaw() throws IOException {
        Path volume = make();
        ExfatFixture.write(volume, 106, (byte) 1);

        assertThat(map(volume).reason()).contains("two tables");
    }

    @Test
    void twoTablesMakeTheMapRaw() throws IOException {
        Path volume = make();
        ExfatFixture.write(volume, 110, (byte) 2);
        ExfatFixture.sum(volume);

        assertThat(map(volume).reason()).contains("two tables");
    }

    @Test
    void damagedBootRegionMakesTheMapRawAndIsTold() throws IOException {
        Path volume = make();
        ExfatFixture.write(volume, 3 * 512 + 100, (byte) 1);

        assertThat(map(volume).reason()).contains("exFAT boot region", "expected the checksum");
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).notes())
                .containsExactly("Its boot region is damaged; the backup of it is sound.");
    }

    @Test
    void damagedBackupIsToldOnly() throws IOException {
        Path volume = make();
        ExfatFixture.write(volume, 15 * 512 + 100, (byte) 1);

        assertThat(map(volume).reason()).isEmpty();
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).notes())
                .containsExactly("The backup of its boot region is damaged.");
    }

    // offset in the boot sector, value of four bytes, what the reason names
    @ParameterizedTest
    @CsvSource({
        "64, 0, ''",
        "60, 1, expected zero",
        "72, 0, expected a number of sectors",
        "72, 0x3000, expected clusters inside",
        "80, 23, expected a FAT behind",
        "84, 1, sectors of a FAT",
        "88, 24, expected a heap behind",
        "92, 0xFFFF, expected",
        "92, 0, expected 1 to",
        "96, 1, expected a cluster of 2 to",
        "96, 0xFFFFFF, expected a cluster of 2 to",
        "104, 0x00000200, revision 1",
        "108, 0x0001030D, sectors of 512 to 4096",
        "108, 0x00011109, at most 32 MiB",
        "108, 0x00000309, one FAT or two",
    })
    void fieldsOutOfTheirLimitsMakeTheMapRaw(int offset, String value, String reason) throws IOException {
        Path volume = make();
        ExfatFixture.writeInt(volume, offset, Long.decode(value).intValue());
        ExfatFixture.sum(volume);

        UsedMap map = map(volume);

        assertThat(map.raw()).isEqualTo(!reason.isEmpty());
        assertThat(map.reason()).contains(reason);
    }

    @Test
    void volumeThatExceedsItsDeviceIsRaw() throws IOException {
        Path volume = make();
        Tool.run("truncate", "-s", (8 << 20) - 4096, volume);

        assertThat(map(volume).reason()).contains("a volume of at most 8,384,512 bytes");
    }

    @Test
    void bytesBehindTheVolumeAreUsed() throws IOException {
        Path volume = make();
        Tool.run("truncate", "-s", 9 << 20, volume);

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_4096);

        assertThat(map.used().contains(Extent.between(8 << 20, 9 << 20))).isTrue();
    }

    // type of an entry behind the others, whether the map is raw
    @ParameterizedTest
    @CsvSource({"0x86, true", "0x80, true", "0xA5, false", "0xC5, false", "0x05, false", "0x85, false"})
    void entriesThatMustBeUnderstoodAndAreNotMakeTheMapRaw(String type, boolean raw) throws IOException {
        Path volume = make();
        long upcase = ExfatFixture.rootEntry(volume, 0x82);
        ExfatFixture.write(volume, upcase + 32, Integer.decode(type).byteValue());

        assertThat(map(volume).raw()).isEqualTo(raw);
    }

    @Test
    void labelIsThatOfTheRootDirectory() throws IOException {
        Path volume = make();
        ExfatFixture.write(
                volume, ExfatFixture.rootEntry(volume, 0x83) + 1, (byte) 2, (byte) 'E', (byte) 0, (byte) 0xDC);

        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).label())
                .isEqualTo("E\u00dc");
    }

    @Test
    void missingOrSecondBitmapMakesTheMapRaw() throws IOException {
        Path volume = make();
        long entry = ExfatFixture.rootEntry(volume, 0x81);
        byte[] bitmap = ExfatFixture.read(volume, entry, 32).array();
        ExfatFixture.write(volume, entry, (byte) 0x01);
        assertThat(map(volume).reason()).contains("expected one allocation bitmap, found 0");

        ExfatFixture.write(volume, entry, bitmap);
        bitmap[1] = 1;
        ExfatFixture.write(volume, ExfatFixture.rootEntry(volume, 0x82) + 32, bitmap);
        assertThat(map(volume).reason()).contains("expected one allocation bitmap, found 2");
    }

    // length in the entry of the bitmap
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 5000, -1})
    void bitmapOfAWrongLengthMakesTheMapRaw(int length) throws IOException {
        Path volume = make();
        ExfatFixture.writeInt(volume, ExfatFixture.rootEntry(volume, 0x81) + 24, length);

        assertThat(map(volume).raw()).isTrue();
    }

    private Path make() throws IOException {
        return ExfatFixture.make(volume(), 8 << 20, 4096);
    }

    private Path volume() {
        return folder.resolve("exfat.img");
    }

    private static UsedMap map(Path volume) throws IOException {
        return UsedMapCheck.map(volume, SectorSize.SECTOR_512);
    }

    private static Extent cluster(ExfatFixture.Geometry exfat, long cluster) {
        return new Extent(exfat.clusterOffset(cluster), exfat.clusterBytes());
    }
}
