package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.FileDevice;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** Maps of ext volumes made by mke2fs, against the free blocks that dumpe2fs lists, and checked by e2fsck. */
class ExtUsedMapTest {
    private static final int SUPERBLOCK = 1024;

    @TempDir
    static Path files;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeFiles() throws IOException {
        FileTree.make(files, 2, 30, 40_000);
    }

    // size in KiB, then the arguments of mke2fs
    @ParameterizedTest
    @ValueSource(
            strings = {
                "8192 -t ext2 -b 1024",
                "8193 -t ext2 -b 1024",
                "8200 -t ext2 -b 1024",
                "8199 -t ext2 -b 1024",
                "16391 -t ext2 -b 1024 -O ^sparse_super,^resize_inode",
                "32768 -t ext3 -b 1024",
                "32799 -t ext3 -b 4096",
                "24576 -t ext4 -b 4096",
                "24580 -t ext4 -b 4096",
                "24604 -t ext4 -b 1024",
                "24576 -t ext4 -b 1024 -O ^flex_bg",
                "24583 -t ext4 -b 2048 -g 2048 -O ^64bit",
                "24576 -t ext4 -b 1024 -g 256 -N 1024 -O meta_bg,^resize_inode",
                "24583 -t ext4 -b 1024 -g 256 -N 1024 -O meta_bg,^resize_inode,^flex_bg",
                "24576 -t ext4 -b 1024 -g 512 -N 1024 -O ^metadata_csum,uninit_bg",
                "24583 -t ext4 -b 1024 -g 512 -N 1024 -O ^metadata_csum,^uninit_bg,^64bit",
                "24576 -t ext4 -b 1024 -g 512 -N 1024 -O ^metadata_csum,uninit_bg,^flex_bg,^64bit",
                "24583 -t ext4 -b 1024 -g 512 -N 1024 -O sparse_super2,^resize_inode",
                "24576 -t ext4 -O bigalloc -C 16384",
                "24583 -t ext4 -b 1024 -O bigalloc -C 16384",
                "24576 -t ext4 -b 1024 -O bigalloc -C 8192 -g 2048 -N 2048",
                "24576 -t ext4 -b 1024 -O bigalloc,meta_bg,^resize_inode -C 8192 -g 2048 -N 2048",
                "24580 -t ext4 -b 4096 -O orphan_file,quota,project,verity",
                "24576 -t ext4 -b 4096 -O mmp,sparse_super2,stable_inodes",
                "65536 -t ext4 -b 65536",
                "65600 -t ext4 -b 65536 -O ^64bit",
                "65984 -t ext4 -b 65536 -O bigalloc -C 131072",
                "65536 -t ext4 -b 1024 -O bigalloc -C 1048576 -N 512",
                "24576 -t ext4 -b 4096 -O metadata_csum_seed,casefold,encrypt,large_dir,ea_inode,quota",
            })
    void mapCoversAllThatIsInUse(String recipe) throws IOException {
        Path volume = make(recipe);
        punchHoles(volume);

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, this::checkVolume);

