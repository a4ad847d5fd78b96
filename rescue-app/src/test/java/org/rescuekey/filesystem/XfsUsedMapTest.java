package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/**
 * Maps of XFS volumes made by mkfs.xfs, against the free extents that xfs_db lists, and checked by xfs_repair. Files of
 * version 5 are read back through a read-only mount, those of version 4, which kernels give up, through grub-fstest.
 */
@Tag("loop")
class XfsUsedMapTest {
    private static final int FILES = 330;
    private static final int MAX_FILE_BYTES = 6000;

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeFiles() throws IOException {
        XfsFixture.files(shared, FILES, MAX_FILE_BYTES);
    }

    // size in KiB, then the arguments of mkfs.xfs
    @ParameterizedTest
    @ValueSource(
            strings = {
                "16384 -m crc=0 -b size=512",
                "16388 -m crc=0 -b size=512 -l version=1",
                "32768 -m crc=0 -b size=512 -d agcount=2",
                "18432 -m crc=0 -b size=1024",
                "24576 -m crc=0 -b size=4096 -n ftype=1",
                "98304 -m crc=0 -d agcount=5 -s size=4096",
                "17408 -b size=1024",
                "17409 -b size=1024",
                "17415 -b size=1024",
                "32768 -b size=1024 -d agcount=2",
                "49191 -b size=1024 -d agsize=16400k",
                "20480 -b size=2048 -m rmapbt=1",
                "24576 -b size=4096",
                "24580 -b size=4096 -m finobt=0,reflink=0,bigtime=0",
                "24604 -b size=4096 -m rmapbt=1,inobtcount=1",
                "24576 -b size=4096 -s size=4096",
                "24576 -b size=4096 -i sparse=0,size=1024",
                "24576 -b size=4096 -i nrext64=1",
                "34816 -b size=8192",
                "102400 -d agcount=6,su=64k,sw=2",
                "204800 -b size=65536",
            })
    void mapCoversAllThatIsInUse(String recipe) throws IOException {
        Path volume = fragmented(recipe);

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, this::checkVolume);

