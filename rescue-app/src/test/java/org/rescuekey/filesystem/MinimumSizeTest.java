package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.device.FileDevice;
import org.rescuekey.filesystem.ntfs.NtfsProof;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.SectorSize;

/** Estimates of the smallest size against ntfsresize and resize2fs, which bring volumes to that size; and what keeps its size. */
class MinimumSizeTest {
    @TempDir
    Path folder;

    private static MinimumSize of(Path volume) throws IOException {
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            return Volumes.minimumSize(device);
        }
    }

    private Path file(long sizeBytes) throws IOException {
        Path volume = folder.resolve("volume.img");
        Files.deleteIfExists(volume);
        Tool.run("truncate", "-s", sizeBytes, volume);
        return volume;
    }

    @ParameterizedTest
    @CsvSource({"256, 4096, 0", "256, 4096, 20", "256, 512, 20", "512, 65536, 30"})
    void ntfsresizeGetsThere(long mebibytes, int clusterBytes, int files) throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("volume.img"), mebibytes << 20, clusterBytes, 512);
        Random random = new Random(7);
        byte[] content = new byte[1_500_000];
        random.nextBytes(content);
        Path file = Files.write(folder.resolve("file"), content);
        for (int i = 0; i < files; i++) {
            NtfsFixture.copyIn(volume, file, "file" + i);
        }
        MinimumSize size = of(volume);

        assertThat(size.isShrinkable()).isTrue();
        assertThat(size.isGrowable()).isTrue();
        assertThat(size.bytes()).isBetween(files * 1_500_000L, files * 1_500_000L + (32 << 20));
        Tool.run("ntfsresize", "-f", "-f", "-s", size.bytes(), volume);
        Tool.run("truncate", "-s", size.bytes(), volume);
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            assertThat(NtfsProof.of(device, SearchWatch.NONE).findings()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "512, -t ext4, 40",
        "512, -t ext4 -b 1024, 40",
        "1024, -t ext4 -N 200000, 10",
        "512, '-t ext2 -b 1024 -O none', 60",
        "512, '-t ext4 -O ^flex_bg', 60",
        "2048, '-t ext4', 100",
    })
    void resize2fsGetsThere(long mebibytes, String recipe, int files) throws IOException {
        Path volume = file(mebibytes << 20);
        Path tree = Files.createDirectories(folder.resolve("tree"));
        FileTree.make(tree, 5, files * 10, 200_000);
        List<Object> command = new ArrayList<>(List.of("mke2fs", "-q", "-F"));
        command.addAll(List.of((Object[]) recipe.split(" ", -1)));
        command.addAll(List.of("-d", tree, volume));
        Tool.run(command.toArray());
        Map<String, Long> before = ExtFixture.checksums(volume, folder);
        MinimumSize size = of(volume);

        assertThat(size.isShrinkable() && size.isGrowable()).isTrue();
        assertThat(size.bytes()).isBetween(files * 500_000L, (mebibytes << 20) / 2);
        assertThat(Tool.start("e2fsck", "-fy", volume).status()).isLessThan(2);
        Tool.run("resize2fs", volume, size.bytes() / 1024 + "K");
        Tool.run("truncate", "-s", size.bytes(), volume);
        Tool.run("e2fsck", "-fn", volume);
        assertThat(ExtFixture.checksums(volume, folder)).isEqualTo(before);
    }

    @Test
    void btrfs() throws IOException {
        Path volume = file(1 << 30);
        Path tree = FileTree.make(Files.createDirectories(folder.resolve("tree")), 5, 200, 200_000);
        Tool.run("mkfs.btrfs", "-q", "--rootdir", tree, volume);
        MinimumSize size = of(volume);
        assertThat(size.isShrinkable() && size.isGrowable()).isTrue();
        assertThat(size.bytes()).isBetween(256L << 20, 512L << 20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mkfs.vfat -F 32 | is FAT, whose size is not changed here",
                "mkfs.exfat | is exFAT, whose size nothing can change",
                "mkswap | is swap space, which is kept as it is",
            })
    void whatKeepsItsSize(String tool, String why) throws IOException {
        Path volume = file(64 << 20);
        List<Object> command = new ArrayList<>(List.of((Object[]) tool.split(" ", -1)));
        command.add(volume);
        Tool.run(command.toArray());
        assertThat(of(volume)).isEqualTo(new MinimumSize(64 << 20, why, why));
    }

    @Test
    void xfsGrowsOnly() throws IOException {
        Path volume = file(320 << 20);
        Tool.run("mkfs.xfs", "-q", volume);
        assertThat(of(volume))
                .isEqualTo(new MinimumSize(320 << 20, "is XFS, which can be made larger but not smaller", ""));
    }

    @Test
    void nothingThatIsKnown() throws IOException {
        String why = "holds no file system that is known here";
        assertThat(of(file(1 << 20))).isEqualTo(new MinimumSize(1 << 20, why, why));
    }
}
