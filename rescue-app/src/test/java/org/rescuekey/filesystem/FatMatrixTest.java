package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.device.FileDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.units.SectorSize;

/**
 * Maps of FAT volumes with an exact number of clusters, where the kinds of FAT border on each other and around multiples of
 * eight, filled by mtools, against the number of clusters that fsck.vfat counts.
 */
class FatMatrixTest {
    private static final Pattern CLUSTERS = Pattern.compile("files, (\\d+)/(\\d+) clusters");
    private static final Pattern FREE = Pattern.compile("([\\d ]+) bytes free");

    private static final int MAX_FAT16_CLUSTERS = 65_524;
    /** So many mkfs.vfat makes without a question. */
    private static final int LEAST_FAT16_CLUSTERS = 4_300;

    @TempDir
    static Path files;

    @TempDir
    Path folder;

    /** How a volume is filled. */
    enum Filling {
        EMPTY,
        FULL,
        FRAGMENTED
    }

    @BeforeAll
    static void makeFiles() throws IOException {
        FileTree.make(files, 4, 20, 12_000);
    }

    // kind of FAT, bytes in a sector, sectors in a cluster, clusters, filling
    @ParameterizedTest
    @CsvSource({
        "12, 512, 1, 4080, FRAGMENTED",
        "12, 512, 1, 4081, FRAGMENTED",
        "12, 512, 1, 4079, FULL",
        "12, 512, 1, 4084, FULL",
        "12, 512, 1, 4083, EMPTY",
        "12, 1024, 2, 1001, FRAGMENTED",
        "12, 2048, 1, 1000, FULL",
        "12, 4096, 2, 507, FRAGMENTED",
        "12, 512, 128, 104, FRAGMENTED",
        "16, 512, 1, 4085, FULL",
        "16, 512, 1, 4086, FRAGMENTED",
        "16, 512, 1, 4088, FRAGMENTED",
        "16, 512, 1, 4089, FRAGMENTED",
        "16, 512, 1, 65524, FULL",
        "16, 512, 1, 65520, EMPTY",
        "16, 2048, 2, 4095, FRAGMENTED",
        "16, 4096, 1, 4097, FULL",
        "32, 512, 1, 65525, FULL",
        "32, 512, 1, 65528, FRAGMENTED",
        "32, 512, 1, 65529, FRAGMENTED",
        "32, 512, 1, 65535, EMPTY",
        "32, 1024, 1, 65526, FRAGMENTED",
    })
    void mapCoversAllThatIsInUse(int width, int sectorBytes, int clusterSectors, int clusters, Filling filling)
            throws IOException {
        Path volume = make(width, sectorBytes, clusterSectors, clusters);
        Map<String, Long> expected = fill(volume, filling);

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, path -> checkVolume(path, expected));

        Matcher counted = CLUSTERS.matcher(Tool.run("fsck.vfat", "-n", volume));
        assertThat(counted.find()).isTrue();
        assertThat(Integer.parseInt(counted.group(2))).isEqualTo(clusters);
        int usedClusters = Integer.parseInt(counted.group(1));
        long free = Files.size(volume) - map.used().totalBytes();
        assertThat(free).isEqualTo((clusters - usedClusters) * (long) clusterSectors * sectorBytes);
        assertThat(usedClusters).as("clusters in use").satisfies(used -> {
            switch (filling) {
                case EMPTY -> assertThat(used).isLessThan(2);
                case FULL -> assertThat(used).isEqualTo(clusters);
                case FRAGMENTED -> assertThat(map.used().size()).isGreaterThan(2);
            }
        });
        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);
        assertThat(info.type()).isEqualTo(FileSystemType.valueOf("FAT" + width));
        assertThat(map.notes()).isEmpty();
    }

    /**
     * mkfs.vfat takes sizes in KiB and shuns the border of FAT12 and FAT16, so the volume is made a little larger or smaller
     * and gets its size afterwards.
     */
    private Path make(int width, int sectorBytes, int clusterSectors, int clusters) throws IOException {
        Path volume = folder.resolve("fat.img");
        int tolerated = width == 12 || clusters == MAX_FAT16_CLUSTERS ? 2 : 0;
        int more = width == 16 && clusters < LEAST_FAT16_CLUSTERS ? LEAST_FAT16_CLUSTERS - clusters : 0;
        long bytes = (long) (clusters + more) * clusterSectors * sectorBytes;
        for (int attempt = 0; attempt < 8; attempt++) {
            Files.deleteIfExists(volume);
            Tool.run("truncate", "-s", (bytes + 1023) / 1024 * 1024, volume);
            FatGeometry.mkfs(volume, width, sectorBytes, clusterSectors, "-a");
            try (FileDevice device = FileDevice.open(volume, SectorSize.SECTOR_512)) {
                FatGeometry fat = FatGeometry.of(device);
                long missing = clusters - fat.clusters();
                if (missing <= tolerated) {
                    return resize(volume, device, fat, clusters);
                }
                bytes += (tolerated > 0 ? missing - 1 : missing) * fat.clusterBytes();
            }
        }
        throw new AssertionError("no size gives " + clusters + " clusters");
    }

    private static Path resize(Path volume, FileDevice device, FatGeometry fat, int clusters) throws IOException {
        long end = fat.clusterOffset(clusters + 2L);
        int sectors = Math.toIntExact(end / fat.sectorBytes());
        boolean small = !fat.isWide() && sectors <= 0xFFFF;
        device.write(19, FatGeometry.littleEndian(small ? sectors : 0).limit(2));
        device.write(32, FatGeometry.littleEndian(small ? 0 : sectors));
        if (fat.isWide()) {
            device.write(6L * fat.sectorBytes(), Reads.at(device, 0, 512, "boot sector"));
            fat.forgetFreeCount(device);
        }
        Tool.run("truncate", "-s", end, volume);
        return volume;
    }

    private Map<String, Long> fill(Path volume, Filling filling) throws IOException {
        Map<String, Long> expected = new TreeMap<>();
        if (filling == Filling.EMPTY) {
            return expected;
        }
        for (int i = 0; i < 5; i++) {
            Tool.run("mcopy", "-s", "-i", volume, files.resolve("folder" + i), "::/");
        }
        expected.putAll(FileTree.checksums(files));
        if (filling == Filling.FULL) {
            Matcher free = FREE.matcher(Tool.run("mdir", "-i", volume, "::/"));
            assertThat(free.find()).isTrue();
            byte[] rest = new byte[Integer.parseInt(free.group(1).replace(" ", ""))];
            Tool.run("mcopy", "-i", volume, Files.write(folder.resolve("rest.bin"), rest), "::/rest.bin");
            expected.putAll(FileTree.checksums(folder));
            expected.keySet().removeIf(name -> name.startsWith("fat.img"));
        } else {
            Tool.run("mdeltree", "-i", volume, "::/folder1", "::/folder3");
            expected.keySet().removeIf(name -> List.of("folder1", "folder3").contains(name.split("/", -1)[0]));
        }
        return expected;
    }

    private void checkVolume(Path volume, Map<String, Long> expected) throws IOException {
        Tool.run("fsck.vfat", "-n", volume);
        Path copy = Files.createTempDirectory(folder, "copy");
        if (!expected.isEmpty()) {
            Tool.run("mcopy", "-s", "-n", "-i", volume, "::/", copy);
        }
        assertThat(FileTree.checksums(copy)).isEqualTo(expected);
        Tool.run("rm", "-r", copy);
    }
}
