package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.filesystem.UsedMap.LeftOut;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** Files whose content nobody needs: their clusters, and no other, are named, and nothing misses them. */
class NtfsLeftOutTest {
    private static final int CLUSTER_BYTES = 4096;

    @TempDir
    Path folder;

    private Path volume;

    @BeforeEach
    void makeVolume() throws IOException {
        volume = NtfsFixture.make(folder.resolve("ntfs.img"), 12 << 20, CLUSTER_BYTES, 512);
        put("before.bin", "data", 50_000);
    }

    @Test
    void theirClustersAreNamedAndNothingElseChangesWithoutThem() throws IOException {
        put("PageFile.sys", "page", 500_001);
        put("swapfile.sys", "swap", 100_000);
        put("hiberfil.sys", "wake", 300_000);
        put("after.bin", "data", 70_000);

        UsedMap map = map(SectorSize.SECTOR_512);

        assertThat(map.raw()).isFalse();
        assertThat(map.leftOut())
                .extracting(LeftOut::name)
                .containsExactly("pagefile.sys", "swapfile.sys", "hiberfil.sys");
        assertThat(map.leftOut().get(0).extents()).isEqualTo(extents("PageFile.sys"));
        assertThat(map.leftOut().get(0).sizeBytes()).isEqualTo(123 * CLUSTER_BYTES);
        assertThat(map.leftOut().get(1).extents()).isEqualTo(extents("swapfile.sys"));
        assertThat(map.leftOut().get(2).extents()).isEqualTo(extents("hiberfil.sys"));
        assertThat(map.used().intersect(map.leftOutExtents())).isEqualTo(map.leftOutExtents());

        Path zeroed = folder.resolve("zeroed.img");
        Files.copy(volume, zeroed, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel channel = FileChannel.open(zeroed, StandardOpenOption.WRITE)) {
            for (Extent extent : map.leftOutExtents()) {
                channel.write(ByteBuffer.allocate((int) extent.length()), extent.start());
            }
        }
        assertThat(Tool.run("ntfsfix", "-n", zeroed)).contains("was processed successfully");
        Tool.run("ntfsresize", "-i", "-f", zeroed);
        for (String name : List.of("before.bin", "after.bin")) {
            assertThat(content(zeroed, name)).isEqualTo(Files.readAllBytes(folder.resolve(name)));
        }
        assertThat(content(zeroed, "PageFile.sys")).isEqualTo(new byte[500_001]);
        assertThat(content(zeroed, "hiberfil.sys")).isEqualTo(new byte[300_000]);
    }

    @Test
    void theyAreKeptIfTheUserWantsSo() throws IOException {
        put("pagefile.sys", "page", 500_000);

        try (BlockDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            UsedMap map = Volumes.usedMap(device, PageFiles.KEPT);
            assertThat(map.leftOut()).isEmpty();
            assertThat(map.used()).isEqualTo(map(SectorSize.SECTOR_512).used());
        }
    }

    /** Zeros are what Windows 8 and later leave; what is not known may be anything. */
    @ParameterizedTest
    @ValueSource(strings = {"wake", "WAKE", "zero", "data"})
    void aHibernationFileIsLeftOutIfItIsKnownToBeStale(String magic) throws IOException {
        put("hiberfil.sys", magic, 300_000);

        assertThat(map(SectorSize.SECTOR_512).leftOut()).hasSize(magic.equals("data") ? 0 : 1);
    }

    @Test
    void aHibernatedVolumeLosesNothing() throws IOException {
        put("pagefile.sys", "page", 500_000);
        put("hiberfil.sys", "hibr", 300_000);

        assertThat(map(SectorSize.SECTOR_512).raw()).isTrue();
        assertThat(map(SectorSize.SECTOR_512).leftOut()).isEmpty();
    }

    /** After a crash of Windows its memory is there until the next start. */
    @Test
    void aPageFileThatHoldsADumpIsKept() throws IOException {
        put("pagefile.sys", "PAGE", 500_000);

        assertThat(map(SectorSize.SECTOR_512).leftOut()).isEmpty();
    }

    @Test
    void clustersThatTheBitmapCallsFreeAreItsOwnAllTheSame() throws IOException {
        put("pagefile.sys", "page", 500_000);
        Extent all = extents("pagefile.sys").get(0);
        NtfsFixture.clearBits(volume, new Extent(all.start() / CLUSTER_BYTES, 10));

        LeftOut left = map(SectorSize.SECTOR_512).leftOut().getFirst();

        assertThat(left.extents()).isEqualTo(ExtentSet.of(all));
    }

    /** Flags: compressed, encrypted, sparse. What they hold is not what the file says. */
    @ParameterizedTest
    @ValueSource(ints = {0x0001, 0x4000, 0x8000})
    void aFileThatIsNotPlainIsKept(int flags) throws IOException {
        put("pagefile.sys", "page", 500_000);
        NtfsRecordEditor editor = NtfsRecordEditor.open(volume, NtfsFixture.record(volume, "pagefile.sys"));
        editor.setFlags("", flags);
        editor.write();

        assertThat(map(SectorSize.SECTOR_512).leftOut()).isEmpty();
        assertThat(map(SectorSize.SECTOR_512).raw()).isFalse();
    }

