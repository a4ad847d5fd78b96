package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * Maps of exFAT volumes made by mkfs.exfat and filled and read by exfat-fuse, against the number of free clusters that
 * dump.exfat counts, and checked by fsck.exfat.
 */
@Tag("loop")
class ExfatFilesTest {
    private static final Pattern FREE = Pattern.compile("Free Clusters:\\s+(\\d+)");

    @TempDir
    Path folder;

    /** How a volume is filled. */
    enum Filling {
        EMPTY {
            @Override
            void fill(Path root) {}
        },
        FULL {
            @Override
            void fill(Path root) throws IOException {
                FileTree.make(root, 1, 12, 40_000);
                byte[] rest = new byte[Math.toIntExact(root.toFile().getUsableSpace())];
                Arrays.fill(rest, (byte) 7);
                Files.write(root.resolve("rest"), rest);
            }
        },
        FRAGMENTED {
            @Override
            void fill(Path root) throws IOException {
                FileTree.make(root, 2, 60, 30_000);
                deleteEveryThird(root, 0);
                FileTree.make(root.resolve("more"), 3, 6, 200_000);
                deleteEveryThird(root, 1);
            }

            private static void deleteEveryThird(Path root, int first) throws IOException {
                for (int i = first; i < 60; i += 3) {
                    Files.delete(root.resolve("folder" + i % 5).resolve("file number " + i + ".bin"));
                }
            }
        };

        abstract void fill(Path root) throws IOException;
    }

    // clusters above a multiple of eight, sectors of the file system, clusters in KiB, filling
    @ParameterizedTest
    @CsvSource({
        "0, 512, 4, FRAGMENTED",
        "1, 512, 4, FRAGMENTED",
        "7, 512, 4, FRAGMENTED",
        "0, 4096, 4, FRAGMENTED",
        "1, 4096, 8, FRAGMENTED",
        "7, 4096, 32, FRAGMENTED",
        "1, 512, 1, FRAGMENTED",
        "7, 2048, 2, FRAGMENTED",
        "1, 512, 128, FULL",
        "0, 512, 4, FULL",
        "1, 4096, 4, FULL",
        "7, 512, 16, FULL",
        "0, 512, 1, EMPTY",
        "1, 512, 64, EMPTY",
        "7, 4096, 4, EMPTY",
    })
    void mapCoversAllThatIsInUse(int more, int sectorBytes, int clusterKib, Filling filling) throws IOException {
        Path volume = folder.resolve("exfat.img");
        ExfatFixture.makeWithOddClusters(volume, 8 << 20, sectorBytes, clusterKib << 10, more);
        Map<String, Long> files = new TreeMap<>();
        ExfatFixture.mounted(volume, "rw", root -> {
            filling.fill(root);
            files.putAll(FileTree.checksums(root));
        });

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, path -> checkVolume(path, files));

        checkAgainstDump(volume, map, filling);
        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);
        assertThat(info.type()).isEqualTo(FileSystemType.EXFAT);
        assertThat(info.label()).isEqualTo("RESCUE");
        assertThat(info.identity())
                .isEqualTo(Tool.run("blkid", "-p", "-s", "UUID", "-o", "value", volume)
                        .strip());
        assertThat(info.clusterBytes()).isEqualTo((long) clusterKib << 10);
        assertThat(info.states()).isEmpty();
        assertThat(info.notes()).isEmpty();
    }

    /** These a tool that counts clusters from 0 and stops before the number of clusters loses without a word. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void filesInTheLastClustersBehindFreeSpaceAreSeen(int kept) throws IOException {
        Path volume = folder.resolve("exfat.img");
        ExfatFixture.makeWithOddClusters(volume, 8 << 20, 512, 32 << 10, 1);
        Map<String, Long> files = new TreeMap<>();
        ExfatFixture.mounted(volume, "rw", root -> {
            int count = Math.toIntExact(root.toFile().getUsableSpace() / (32 << 10));
            for (int i = 0; i < count; i++) {
                byte[] content = new byte[32 << 10];
                Arrays.fill(content, (byte) (i + 1));
                Files.write(root.resolve("file" + i), content);
            }
            for (int i = 0; i < count - kept; i++) {
                Files.delete(root.resolve("file" + i));
            }
            files.putAll(FileTree.checksums(root));
        });
        assertThat(files).hasSize(kept);

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, path -> checkVolume(path, files));

        ExfatFixture.Geometry exfat = ExfatFixture.Geometry.of(volume);
        long start = exfat.clusterOffset(exfat.lastCluster() + 1 - kept);
        long end = exfat.clusterOffset(exfat.lastCluster() + 1);
        assertThat(map.used().contains(Extent.between(start, end))).isTrue();
        assertThat(map.used().contains(start - exfat.clusterBytes())).isFalse();
    }

    /** The table's entries mean nothing for a file in one piece, so a mark there must not lose it. */
    @Test
    void fileThatStandsOnClustersMarkedAsBadIsKept() throws IOException {
        Path volume = ExfatFixture.make(folder.resolve("exfat.img"), 8 << 20, 4096);
        Map<String, Long> files = new TreeMap<>();
        ExfatFixture.mounted(volume, "rw", root -> {
            FileTree.make(root.resolve("deep/deeper"), 1, 6, 30_000);
            files.putAll(FileTree.checksums(root));
        });
        ExfatFixture.Geometry exfat = ExfatFixture.Geometry.of(volume);
        long free = exfat.lastCluster() - 5;
        ExfatFixture.mark(volume, free, true);
        for (long cluster = exfat.root() + 1; cluster <= free; cluster++) {
            boolean inOnePiece =
                    ExfatFixture.read(volume, exfat.entryOffset(cluster), 4).getInt(0) == 0;
            if (inOnePiece) {
                ExfatFixture.writeInt(volume, exfat.entryOffset(cluster), 0xFFFF_FFF7);
            }
        }

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.knownBad().contains(exfat.clusterOffset(free))).isTrue();
        assertThat(map.notes()).hasSize(1).allMatch(note -> note.contains("marked as bad"));
        Path restored = folder.resolve("restored.img");
        UsedMapCheck.copyUsed(volume, map.used(), restored);
        ExfatFixture.mounted(
                restored, "ro", root -> assertThat(FileTree.checksums(root)).isEqualTo(files));
    }

    private static void checkVolume(Path volume, Map<String, Long> files) throws IOException {
        ExfatFixture.checkBySystem(volume);
        ExfatFixture.mounted(
                volume, "ro", root -> assertThat(FileTree.checksums(root)).isEqualTo(files));
    }

    private static void checkAgainstDump(Path volume, UsedMap map, Filling filling) throws IOException {
        ExfatFixture.Geometry exfat = ExfatFixture.Geometry.of(volume);
        Matcher free = FREE.matcher(Tool.run("dump.exfat", volume));
        assertThat(free.find()).isTrue();
        long freeClusters = Long.parseLong(free.group(1));
        long freeBytes = Files.size(volume) - map.used().totalBytes();
        assertThat(freeBytes).isEqualTo(freeClusters * exfat.clusterBytes());
        switch (filling) {
            case EMPTY -> assertThat(freeBytes).isGreaterThan(Files.size(volume) / 2);
            case FULL -> assertThat(freeClusters).isLessThan(2);
            case FRAGMENTED -> assertThat(map.used().size()).isGreaterThan(4);
        }
        assertThat(map.notes()).isEmpty();
    }
}
