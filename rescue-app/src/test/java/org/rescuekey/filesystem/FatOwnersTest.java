package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.device.FileDevice;
import org.rescuekey.filesystem.owners.Owner;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** What clusters of FAT volumes belong to, against mshowfat and against what the sectors say themselves. */
final class FatOwnersTest {
    private static final Pattern CLUSTERS = Pattern.compile("<(\\d+)(?:-(\\d+))?>");

    @TempDir
    Path folder;

    private Path make(int width, int sectorBytes, int sectorsPerCluster, long sizeBytes) throws IOException {
        Path volume = folder.resolve("volume.img");
        Tool.run("truncate", "-s", sizeBytes, volume);
        FatGeometry.mkfs(volume, width, sectorBytes, sectorsPerCluster);
        Path gaps = Files.createDirectories(folder.resolve("gaps"));
        for (int i = 0; i < 40; i++) {
            Files.write(gaps.resolve("gap " + i), new byte[6000]);
        }
        copyIn(volume, gaps);
        for (int i = 0; i < 40; i += 2) {
            Tool.run("mdel", "-i", volume, "::/gap " + i);
        }
        Path files = Files.createDirectories(folder.resolve("files"));
        SignedFiles.tree(files, 36, 9_000);
        SignedFiles.write(files, "/large.bin", 300_000);
        SignedFiles.write(files, "/SHORT.TXT", 700);
        SignedFiles.write(files, "/lower.txt", 700);
        copyIn(volume, files);
        return volume;
    }

    private static void copyIn(Path volume, Path files) throws IOException {
        List<Object> command = new ArrayList<>(List.of("env", "LC_ALL=C.UTF-8", "mcopy", "-s", "-i", volume));
        try (Stream<Path> all = Files.list(files)) {
            all.sorted().forEach(command::add);
        }
        command.add("::/");
        Tool.run(command.toArray());
    }

    @ParameterizedTest
    @CsvSource({
        "12, 512, 2, 1474560",
        "12, 512, 8, 8388608",
        "16, 512, 4, 16777216",
        "16, 2048, 1, 16777216",
        "32, 512, 1, 41943040",
        "32, 4096, 1, 302000128"
    })
    void clustersBelongToWhatMshowfatSays(int width, int sectorBytes, int sectorsPerCluster, long sizeBytes)
            throws IOException {
        Path volume = make(width, sectorBytes, sectorsPerCluster, sizeBytes);
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            FatGeometry fat = FatGeometry.of(device);
            Map<Long, String> expected = mshowfat(volume);
            assertThat(expected).hasSizeGreaterThan(60);
            ExtentSet.Builder wanted = ExtentSet.builder();
            Map<String, Long> bytes = new TreeMap<>();
            int asked = 0;
            for (Map.Entry<Long, String> each : expected.entrySet()) {
                Extent cluster = new Extent(fat.clusterOffset(each.getKey()), fat.clusterBytes());
                wanted.add(cluster);
                bytes.merge(each.getValue(), cluster.length(), Long::sum);
                if (asked++ % 11 == 0) {
                    Owners one = Volumes.owners(device, ExtentSet.of(cluster), SearchWatch.NONE);
                    assertThat(one.named())
                            .containsExactly(new Owner(Owner.Kind.FILE, each.getValue(), "", cluster.length()));
                    assertThat(one.complete()).isTrue();
                }
            }
            Map<String, Long> found = new TreeMap<>();
            Volumes.owners(device, wanted.build(), SearchWatch.NONE)
                    .named()
                    .forEach(owner -> found.put(owner.name(), owner.bytes()));
            assertThat(found).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @CsvSource({"12, 512, 2, 1474560", "16, 512, 4, 16777216", "32, 512, 1, 41943040"})
    void sectorsSayThemselvesWhoseTheyAre(int width, int sectorBytes, int sectorsPerCluster, long sizeBytes)
            throws IOException {
        Path volume = make(width, sectorBytes, sectorsPerCluster, sizeBytes);
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            SignedFiles.check(device, 30, 300);
        }
    }

    @Test
    void structuresAndDirectoriesAreNamed() throws IOException {
        Path volume = make(32, 512, 1, 41_943_040);
        Tool.run("mdel", "-i", volume, "::/folder 1/a file with quite a long name 5.data");
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            Owners all = Volumes.owners(device, ExtentSet.of(new Extent(0, 41_943_040)), SearchWatch.NONE);
            assertThat(all.named())
                    .extracting(Owner::label)
                    .contains(
                            "the boot sector",
                            "the reserved sectors",
                            "the FAT",
                            "copy 2 of the FAT",
                            "directory /",
                            "directory /folder 2",
                            "directory /folder 3/deeper \u00e4/and deeper",
                            "/SHORT.TXT",
                            "/lower.txt")
                    .doesNotContain("/gap 2", "/folder 1/a file with quite a long name 5.data");
            assertThat(all.complete()).isTrue();
            assertThat(all.ownerless())
                    .isEqualTo(Volumes.usedMap(device, PageFiles.KEPT).used().complement(new Extent(0, 41_943_040)));
        }
    }

    /** The cluster numbers of all files. */
    private Map<Long, String> mshowfat(Path volume) throws IOException {
        Map<Long, String> owners = new TreeMap<>();
        List<String> paths = new ArrayList<>();
        for (String root : List.of("files", "gaps")) {
            Path top = folder.resolve(root);
            try (Stream<Path> all = Files.walk(top)) {
                all.filter(Files::isRegularFile).forEach(path -> paths.add("/" + top.relativize(path)));
            }
        }
        for (String path : paths) {
            Tool.Result said = Tool.start("env", "LC_ALL=C.UTF-8", "mshowfat", "-i", volume, "::" + path);
            if (said.status() == 0) {
                Matcher run =
                        CLUSTERS.matcher(said.output().substring(said.output().lastIndexOf(".") + 1));
                while (run.find()) {
                    long first = Long.parseLong(run.group(1));
                    long last = run.group(2) == null ? first : Long.parseLong(run.group(2));
                    for (long cluster = first; cluster <= last; cluster++) {
                        owners.put(cluster, path);
                    }
                }
            }
        }
        return owners;
    }
}