        checkAgainstXfsDb(volume, map);
        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);
        String identity =
                Tool.run("blkid", "-p", "-s", "UUID", "-o", "value", volume).strip();
        assertThat(info)
                .isEqualTo(new VolumeInfo(
                        FileSystemType.XFS,
                        "rescue me",
                        identity,
                        XfsFixture.number(volume, "sb 0", "blocksize"),
                        XfsFixture.number(volume, "sb 0", "dblocks") * info.clusterBytes(),
                        Set.of(),
                        List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"16384 -m crc=0 -b size=512", "17408 -b size=1024", "24576 -s size=4096"})
    void emptyVolume(String recipe) throws IOException {
        Path volume = XfsFixture.make(folder.resolve("xfs.img"), recipe);

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, XfsFixture::check);

        checkAgainstXfsDb(volume, map);
    }

    /** Nothing is free but a few blocks. */
    @Test
    void fullVolume() throws IOException {
        Path volume = XfsFixture.make(folder.resolve("xfs.img"), "20480 -b size=1024");
        XfsFixture.mounted(
                volume, "rw", root -> Tool.start("dd", "if=/dev/urandom", "of=" + root.resolve("all"), "bs=64k"));

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, XfsFixture::check);

        checkAgainstXfsDb(volume, map);
        assertThat(map.used().totalBytes()).isGreaterThan(18 << 20);
    }

    /** Thousands of free extents: a tree of three levels. */
    @Test
    void splinteredVolume() throws IOException {
        Path volume = XfsFixture.make(folder.resolve("xfs.img"), "65536 -b size=1024 -d agcount=2");
        XfsFixture.mounted(volume, "rw", root -> {
            Tool.run("sh", "-c", "head -c 24M /dev/urandom > " + root.resolve("all"));
            Tool.run("sync", "-f", root);
            StringBuilder script = new StringBuilder();
            for (int block = 0; block < 24 << 10; block += 2) {
                script.append("fpunch ").append(block).append("k 1k\n");
            }
            Path commands = Files.writeString(folder.resolve("commands"), script);
            Tool.run("sh", "-c", "xfs_io " + root.resolve("all") + " < " + commands);
        });
        long levels = Math.max(
                XfsFixture.number(volume, "agf 0", "bnolevel"), XfsFixture.number(volume, "agf 1", "bnolevel"));
        assertThat(levels).isEqualTo(3);

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, XfsFixture::check);

        checkAgainstXfsDb(volume, map);
        assertThat(map.used().size()).isGreaterThan(10_000);
    }

    @Test
    void uuidThatTheUserChanged() throws IOException {
        Path volume = fragmented("24576 -b size=4096");
        Tool.run("xfs_admin", "-U", "00010203-0405-0607-0809-0a0b0c0d0e0f", volume);

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, this::checkVolume);

        checkAgainstXfsDb(volume, map);
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).identity())
                .isEqualTo("00010203-0405-0607-0809-0a0b0c0d0e0f");
    }

    @Test
    void bytesBehindTheVolumeAreUsed() throws IOException {
        Path volume = fragmented("24576 -b size=4096");
        Tool.run("truncate", "-s", "25M", volume);

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_4096);

        assertThat(map.used().contains(Extent.between(24 << 20, 25 << 20))).isTrue();
    }

    /** Its free space is told by the trees of the device that is looked at, whatever the other one holds. */
    @Test
    void volumeWithARealtimeDeviceIsMapped() throws IOException {
        Path other = folder.resolve("realtime.img");
        Tool.run("truncate", "-s", "32M", other);
        Path volume = XfsFixture.make(
                folder.resolve("xfs.img"), "24576 -b size=4096 -m rmapbt=0,reflink=0 -r rtdev=" + other);

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.reason()).isEmpty();
        checkAgainstXfsDb(volume, map);
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).notes())
                .containsExactly("Some of its files may be on another device, its realtime device.");
    }

    private Path fragmented(String recipe) throws IOException {
        List<Path> files = new ArrayList<>();
        List<String> takenAway = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            files.add(shared.resolve("f" + i));
            if (isTakenAway(i)) {
                takenAway.add("f" + i);
            }
        }
        Path volume = XfsFixture.make(folder.resolve("xfs.img"), recipe, files);
        XfsFixture.takeAway(volume, takenAway);
        return volume;
    }

    private static boolean isTakenAway(int file) {
        return file % 3 == 1;
    }

    private void checkVolume(Path volume) throws IOException {
        XfsFixture.check(volume);
        boolean mountable = ByteBuffer.wrap(XfsFixture.read(volume, 100, 2)).getShort() % 16 == 5;
        if (mountable) {
            XfsFixture.mounted(volume, "ro,norecovery", root -> {
                assertThat(FileTree.checksums(root)).hasSize(FILES * 2 / 3);
                for (int i = 0; i < FILES; i++) {
                    Path file = root.resolve("f" + i);
                    assertThat(Files.exists(file)).isEqualTo(!isTakenAway(i));
                    assertThat(isTakenAway(i) || Files.mismatch(file, shared.resolve("f" + i)) < 0)
                            .as(file + "")
                            .isTrue();
                }
            });
        } else {
            for (int i = 0; i < FILES; i += 3) {
                Tool.run("grub-fstest", volume, "cmp", "(loop0)/f" + i, shared.resolve("f" + i));
            }
        }
    }

    /** The same extents, but for the blocks that the trees keep in reserve: these count as used. */
    private static void checkAgainstXfsDb(Path volume, UsedMap map) throws IOException {
        ExtentSet free = map.used().complement(new Extent(0, Files.size(volume)));
        ExtentSet expected = XfsFixture.free(volume);
        assertThat(free.subtract(expected).isEmpty()).isTrue();
        assertThat(expected.totalBytes() - free.totalBytes())
                .isEqualTo(XfsFixture.reserved(volume) * XfsFixture.number(volume, "sb 0", "blocksize"));
    }
}
