package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.device.FileDevice;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * Maps of NTFS volumes made by mkntfs and filled through ntfs-3g, against the free clusters that ntfsinfo counts, and
 * checked by ntfsfix and ntfsresize. Mounts through FUSE, so it needs root.
 */
@Tag("loop")
class NtfsUsedMapTest {
    @TempDir
    Path folder;

    // size of a cluster, number of clusters, bytes beyond them, sectors of the file system
    @ParameterizedTest
    @CsvSource({
        "512, 16384, 0, 512",
        "512, 16385, 0, 512",
        "512, 16391, 0, 512",
        "1024, 8192, 512, 512",
        "4096, 4096, 512, 512",
        "4096, 4097, 512, 512",
        "4096, 4103, 2560, 512",
        "2048, 4103, 1024, 1024",
        "8192, 1031, 2048, 2048",
        "4096, 4103, 4096, 4096",
        "16384, 1024, 4096, 4096",
        "65536, 513, 512, 512",
        "65536, 520, 4096, 4096",
        "2097152, 41, 512, 512",
    })
    void mapCoversAllThatIsInUse(int clusterBytes, int clusters, int moreBytes, int sectorBytes) throws IOException {
        long size = (long) clusterBytes * clusters + moreBytes;
        Path volume = NtfsFixture.make(folder.resolve("ntfs.img"), size, clusterBytes, sectorBytes);
        Map<String, Long> expected = fill(volume, clusterBytes <= 65_536 ? 30 : 6);

        UsedMap map = UsedMapCheck.check(volume, new SectorSize(sectorBytes), path -> checkVolume(path, expected));

        assertThat(freeClusters(map, volume)).isEqualTo(freeClustersByNtfsinfo(volume));
        assertThat(map.notes()).isEmpty();
        long tail = NtfsFixture.clusterCount(volume) * clusterBytes;
        assertThat(tail).isLessThan(size);
        assertThat(map.used().contains(Extent.between(tail, size))).isTrue();
        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);
        assertThat(info.clusterBytes()).isEqualTo(clusterBytes);
        assertThat(info.states()).isEmpty();
        assertThat(info.notes()).isEmpty();
    }

    @Test
    void mftInSplintersIsFoundThroughItsAttributeList() throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("ntfs.img"), 6 << 20, 512, 512);
        NtfsFixture.mounted(volume, "rw", root -> NtfsFixture.splinter(root, 640));
        assertThat(Tool.run("ntfsinfo", "-i", 0, volume)).contains("$DATA (0x80) from mft record 15");
        Map<String, Long> expected = content(volume);
        assertThat(expected).hasSizeGreaterThan(1000);

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, path -> checkVolume(path, expected));

        assertThat(freeClusters(map, volume)).isEqualTo(freeClustersByNtfsinfo(volume));
    }

    @Test
    void aFullVolumeHasNoFreeCluster() throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("ntfs.img"), 6 << 20, 1024, 512);
        NtfsFixture.mounted(volume, "rw", root -> {
            try {
                for (int i = 0; i < 10_000; i++) {
                    Files.write(root.resolve("file" + i), new byte[Math.max(1, 40_000 - 20 * i)]);
                }
            } catch (IOException full) {
                assertThat(full).hasMessageContaining("No space");
            }
        });
        Map<String, Long> expected = content(volume);

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, path -> checkVolume(path, expected));

        assertThat(freeClusters(map, volume))
                .isEqualTo(freeClustersByNtfsinfo(volume))
                .isLessThan(100);
    }

    /** Whoever gave it another name may want what is in it. */
    @Test
    void aPageFileWithASecondNameIsKept() throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("ntfs.img"), 12 << 20, 4096, 512);
        NtfsFixture.mounted(volume, "rw", root -> Files.write(root.resolve("pagefile.sys"), new byte[200_000]));
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).leftOut()).hasSize(1);
        NtfsFixture.mounted(
                volume, "rw", root -> Files.createLink(root.resolve("other"), root.resolve("pagefile.sys")));
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).leftOut()).isEmpty();
    }

    /** "Compress this drive" marks the root directory, whose index stays as it is. */
    @Test
    void theRootDirectoryOfACompressedVolumeIsRead() throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("ntfs.img"), 12 << 20, 4096, 512);
        NtfsFixture.mounted(volume, "rw,compression", root -> {
            Tool.run("setfattr", "-h", "-v", "0x00000800", "-n", "system.ntfs_attrib_be", root);
            Files.write(root.resolve("file"), new byte[200_000]);
        });
        assertThat(Tool.run("ntfsinfo", "-f", "-v", "-i", 5, volume)).contains("Attribute flags:\t 0x0001");
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).raw()).isFalse();

        byte[] content = new byte[8192];
        System.arraycopy(new byte[] {'h', 'i', 'b', 'r'}, 0, content, 0, 4);
        NtfsFixture.copyIn(volume, Files.write(folder.resolve("hibr"), content), "hiberfil.sys");
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).notes())
                .isEmpty();
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).raw()).isTrue();
    }

    @Test
    void hibernationFileInSplintersIsRead() throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("ntfs.img"), 6 << 20, 512, 512);
        NtfsFixture.mounted(volume, "rw", root -> {
            NtfsFixture.splinter(root, 0);
            byte[] content = new byte[400_000];
            System.arraycopy(new byte[] {'h', 'i', 'b', 'r'}, 0, content, 0, 4);
            Files.write(root.resolve("hiberfil.sys"), content);
        });

        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).states())
                .containsExactly(VolumeState.HIBERNATED);
    }

    /** As ntfsinfo counts it; nothing of a volume that cannot be relied on. */
    @Test
    void whatIsInUseIsCountedForAPicture() throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("counted.img"), 12 << 20, 4096, 512);
        Matcher free = Pattern.compile("Free Clusters: (\\d+)").matcher(Tool.run("ntfsinfo", "-m", volume));
        assertThat(free.find()).isTrue();
        long used = NtfsFixture.clusterCount(volume) - Long.parseLong(free.group(1));
        assertThat(usedBytes(volume)).hasValue(used * 4096);

        NtfsFixture.setVolumeFlags(volume, 1);
        assertThat(usedBytes(volume)).isEmpty();
    }

    private static OptionalLong usedBytes(Path volume) throws IOException {
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            return Volumes.usedBytes(device);
        }
    }

    /** Files in folders, gaps, a sparse file, a compressed one, alternate streams, and a file with many names. */
    private Map<String, Long> fill(Path volume, int count) throws IOException {
        Path files = FileTree.make(Files.createDirectories(folder.resolve("files")), 3, count, 30_000);
        NtfsFixture.mounted(volume, "rw,compression,streams_interface=windows", root -> {
            Path packed = Files.createDirectory(root.resolve("packed"));
            Tool.run("setfattr", "-h", "-v", "0x00000800", "-n", "system.ntfs_attrib_be", packed);
            Files.write(packed.resolve("text"), "the same again ".repeat(10_000).getBytes(StandardCharsets.UTF_8));
            try (Stream<Path> all = Files.walk(files)) {
                for (Path path : all.filter(path -> !path.equals(files)).toList()) {
                    Files.copy(path, root.resolve(files.relativize(path).toString()));
                }
            }
            for (int i = 1; i < count; i += 3) {
                Files.delete(root.resolve("folder" + i % 5).resolve("file number " + i + ".bin"));
            }
            Path big = root.resolve("sparse");
            try (var channel = FileChannel.open(big, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 3 << 20);
            }
            Path many = root.resolve("folder0/file number 0.bin");
            for (int i = 0; i < 40; i++) {
                Files.createLink(root.resolve("another name, with the number " + i), many);
            }
            Files.write(root.resolve("folder0/file number 0.bin:stream"), new byte[3000]);
        });
        return content(volume);
    }

    private static Map<String, Long> content(Path volume) throws IOException {
        Map<String, Long> sums = new TreeMap<>();
        NtfsFixture.mounted(volume, "ro", root -> sums.putAll(FileTree.checksums(root)));
        return sums;
    }

    private static void checkVolume(Path volume, Map<String, Long> expected) throws IOException {
        assertThat(Tool.run("ntfsfix", "-n", volume)).contains("was processed successfully");
        // Compares the bitmap with the runs of every file.
        Tool.Result resize = Tool.start("ntfsresize", "-i", "-f", volume);
        assertThat(resize.status() == 0 || resize.output().contains("Volume is full"))
                .as(resize.output())
                .isTrue();
        Tool.run("ntfsclone", "-q", "-m", "-O", volume.resolveSibling("clone"), volume);
        assertThat(content(volume)).isEqualTo(expected);
    }

    private static long freeClusters(UsedMap map, Path volume) throws IOException {
        long end = NtfsFixture.clusterCount(volume) * NtfsFixture.clusterBytes(volume);
        return map.used().complement(new Extent(0, end)).totalBytes() / NtfsFixture.clusterBytes(volume);
    }

    private static long freeClustersByNtfsinfo(Path volume) {
        String text = Tool.run("ntfsinfo", "-f", "-m", volume);
        Matcher free = Pattern.compile("Free Clusters: (\\d+)").matcher(text);
        assertThat(free.find()).as(text).isTrue();
        return Long.parseLong(free.group(1));
    }
}
