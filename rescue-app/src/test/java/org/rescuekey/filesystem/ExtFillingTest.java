package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.CountingDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** Maps of ext volumes that are empty, full or very large, that have bad blocks or share a disk with other systems. */
class ExtFillingTest {
    @TempDir
    static Path files;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeFiles() throws IOException {
        FileTree.make(files, 3, 12, 40_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8192 -t ext2 -b 1024",
                "8193 -t ext4 -b 1024",
                "16388 -t ext4 -b 2048",
                "65536 -t ext4 -b 65536",
                "24576 -t ext4 -O bigalloc -C 16384"
            })
    void emptyVolumes(String recipe) throws IOException {
        Path volume = ExtFixture.make(volume(), recipe, Files.createDirectory(folder.resolve("nothing")));

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, path -> Tool.run("e2fsck", "-fn", path));

        Extent whole = new Extent(0, Files.size(volume));
        assertThat(map.used().complement(whole)).isEqualTo(ExtFixture.freeByDumpe2fs(volume));
        assertThat(map.used().totalBytes()).isLessThan(whole.length() * 2 / 3);
    }

    /** Shrunk, which leaves it in pieces, and filled up to the last blocks. */
    @ParameterizedTest
    @ValueSource(
            strings = {"8192 -t ext2 -b 1024", "24583 -t ext4 -b 1024", "24580 -t ext4 -b 4096 -O ^has_journal,^64bit"})
    void fullVolumes(String recipe) throws IOException {
        Path volume = ExtFixture.make(volume(), recipe, files);
        Tool.run("resize2fs", "-M", volume);
        String text = Tool.run("dumpe2fs", "-h", volume);
        long block = ExtFixture.number(text, "Block size: +(\\d+)");
        long size = ExtFixture.number(text, "Block count: +(\\d+)") * block;
        Tool.run("truncate", "-s", size, volume);
        long free = ExtFixture.number(text, "Free blocks: +(\\d+)");
        byte[] rest = new byte[Math.toIntExact(Math.max(0, free - free / 50 - 8) * block)];
        new Random(8).nextBytes(rest);
        Path full = FileTree.make(Files.createDirectory(folder.resolve("full")), 3, 12, 40_000);
        ExtFixture.debugfs(volume, "write " + Files.write(full.resolve("rest"), rest) + " rest");

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, path -> checkVolume(path, full));

        assertThat(map.used().complement(new Extent(0, size))).isEqualTo(ExtFixture.freeByDumpe2fs(volume));
        assertThat(map.used().totalBytes()).isGreaterThan(size * 19 / 20);
    }

    // how the volume is made, the first of the bad blocks and how many, one of which only the first is bad too
    @ParameterizedTest
    @CsvSource({
        "12288 -t ext2 -b 1024, 5000, 3",
        "12288 -t ext4 -b 1024, 5000, 300",
        "12288 -t ext4 -b 1024 -O ^metadata_csum, 5000, 3",
        "24576 -t ext4 -b 1024, 10000, 600",
        "24576 -t ext4 -b 4096, 2000, 20"
    })
    void badBlocksAreNotUsedAndAreTold(String recipe, int first, int count) throws IOException {
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < count; i++) {
            list.append(first + i).append('\n');
        }
        list.append(first + count + 10).append('\n');
        Path bad = Files.writeString(folder.resolve("bad"), list);
        Path volume = ExtFixture.make(volume(), recipe + " -l " + bad, files);
        assertThat(Tool.run("dumpe2fs", "-b", volume)).contains(list);

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, this::checkVolume);

        long block = ExtFixture.number(Tool.run("dumpe2fs", "-h", volume), "Block size: +(\\d+)");
        Extent run = new Extent(first * block, count * block);
        assertThat(map.knownBad().contains(run)).isTrue();
        assertThat(map.knownBad().contains((first + count + 10) * block)).isTrue();
        assertThat(map.notes()).hasSize(1);
        assertThat(map.notes().getFirst()).contains("in 2 places marked as bad");
        assertThat(map.notes().getFirst()).contains(String.format("%,d bytes", (count + 1) * block));
    }

    @Test
    void damagedListOfBadBlocksMakesTheMapRaw() throws IOException {
        Path volume = ExtFixture.make(volume(), "12288 -t ext2 -b 1024", files);
        ExtFixture.debugfs(volume, "set_inode_field <1> block[0] 999999");

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason())
                .contains("ext list of bad blocks", "blocks below 12288, found 999999");
    }

    @Test
    void badBlocksUnderMetadataStayUsed() throws IOException {
        Path volume = ExtFixture.make(volume(), "12288 -t ext2 -b 1024", files);
        // The copy of the superblock in the second group.
        ExtFixture.debugfs(volume, "set_inode_field <1> block[0] 8193");

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.used().contains(new Extent(8193 * 1024, 1024))).isTrue();
        assertThat(map.notes()).isEmpty();
    }

    // the number that is counted up, whether the volume is held; the second is that of e2fsck
    @ParameterizedTest
    @CsvSource({"0xFF4D4D50, false", "0xE24D4D50, true", "0x00001234, true"})
    void volumeThatAnotherSystemHoldsIsRaw(String sequence, boolean held) throws IOException {
        Path volume = ExtFixture.make(volume(), "12288 -t ext4 -b 1024 -O mmp,^metadata_csum", files);
        long block = ExtFixture.number(Tool.run("dumpe2fs", "-h", volume), "MMP block number: +(\\d+)");
        ExtFixture.patch(
                volume, block * 1024 + 4, before -> Long.decode(sequence).intValue());

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.raw()).isEqualTo(held);
        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);
        assertThat(info.states().contains(VolumeState.DIRTY)).isEqualTo(held);
        if (held) {
            assertThat(map.reason()).contains("has it mounted or is checking it");
            assertThat(info.notes()).containsExactly("A system has it mounted or is checking it, or did not end that.");
        }
    }

    @ParameterizedTest
    @CsvSource({"0, expected 4d4d50", "16, expected"})
    void damagedMountProtectionMakesTheMapRaw(int offset, String reason) throws IOException {
        Path volume = ExtFixture.make(volume(), "12288 -t ext4 -b 1024 -O mmp", files);
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).raw()).isFalse();
        long block = ExtFixture.number(Tool.run("dumpe2fs", "-h", volume), "MMP block number: +(\\d+)");
        ExtFixture.patch(volume, block * 1024 + offset, before -> before ^ 1);

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason()).contains("ext mount protection", reason);
    }

    /** Beyond the reach of 32 bits of blocks; a block there is marked as used by hand. */
    @Test
    void mapOfAVolumeOfTwentyTebibytesNeedsFewReads() throws IOException {
        Path volume = Files.createTempFile(Path.of("/dev/shm"), "large", ".img");
        try {
            Tool.run("truncate", "-s", "20T", volume);
            Tool.run("mke2fs", "-q", "-F", "-t", "ext4", "-E", "lazy_journal_init=1", "-J", "size=4", volume);
            long group = 4_500_000_000L / 32_768;
            Path script = Files.writeString(
                    folder.resolve("script"),
                    "set_bg " + group + " flags 1\nset_bg " + group + " free_blocks_count 32765\nset_bg " + group
                            + " checksum calc\nsetb 4500000000 3\n");
            Tool.run("debugfs", "-w", "-f", script, volume);
            try (CountingDevice device = new CountingDevice(FileDevice.openReadOnly(volume, SectorSize.SECTOR_512))) {

                UsedMap map = Volumes.usedMap(device, PageFiles.LEFT_OUT);

                assertThat(map.reason()).isEmpty();
                assertThat(map.used().contains(new Extent(4_500_000_000L * 4096, 3 * 4096)))
                        .isTrue();
                assertThat(map.used().contains(4_500_000_003L * 4096)).isFalse();
                assertThat(map.used().contains(4_499_999_999L * 4096)).isFalse();
                assertThat(device.reads()).isLessThan(20_000);
                assertThat(device.bytesRead()).isLessThan(64 << 20);
            }
        } finally {
            Files.delete(volume);
        }
    }

    private Path volume() {
        return folder.resolve("ext.img");
    }

    private void checkVolume(Path volume) throws IOException {
        checkVolume(volume, files);
    }

    private void checkVolume(Path volume, Path content) throws IOException {
        Tool.run("e2fsck", "-fn", volume);
        Map<String, Long> expected = FileTree.checksums(content);
        assertThat(ExtFixture.checksums(volume, folder)).isEqualTo(expected);
    }
}
