package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.FileDevice;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.files.DirectoryListing;
import org.rescuekey.filesystem.files.FileOnVolume;
import org.rescuekey.filesystem.files.FileRun;
import org.rescuekey.filesystem.files.InPlaceEdit;
import org.rescuekey.filesystem.files.VolumeFiles;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** Files of NTFS found by path, read by their runs and edited in place, against ntfs-3g, ntfsinfo and ntfsfix. Needs root. */
@Tag("loop")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NtfsVolumeFilesTest {
    private static final int LIMIT_BYTES = 8 << 20;
    private static final byte[] ONE = {1};

    @TempDir
    static Path folder;

    private Path volume;
    private FileDevice device;
    private VolumeFiles files;

    @BeforeAll
    void makeVolume() throws IOException {
        // Records of 1 KiB over clusters of 512 bytes: some records are in two pieces.
        volume = NtfsFixture.make(folder.resolve("ntfs.img"), 24 << 20, 512, 512);
        NtfsFixture.mounted(volume, "rw,compression,streams_interface=windows", NtfsVolumeFilesTest::fill);
        device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512);
        files = Volumes.files(device).orElseThrow();
    }

    @AfterAll
    void close() throws IOException {
        device.close();
    }

    private static void fill(Path root) throws IOException {
        FileTree.make(root, 3, 40, 40_000);
        Path config = Files.createDirectories(root.resolve("Windows/System32/config"));
        // Early, so that its record is in the first part of the $MFT.
        Path system = Files.createFile(config.resolve("SYSTEM"));
        Random random = new Random(1);
        for (int i = 0; i < 30; i++) {
            byte[] small = new byte[300 + 5 * i];
            random.nextBytes(small);
            Files.write(config.resolve("small " + i), small);
        }
        Path many = Files.createDirectory(root.resolve("WinSxS"));
        for (int i = 0; i < 3000; i++) {
            Files.createFile(many.resolve("amd64_a-component-of-windows_%04d_none".formatted(i)));
        }
        pieces(root, system);
        Path packed = Files.createDirectory(root.resolve("packed"));
        Tool.run("setfattr", "-h", "-v", "0x00000800", "-n", "system.ntfs_attrib_be", packed);
        Files.writeString(packed.resolve("text"), "the same again ".repeat(10_000));
        try (var channel =
                FileChannel.open(root.resolve("sparse"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 3 << 20);
        }
        reparse(Files.createFile(root.resolve("link")), symbolicLink("C:\\Windows"));
        reparse(Files.createDirectory(root.resolve("junction")), junction("\\??\\C:\\Users"));
        reparse(Files.createFile(root.resolve("wof.dll")), tagged(0x8000_0017, new byte[16]));
        reparse(Files.createFile(root.resolve("cloud.docx")), tagged(0x9000_601A, new byte[8]));
        reparse(
                Files.createFile(root.resolve("linux link")),
                tagged(0xA000_001D, "\2\0\0\0/etc/os-release".getBytes(StandardCharsets.UTF_8)));
    }

    /** A file of many runs: its parts are written into the gaps that others leave. */
    private static void pieces(Path root, Path file) throws IOException {
        Path gaps = Files.createDirectory(root.resolve("gaps"));
        int count = 0;
        try {
            for (; ; count++) {
                Files.write(gaps.resolve("gap" + count), new byte[4096]);
            }
        } catch (IOException full) {
            Files.deleteIfExists(gaps.resolve("gap" + count));
        }
        for (int i = 0; i < count; i += 2) {
            Files.delete(gaps.resolve("gap" + i));
        }
        byte[] content = new byte[1 << 20];
        new Random(2).nextBytes(content);
        Files.write(file, content);
        for (int i = 1; i < count; i += 2) {
            Files.delete(gaps.resolve("gap" + i));
        }
    }

    private static void reparse(Path file, byte[] data) {
        Tool.run(
                "setfattr",
                "-h",
                "-n",
                "system.ntfs_reparse_data",
                "-v",
                "0x" + HexFormat.of().formatHex(data),
                file);
    }

    private static byte[] tagged(int tag, byte[] data) {
        ByteBuffer point = ByteBuffer.allocate(8 + data.length).order(ByteOrder.LITTLE_ENDIAN);
        point.putInt(0, tag).putShort(4, (short) data.length).put(8, data);
        return point.array();
    }

    /** The name to be shown stands behind the one that is followed. */
    private static byte[] symbolicLink(String target) {
        byte[] followed = ("\\??\\" + target).getBytes(StandardCharsets.UTF_16LE);
        byte[] shown = target.getBytes(StandardCharsets.UTF_16LE);
        ByteBuffer data =
                ByteBuffer.allocate(12 + followed.length + shown.length).order(ByteOrder.LITTLE_ENDIAN);
        data.putShort(2, (short) followed.length).putShort(4, (short) followed.length);
        data.putShort(6, (short) shown.length).put(12, followed).put(12 + followed.length, shown);
        return tagged(0xA000_000C, data.array());
    }

    private static byte[] junction(String target) {
        byte[] followed = target.getBytes(StandardCharsets.UTF_16LE);
        ByteBuffer data = ByteBuffer.allocate(8 + followed.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        data.putShort(2, (short) followed.length).putShort(4, (short) (followed.length + 2));
        data.put(8, followed);
        return tagged(0xA000_0003, data.array());
    }

    @Test
    void everyFileThatCanBeReadReadsTheSameAsThroughNtfs3g() throws IOException {
        Map<String, byte[]> expected = contents(volume);
        assertThat(expected).hasSizeGreaterThan(3000);
        for (Map.Entry<String, byte[]> each : expected.entrySet()) {
            if (each.getKey().equals("/packed/text")) {
                continue;
            }
            FileOnVolume file = files.find(each.getKey()).orElseThrow();
            assertThat(file.path()).isEqualTo(each.getKey());
            assertThat(file.kind()).isEqualTo(FileOnVolume.Kind.FILE);
            assertThat(file.read(LIMIT_BYTES)).as(each.getKey()).isEqualTo(each.getValue());
        }
    }

    @Test
    void runsAreThoseOfNtfsinfoInTheirOrder() throws IOException {
        FileOnVolume system = files.find("/windows/SYSTEM32/Config/System").orElseThrow();
        assertThat(system.path()).isEqualTo("/Windows/System32/config/SYSTEM");
        assertThat(system.runs()).hasSizeGreaterThan(50);
        long next = 0;
        ExtentSet.Builder extents = ExtentSet.builder();
        for (FileRun run : system.runs()) {
            assertThat(run.fileOffsetBytes()).isEqualTo(next);
            next = run.fileEndBytes();
            extents.add(run.extent());
        }
        assertThat(next).isEqualTo(system.sizeBytes()).isEqualTo(1 << 20);
        int record = NtfsFixture.record(volume, "Windows/System32/config/SYSTEM");
        assertThat(extents.build()).isEqualTo(NtfsFixture.contentExtents(volume, record));
    }

    @Test
    void editsAreWhatNtfs3gReadsAfterwards() throws IOException {
        Path copy = Files.copy(volume, folder.resolve("edited.img"), StandardCopyOption.REPLACE_EXISTING);
        Map<String, byte[]> expected = contents(volume);
        Random random = new Random(20_261_123);
        List<String> edited = new ArrayList<>(List.of("/Windows/System32/config/SYSTEM"));
        for (int i = 0; i < 30; i++) {
            edited.add("/Windows/System32/config/small " + i);
        }
        int pieces = 0;
        for (String path : edited) {
            byte[] content = Objects.requireNonNull(expected.get(path));
            FileOnVolume file = files.find(path).orElseThrow();
            List<InPlaceEdit> edits = InPlace.byChance(random, content, 3);
            pieces += file.onVolume(edits).size();
            InPlace.apply(copy, file, edits);
        }

        assertThat(pieces).as("edits that were split").isGreaterThan(3 * edited.size() + 20);
        assertThat(contents(copy)).containsExactlyEntriesOf(expected);
        assertThat(Tool.start("ntfsfix", "-n", copy).output()).contains("processed successfully");
        Tool.run("ntfsresize", "-i", "-f", copy);
    }

    /** Its content stands in the record, over the two bytes at the end of a sector that belong to the record's protection. */
    @Test
    void aSmallFileIsEditedInItsRecord() throws IOException {
        FileOnVolume file = files.find("/Windows/System32/config/small 29").orElseThrow();

        assertThat(file.sizeBytes()).isEqualTo(445);
        assertThat(file.whyNotInPlace()).isEmpty();
        long record = NtfsFixture.recordOffset(volume, NtfsFixture.record(volume, "Windows/System32/config/small 29"));
        assertThat(file.runs()).hasSizeGreaterThanOrEqualTo(3);
        assertThat(file.runs().get(1).lengthBytes()).isEqualTo(2);
        // The array of the protection stands behind the header, which is 48 bytes; its first two bytes are the number.
        assertThat(file.runs().get(1).volumeOffsetBytes() - record).isEqualTo(50);
        assertThat(file.runs().get(0).volumeOffsetBytes() + file.runs().get(0).lengthBytes() - record)
                .isEqualTo(510);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/packed/text | /packed/text is compressed by NTFS.",
                "/sparse | /sparse is sparse: parts of it have no place on the volume.",
                "/WOF.DLL | /wof.dll is kept compressed by Windows (CompactOS, WOF).",
                "/cloud.docx | /cloud.docx is kept in a way that is not known here (reparse tag 0x9000601A).",
                "/link | /link is a link to C:\\Windows.",
                "/Linux Link | /linux link is a link to /etc/os-release.",
                "/junction/x/y | /junction is a link to \\??\\C:\\Users.",
                "/Windows | /Windows is a directory.",
                "/$Boot | /$Boot is a part of the file system itself.",
                "/ | / is a directory.",
            })
    void whatCannotBeEditedSaysWhy(String path, String why) throws IOException {
        FileOnVolume file = files.find(path).orElseThrow();

        assertThat(file.whyNotInPlace()).isEqualTo(why);
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> file.onVolume(List.of(new InPlaceEdit(0, ONE, ONE))))
                .withMessageStartingWith(why);
        boolean isReadable = path.equals("/sparse") || path.equals("/$Boot");
        assertThat(file.whyUnreadable()).isEqualTo(isReadable ? "" : why);
    }

    @Test
    void linksSayWhatTheyName() throws RescueException {
        FileOnVolume link = files.find("/junction/anything").orElseThrow();

        assertThat(link.kind()).isEqualTo(FileOnVolume.Kind.LINK);
        assertThat(link.path()).isEqualTo("/junction");
        assertThat(link.linkTarget()).isEqualTo("\\??\\C:\\Users");
    }

    /** EFS cannot be made here: the flag stands for it. */
    @Test
    void anEncryptedFileIsNotEdited() throws IOException {
        Path copy = Files.copy(volume, folder.resolve("efs.img"), StandardCopyOption.REPLACE_EXISTING);
        String path = "folder1/file number 1.bin";
        NtfsRecordEditor editor = NtfsRecordEditor.open(copy, NtfsFixture.record(copy, path));
        editor.setFlags("", 0x4000);
        editor.write();
        try (FileDevice other = FileDevice.openReadOnly(copy, SectorSize.SECTOR_512)) {
            FileOnVolume file = Volumes.files(other).orElseThrow().find(path).orElseThrow();
            assertThat(file.whyUnreadable()).isEqualTo("/" + path + " is encrypted (EFS).");
            assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> file.read(LIMIT_BYTES));
        }
    }

    /** What was never written reads as zero, whatever stands there: it is no place for an edit. */
    @Test
    void whatWasNeverWrittenIsNotEdited() throws IOException {
        Path copy = Files.copy(volume, folder.resolve("unwritten.img"), StandardCopyOption.REPLACE_EXISTING);
        String path = "Windows/System32/config/SYSTEM";
        NtfsRecordEditor editor = NtfsRecordEditor.open(copy, NtfsFixture.record(copy, path));
        editor.setInitialised("", 700_000);
        editor.write();
        try (FileDevice other = FileDevice.openReadOnly(copy, SectorSize.SECTOR_512)) {
            FileOnVolume file = Volumes.files(other).orElseThrow().find(path).orElseThrow();
            assertThat(file.read(LIMIT_BYTES)).isEqualTo(contents(copy).get("/" + path));
            assertThat(file.onVolume(List.of(new InPlaceEdit(699_999, ONE, ONE))))
                    .hasSize(1);
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> file.onVolume(List.of(new InPlaceEdit(699_999, new byte[2], new byte[2]))))
                    .withMessageContaining("has no place on the volume");
        }
    }

    @Test
    void editsThatCannotBeAreRefused() throws RescueException {
        FileOnVolume file = files.find("/Windows/System32/config/SYSTEM").orElseThrow();
        InPlaceEdit end = new InPlaceEdit((1 << 20) - 1, new byte[2], new byte[2]);
        List<InPlaceEdit> twice = List.of(new InPlaceEdit(11, ONE, ONE), new InPlaceEdit(10, new byte[2], new byte[2]));

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> file.onVolume(List.of(end)))
                .withMessageContaining("ends at 1048576");
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> file.onVolume(twice))
                .withMessageContaining("changed twice");
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> file.read(1 << 19))
                .withMessageContaining("more than the 524288");
    }

    @Test
    void directoriesAreListed() throws IOException {
        DirectoryListing all = files.list("/WINSXS", 5000).orElseThrow();
        assertThat(all.complete()).isTrue();
        TreeSet<String> names = new TreeSet<>();
        all.names().forEach(name -> names.add(name.name()));
        NtfsFixture.mounted(volume, "ro", root -> {
            try (Stream<Path> expected = Files.list(root.resolve("WinSxS"))) {
                assertThat(names)
                        .containsExactlyElementsOf(
                                expected.map(path -> path.getFileName().toString())
                                        .sorted()
                                        .toList());
            }
        });
        DirectoryListing some = files.list("/WinSxS", 10).orElseThrow();
        assertThat(some.names()).hasSize(10);
        assertThat(some.complete()).isFalse();
        assertThat(files.list("\\windows", 10).orElseThrow().names())
                .containsExactly(new DirectoryListing.Name("System32", true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/Windows/nothing", "/sparse/x", "/WinSxS/.", "/Windows/..", "/link/x/y/nothing/.."})
    void whatIsNotThereIsNotFound(String path) throws RescueException {
        assertThat(files.find(path).filter(file -> file.kind() != FileOnVolume.Kind.LINK))
                .isEmpty();
        assertThat(files.list(path, 10)).isEmpty();
    }

    /** Path and content of every regular file. */
    private static Map<String, byte[]> contents(Path volume) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        NtfsFixture.mounted(volume, "ro", root -> {
            try (Stream<Path> all = Files.walk(root)) {
                for (Path path : all.filter(each -> !isReparse(each) && Files.isRegularFile(each))
                        .toList()) {
                    contents.put("/" + root.relativize(path), Files.readAllBytes(path));
                }
            }
        });
        return contents;
    }

    /** Of these ntfs-3g tells nothing but that they are there. */
    private static boolean isReparse(Path path) {
        String name = path.getFileName().toString();
        return List.of("link", "junction", "wof.dll", "cloud.docx", "linux link")
                .contains(name);
    }
}