        Extent whole = new Extent(0, Files.size(volume));
        assertThat(map.used().complement(whole)).isEqualTo(ExtFixture.freeByDumpe2fs(volume));
        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);
        assertThat(info.type().name())
                .isEqualToIgnoringCase(Tool.run("blkid", "-p", "-s", "TYPE", "-o", "value", volume)
                        .strip());
        assertThat(info.label()).isEqualTo("rescue me");
        assertThat(info.identity()).isEqualTo("12345678-1234-1234-1234-123456789abc");
        assertThat(info.states()).isEmpty();
        assertThat(info.notes()).isEmpty();
    }

    @Test
    void bytesBehindTheVolumeAreUsed() throws IOException {
        Path volume = make("8192 -t ext4 -b 4096");
        Tool.run("truncate", "-s", "9M", volume);

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_4096);

        assertThat(map.used().contains(Extent.between(8 << 20, 9 << 20))).isTrue();
    }

    @Test
    void volumeThatExceedsItsDeviceIsRaw() throws IOException {
        Path volume = make("8192 -t ext4 -b 4096");
        Tool.run("truncate", "-s", "8188K", volume);

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason())
                .contains("expected a volume of at most 8,384,512 bytes");
    }

    @Test
    void journalToReplayIsAStateAndMakesTheMapRaw() throws IOException {
        Path volume = make("8192 -t ext4 -b 1024");
        Tool.run("debugfs", "-w", "-R", "feature needs_recovery", volume);

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.raw()).isTrue();
        assertThat(map.reason()).contains("journal was not replayed");
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).states())
                .containsExactly(VolumeState.NEEDS_JOURNAL_REPLAY);
    }

    @ParameterizedTest
    @CsvSource({"0, DIRTY", "3, HAS_ERRORS"})
    void volumeThatIsNotSoundIsAStateAndMakesTheMapRaw(int state, VolumeState expected) throws IOException {
        Path volume = make("8192 -t ext2 -b 1024");
        Tool.run("debugfs", "-w", "-R", "ssv state " + state, volume);

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.raw()).isTrue();
        assertThat(map.reason()).contains("may be in use");
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).states())
                .containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource({"0x60, 0x40000000, incompat 40000000", "0x64, 0x00000080, ro_compat 80"})
    void unknownFeaturesMakeTheMapRaw(int offset, String feature, String expected) throws IOException {
        Path volume = make("8192 -t ext2 -b 1024");
        ExtFixture.patch(volume, SUPERBLOCK + offset, bits -> bits | Integer.decode(feature));

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason()).contains("not known here", expected);
    }

    @Test
    void journalOfAnotherVolumeIsRaw() throws IOException {
        Path volume = folder.resolve("journal.img");
        Tool.run("truncate", "-s", "8M", volume);
        Tool.run("mke2fs", "-q", "-F", "-O", "journal_dev", "-b", "1024", volume);

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason()).contains("journal of another volume");
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).type()).isEqualTo(FileSystemType.UNKNOWN);
    }

    /** A group whose bitmap was never written has to be worked out: what stands in the bitmap's place is not read. */
    @ParameterizedTest
    @ValueSource(strings = {"uninit_bg,^metadata_csum", "metadata_csum"})
    void bitmapsThatWereNeverWrittenAreNotRead(String feature) throws IOException {
        Path volume = make("24576 -t ext4 -b 1024 -g 1024 -N 2048 -O " + feature);
        ExtentSet before = UsedMapCheck.map(volume, SectorSize.SECTOR_512).used();
        String groups = Tool.run("dumpe2fs", volume);
        Matcher matcher = Pattern.compile("BLOCK_UNINIT.*\\R(?:  .*(?:superblock|GDT).*\\R)*  Block bitmap at (\\d+)")
                .matcher(groups);
        int uninitialised = 0;
        try (FileDevice device = FileDevice.open(volume, SectorSize.SECTOR_512)) {
            while (matcher.find()) {
                byte[] noise = new byte[1024];
                Arrays.fill(noise, (byte) 0x5A);
                device.write(Long.parseLong(matcher.group(1)) * 1024, ByteBuffer.wrap(noise));
                uninitialised++;
            }
        }
        assertThat(uninitialised).as(groups).isGreaterThan(3);

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.reason()).isEmpty();
        assertThat(map.used()).isEqualTo(before);
    }

    @Test
    void damagedBitmapMakesTheMapRaw() throws IOException {
        Path volume = make("8192 -t ext4 -b 1024");
        Matcher bitmap = Pattern.compile("Block bitmap at (\\d+)").matcher(Tool.run("dumpe2fs", volume));
        assertThat(bitmap.find()).isTrue();
        ExtFixture.patch(volume, Long.parseLong(bitmap.group(1)) * 1024 + 512, bits -> bits ^ 0x10);

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason())
                .contains("ext block bitmap", "expected the checksum");
    }

    /** A block that a file has, but that its group calls free: the bitmap alone does not show it. */
    @ParameterizedTest
    @ValueSource(strings = {"8192 -t ext3 -b 1024", "8192 -t ext4 -b 1024"})
    void bitmapThatDoesNotFitItsGroupMakesTheMapRaw(String recipe) throws IOException {
        Path volume = make(recipe);
        Tool.run("debugfs", "-w", "-R", "freeb 300 3", volume);

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason())
                .contains("ext block bitmap of group 0", "free clusters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"metadata_csum", "uninit_bg,^metadata_csum"})
    void damagedDescriptorMakesTheMapRaw(String feature) throws IOException {
        Path volume = make("8192 -t ext4 -b 1024 -O " + feature);
        ExtFixture.patch(volume, 2048 + 8, bits -> bits ^ 0x1);

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason())
                .contains("ext descriptor of group 0", "expected the checksum");
    }

    @Test
    void damagedSuperblockMakesTheMapRaw() throws IOException {
        Path volume = make("8192 -t ext4 -b 1024");
        ExtFixture.patch(volume, SUPERBLOCK + 0x2C, bits -> bits ^ 0x1);

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason())
                .contains("ext superblock", "expected the checksum");
    }

    private Path make(String recipe) throws IOException {
        return ExtFixture.make(folder.resolve("ext.img"), recipe, files);
    }

    /** Takes some of the files away, so that there are gaps among the blocks in use. */
    private static void punchHoles(Path volume) throws IOException {
        List<String> commands = new ArrayList<>();
        for (int i = 1; i < 30; i += 3) {
            commands.add("rm \"/folder" + i % 5 + "/file number " + i + ".bin\"");
        }
        Path script = Files.write(volume.resolveSibling("script"), commands);
        Tool.run("debugfs", "-w", "-f", script, volume);
        // Its exit status says that it corrected the counts.
        assertThat(Tool.start("e2fsck", "-fy", volume).status()).isLessThanOrEqualTo(1);
    }

    private void checkVolume(Path volume) throws IOException {
        Tool.run("e2fsck", "-fn", volume);
        Path copy = Files.createTempDirectory(folder, "copy");
        Tool.run("debugfs", "-R", "rdump / " + copy, volume);
        Map<String, Long> expected = FileTree.checksums(files);
        expected.keySet().removeIf(ExtUsedMapTest::isTakenAway);
        assertThat(expected).hasSize(20);
        assertThat(FileTree.checksums(copy)).isEqualTo(expected);
    }

    private static boolean isTakenAway(String name) {
        Matcher number = Pattern.compile("number (\\d+)").matcher(name);
        return number.find() && Integer.parseInt(number.group(1)) % 3 == 1;
    }
}