    @Test
    void clustersThatTwoFilesClaimAreKept() throws IOException {
        put("pagefile.sys", "page", 500_000);
        put("swapfile.sys", "swap", 100_000);
        long page = extents("pagefile.sys").get(0).start() / CLUSTER_BYTES;
        long swap = extents("swapfile.sys").get(0).start() / CLUSTER_BYTES;
        long log = NtfsFixture.contentOffset(volume, 2) / CLUSTER_BYTES;
        // 100 clusters of the page file, the first five of which the swap file has too, and 23 that are the log's.
        edit("pagefile.sys", run(100, page), run(23, log - page));
        edit("swapfile.sys", run(20, swap), run(5, page - swap));

        UsedMap map = map(SectorSize.SECTOR_512);

        assertThat(map.leftOut())
                .containsExactly(
                        new LeftOut("pagefile.sys", clusters(page + 5, page + 100)),
                        new LeftOut("swapfile.sys", clusters(swap, swap + 20)));
    }

    /** Cross-linked, as on a volume that was damaged and not checked: the content may be the other file's. */
    @Test
    void clustersThatAFileOfAUserClaimsAreKept() throws IOException {
        put("pagefile.sys", "page", 500_000);
        put("user.bin", "data", 20_000);
        long page = extents("pagefile.sys").get(0).start() / CLUSTER_BYTES;
        edit("user.bin", run(5, page + 50));

        UsedMap map = map(SectorSize.SECTOR_512);

        assertThat(map.leftOut())
                .containsExactly(
                        new LeftOut("pagefile.sys", clusters(page, page + 50).union(clusters(page + 55, page + 123))));
    }

    /** What a record that is damaged claims is not known. */
    @Test
    void nothingIsLeftOutIfARecordIsDamaged() throws IOException {
        put("pagefile.sys", "page", 500_000);
        long record = NtfsFixture.recordOffset(volume, NtfsFixture.record(volume, "before.bin"));
        NtfsFixture.write(volume, record + 510, ByteBuffer.wrap(new byte[] {(byte) 0xEE, (byte) 0xEE}));

        assertThat(map(SectorSize.SECTOR_512).raw()).isFalse();
        assertThat(map(SectorSize.SECTOR_512).leftOut()).isEmpty();
    }

    /** Windows writes its memory past its file system, which then does not know how much was written. */
    @Test
    void marksAreLookedForOnTheMedium() throws IOException {
        put("pagefile.sys", "PAGE", 500_000);
        put("hiberfil.sys", "wake", 300_000);
        for (String name : new String[] {"pagefile.sys", "hiberfil.sys"}) {
            NtfsRecordEditor editor = NtfsRecordEditor.open(volume, NtfsFixture.record(volume, name));
            editor.setInitialised("", 0);
            editor.write();
        }
        assertThat(map(SectorSize.SECTOR_512).leftOut())
                .extracting(LeftOut::name)
                .containsExactly("hiberfil.sys");

        NtfsFixture.write(
                volume, extents("hiberfil.sys").get(0).start(), ByteBuffer.wrap(new byte[] {'h', 'i', 'b', 'r'}));

        assertThat(map(SectorSize.SECTOR_512).reason()).contains("hibernated");
    }

    @Test
    void aSectorThatAnotherFileSharesIsKept() throws IOException {
        volume = NtfsFixture.make(folder.resolve("small.img"), 6 << 20, 512, 512);
        put("odd.bin", "data", 1000);
        put("pagefile.sys", "page", 100_000);

        Extent whole = extents("pagefile.sys").get(0);
        assertThat(whole.start() % 4096).isNotZero();
        for (LeftOut left : map(SectorSize.SECTOR_4096).leftOut()) {
            assertThat(left.extents())
                    .isEqualTo(ExtentSet.of(
                            Extent.between((whole.start() + 4095) / 4096 * 4096, whole.end() / 4096 * 4096)));
        }
        assertThat(map(SectorSize.SECTOR_4096).leftOut()).hasSize(1);
    }

    @Test
    void filesInOtherFoldersAndOfOtherNamesAreKept() throws IOException {
        put("pagefile.sys.bak", "page", 500_000);
        put("xpagefile.sys", "page", 500_000);

        assertThat(map(SectorSize.SECTOR_512).leftOut()).isEmpty();
    }

    private void edit(String name, byte[]... runs) throws IOException {
        byte[] list = new byte[9 * runs.length + 1];
        for (int i = 0; i < runs.length; i++) {
            System.arraycopy(runs[i], 0, list, 9 * i, 9);
        }
        NtfsRecordEditor editor = NtfsRecordEditor.open(volume, NtfsFixture.record(volume, name));
        editor.setRuns("", list);
        editor.write();
    }

    /** A packed run with numbers of four bytes. */
    private static byte[] run(long count, long distance) {
        byte[] packed = new byte[9];
        packed[0] = 0x44;
        for (int i = 0; i < 4; i++) {
            packed[1 + i] = (byte) (count >> (8 * i));
            packed[5 + i] = (byte) (distance >> (8 * i));
        }
        return packed;
    }

    private static ExtentSet clusters(long start, long end) {
        return ExtentSet.of(Extent.between(start * CLUSTER_BYTES, end * CLUSTER_BYTES));
    }

    private void put(String name, String magic, int sizeBytes) throws IOException {
        byte[] content = new byte[sizeBytes];
        new Random(sizeBytes).nextBytes(content);
        byte[] mark = magic.equals("zero") ? new byte[4] : magic.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(mark, 0, content, 0, 4);
        NtfsFixture.copyIn(volume, Files.write(folder.resolve(name), content), name);
    }

    private byte[] content(Path from, String name) throws IOException {
        Path out = folder.resolve("out");
        Tool.run("sh", "-c", "ntfscat -f " + from + " " + name + " > " + out);
        return Files.readAllBytes(out);
    }

    private ExtentSet extents(String name) throws IOException {
        return NtfsFixture.contentExtents(volume, NtfsFixture.record(volume, name));
    }

    private UsedMap map(SectorSize sector) throws IOException {
        return UsedMapCheck.map(volume, sector);
    }
}
