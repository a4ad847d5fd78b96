package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.device.FileDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.NtfsEntry;
import org.rescuekey.filesystem.ntfs.NtfsFiles;
import org.rescuekey.filesystem.ntfs.NtfsOwners;
import org.rescuekey.filesystem.ntfs.NtfsStream;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** Files found, listed, read and named by their clusters, against ntfs-3g, ntfsls, ntfscat and ntfscluster. Needs root. */
@Tag("loop")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NtfsFilesTest {
    private static final int CLUSTER_BYTES = 1024;
    private static final Pattern OWNER = Pattern.compile("Inode \\d+ (/.*)/(\\$[A-Z_]+)(?:\\((.*)\\))?");

    @TempDir
    static Path folder;

    private Path volume;
    private FileDevice device;
    private NtfsFiles files;

    @BeforeAll
    void makeVolume() throws IOException {
        volume = NtfsFixture.make(folder.resolve("ntfs.img"), 24 << 20, CLUSTER_BYTES, 512);
        NtfsFixture.mounted(volume, "rw,compression,streams_interface=windows", NtfsFilesTest::fill);
        device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512);
        files = NtfsFiles.open(device);
    }

    @AfterAll
    void close() throws IOException {
        device.close();
    }

    private static void fill(Path root) throws IOException {
        FileTree.make(root, 7, 60, 40_000);
        Path many = Files.createDirectory(root.resolve("many files"));
        for (int i = 0; i < 1500; i++) {
            Files.createFile(many.resolve("a name that takes some room, number %04d".formatted(i)));
        }
        for (int i = 0; i < 1500; i += 3) {
            Files.delete(many.resolve("a name that takes some room, number %04d".formatted(i)));
        }
        Path deep = root;
        for (int i = 0; i < 30; i++) {
            deep = Files.createDirectory(deep.resolve("Ebene \u00e4\u00f6\u00fc " + i));
        }
        Files.writeString(deep.resolve("\u65e5\u672c\u8a9e \ud83d\ude00.txt"), "deep down");
        Path packed = Files.createDirectory(root.resolve("packed"));
        Tool.run("setfattr", "-h", "-v", "0x00000800", "-n", "system.ntfs_attrib_be", packed);
        Files.writeString(packed.resolve("text"), "the same again ".repeat(10_000));
        try (var channel =
                FileChannel.open(root.resolve("sparse"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 3 << 20);
        }
        Path streams = Files.write(root.resolve("streams"), new byte[20_000]);
        Files.write(root.resolve("streams:large one"), new byte[30_000]);
        Files.write(root.resolve("streams:small"), new byte[30]);
        for (int i = 0; i < 60; i++) {
            Files.createLink(root.resolve("another name, with the number " + i), streams);
        }
        Tool.run("setfattr", "-n", "system.ntfs_dos_name", "-v", "MANYFI~1", many);
    }

    @Test
    void everyDirectoryHasTheSameNamesAsThroughNtfs3g() throws IOException {
        Map<String, Long> expected = new TreeMap<>();
        NtfsFixture.mounted(volume, "ro", root -> {
            try (Stream<Path> all = Files.walk(root)) {
                for (Path path : all.filter(each -> !each.equals(root)).toList()) {
                    expected.put(root.relativize(path).toString(), Files.isDirectory(path) ? -1 : Files.size(path));
                }
            }
        });
        assertThat(expected).hasSizeGreaterThan(1100);

        Map<String, Long> listed = new TreeMap<>();
        Map<String, NtfsEntry> entries = tree();
        for (Map.Entry<String, NtfsEntry> each : entries.entrySet()) {
            if (!each.getKey().startsWith("$")) {
                NtfsEntry entry = each.getValue();
                listed.put(each.getKey(), entry.directory() ? -1 : mainSize(entry));
            }
        }
        assertThat(listed).isEqualTo(expected);
        assertThat(entries)
                .containsKeys("$MFT", "$Bitmap", "$Extend/$ObjId", "$Extend/$Quota", "$Extend/$Reparse", "$BadClus");
        NtfsEntry large = Objects.requireNonNull(entries.get("folder1/file number 1.bin"));
        assertThat(large.sizeBytes()).isEqualTo(mainSize(large));
    }

    @Test
    void timesAreThoseOfNtfs3g() throws IOException {
        NtfsFixture.mounted(volume, "ro", root -> {
            Path file = root.resolve("folder2/file number 2.bin");
            NtfsEntry entry = files.find("folder2/file number 2.bin").orElseThrow();
            assertThat(entry.modified())
                    .isCloseTo(Files.getLastModifiedTime(file).toInstant(), within(1, ChronoUnit.SECONDS));
            assertThat(entry.created()).isCloseTo(entry.modified(), within(1, ChronoUnit.MINUTES));
        });
    }

    @Test
    void everyPlainFileReadsTheSameAsThroughNtfs3g() throws IOException {
        Map<String, Long> expected = new TreeMap<>();
        NtfsFixture.mounted(volume, "ro", root -> expected.putAll(FileTree.checksums(root)));
        int packed = 0;
        for (Map.Entry<String, Long> each : expected.entrySet()) {
            NtfsStream stream =
                    files.stream(files.find(each.getKey()).orElseThrow(), "").orElseThrow();
            if (stream.isPlain()) {
                CRC32 crc = new CRC32();
                for (long offset = 0; offset < stream.sizeBytes(); offset += 10_000) {
                    crc.update(stream.read(offset, (int) Math.min(10_000, stream.sizeBytes() - offset)));
                }
                assertThat(crc.getValue() << 32 | stream.sizeBytes())
                        .as(each.getKey())
                        .isEqualTo(each.getValue());
            } else {
                packed++;
            }
        }
        assertThat(packed).isEqualTo(1);
    }

    @Test
    void streamsOfAFile() throws IOException {
        List<NtfsStream> streams = files.streams(files.find("streams").orElseThrow());

        assertThat(streams).extracting(NtfsStream::name).containsExactly("", "large one", "small");
        assertThat(streams).extracting(NtfsStream::sizeBytes).containsExactly(20_000L, 30_000L, 30L);
        assertThat(streams.get(2).extents().isEmpty()).isTrue();
        assertThat(streams.get(0).extents())
                .isEqualTo(NtfsFixture.contentExtents(volume, NtfsFixture.record(volume, "streams"))
                        .subtract(streams.get(1).extents()));
    }

    @ParameterizedTest
    @CsvSource({
        "folder1/file number 1.bin, folder1/file number 1.bin",
        "/FOLDER1/File Number 1.BIN, folder1/file number 1.bin",
        "\\Folder1\\file number 1.bin, folder1/file number 1.bin",
        "EBENE \u00c4\u00d6\u00dc 0/ebene \u00e4\u00d6\u00fc 1, Ebene \u00e4\u00f6\u00fc 0/Ebene \u00e4\u00f6\u00fc 1",
        "manyfi~1, many files",
        "$extend/$objid, $Extend/$ObjId",
        "folder1/nothing.bin,",
        "folder1/file number 1.bin/more,",
        "folder1/./file number 1.bin,",
    })
    void findByPath(String path, @Nullable String expected) throws IOException {
        if (expected == null) {
            assertThat(files.find(path)).isEmpty();
        } else {
            long reference = files.find(path).orElseThrow().reference();
            assertThat(reference)
                    .isEqualTo(Objects.requireNonNull(tree().get(expected)).reference());
        }
    }

    @Test
    void theRootDirectoryIsFound() throws IOException {
        assertThat(files.find("/").orElseThrow()).isEqualTo(files.root());
        assertThat(files.find("").orElseThrow().reference() & 0xFFFF_FFFFL).isEqualTo(5);
    }

    @Test
    void ownersOfAnyClustersAreThoseOfNtfscluster() throws IOException {
        Random random = new Random(9);
        long clusters = NtfsFixture.clusterCount(volume);
        assertThat(ourOwners(0, clusters - 1))
                .isEqualTo(ownersByTool(0, clusters - 1))
                .hasSizeGreaterThan(70);
        assertThat(ourOwners(0, clusters - 1))
                .contains("/streams|$DATA|large one", "/packed/text|$DATA|", "/many files|$INDEX_ALLOCATION|$I30");
        for (int i = 0; i < 25; i++) {
            long first = random.nextLong(clusters - 400);
            long last = first + random.nextLong(400);
            assertThat(ourOwners(first, last)).as(first + "-" + last).isEqualTo(ownersByTool(first, last));
        }
    }

    @Test
    void manyExtentsAtOnce() throws IOException {
        ExtentSet first = files.stream(files.find("folder1/file number 1.bin").orElseThrow(), "")
                .orElseThrow()
                .extents();
        ExtentSet second = files.stream(files.find("streams").orElseThrow(), "large one")
                .orElseThrow()
                .extents();
        Extent byteOfFirst = new Extent(first.get(0).start() + 5, 1);
        Extent freeCluster = UsedMapCheck.map(volume, SectorSize.SECTOR_512)
                .used()
                .complement(new Extent(0, 24 << 20))
                .get(0);

        NtfsOwners owners = files.owners(ExtentSet.of(byteOfFirst, freeCluster).union(second));

        assertThat(owners.complete()).isTrue();
        assertThat(owners.damagedRecords()).isZero();
        assertThat(owners.ownerless()).isEqualTo(ExtentSet.of(freeCluster));
        Map<String, ExtentSet> byLabel = new HashMap<>();
        owners.owners().forEach(owner -> byLabel.put(owner.label(), owner.extents()));
        assertThat(byLabel)
                .containsOnly(
                        Map.entry("/folder1/file number 1.bin", ExtentSet.of(byteOfFirst)),
                        Map.entry(label(byLabel, "large one"), second));
        assertThat(files.owners(ExtentSet.empty()).owners()).isEmpty();
    }

    /** The file with sixty names may go by any of them. */
    private static String label(Map<String, ExtentSet> owners, String stream) {
        return owners.keySet().stream()
                .filter(label -> label.endsWith(":" + stream))
                .findFirst()
                .orElseThrow();
    }

    private Set<String> ourOwners(long first, long last) throws RescueException {
        Set<String> labels = new TreeSet<>();
        NtfsOwners owners =
                files.owners(ExtentSet.of(Extent.between(first * CLUSTER_BYTES, (last + 1) * CLUSTER_BYTES)));
        assertThat(owners.complete()).isTrue();
        for (NtfsOwners.Owner owner : owners.owners()) {
            int colon = owner.stream().indexOf(":$");
            String type = colon < 0 ? "$DATA" : owner.stream().substring(colon + 1);
            String name = colon < 0 ? owner.stream() : owner.stream().substring(0, colon);
            labels.add(normal(owner.path()) + "|" + type + "|" + name);
        }
        return labels;
    }

    private Set<String> ownersByTool(long first, long last) {
        Set<String> labels = new TreeSet<>();
        byte[] said =
                Tool.run("ntfscluster", "-f", "-c", first + "-" + last, volume).getBytes(StandardCharsets.ISO_8859_1);
        for (String line : new String(said, StandardCharsets.UTF_8).split("\n", -1)) {
            Matcher owner = OWNER.matcher(line);
            if (owner.matches()) {
                String name = owner.group(3) == null ? "" : owner.group(3);
                labels.add(normal(owner.group(1)) + "|" + owner.group(2) + "|" + name);
            }
        }
        return labels;
    }

    private static String normal(String path) {
        String one = path.equals("/.") ? "/" : path;
        return one.startsWith("/another name") ? "/streams" : one;
    }

    private long mainSize(NtfsEntry file) throws RescueException {
        return files.stream(file, "").map(NtfsStream::sizeBytes).orElse(0L);
    }

    private Map<String, NtfsEntry> tree() throws RescueException {
        Map<String, NtfsEntry> all = new TreeMap<>();
        Deque<Map.Entry<String, NtfsEntry>> open = new ArrayDeque<>(List.of(Map.entry("", files.root())));
        while (!open.isEmpty()) {
            Map.Entry<String, NtfsEntry> directory = open.removeFirst();
            List<NtfsEntry> names = new ArrayList<>();
            assertThat(files.list(directory.getValue(), names::add)).isZero();
            for (NtfsEntry entry : names) {
                String path = directory.getKey() + entry.name();
                assertThat(all.put(path, entry)).as(path).isNull();
                if (entry.directory()) {
                    open.add(Map.entry(path + "/", entry));
                }
            }
        }
        return all;
    }
}
