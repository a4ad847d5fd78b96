package org.rescuekey.platform.linux.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.device.OverlayDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.engine.VolumeResizer.Resized;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.filesystem.FileTree;
import org.rescuekey.filesystem.Tool;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.filesystem.Volumes;

/** FAT volumes made anew in views, against fsck.fat, mdir and mattrib. Needs FUSE. */
@Tag("loop")
class FatRebuilderTest {
    @TempDir
    private Path folder;

    private Path volume = Path.of("");
    private Path tree = Path.of("");
    private Views views;
    private FatRebuilder rebuilder;

    @BeforeEach
    void begin() throws IOException {
        views = new Views(folder);
        Path memory = Files.createDirectory(folder.resolve("memory"));
        rebuilder = new FatRebuilder(views.attachments, views.tool, memory);
        tree = Files.createDirectory(folder.resolve("tree"));
        volume = folder.resolve("fat.img");
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        views.nothingIsLeft();
        try (var left = Files.list(folder.resolve("memory"))) {
            assertThat(left).isEmpty();
        }
    }

    private void makeVolume(int mebibytes, String type, String... more) throws IOException {
        byte[] before = new byte[mebibytes << 20];
        Arrays.fill(before, (byte) 0xA5); // mkfs.fat leaves it where files will be
        Files.write(volume, before);
        Object[] words = new Object[9 + more.length];
        System.arraycopy(
                new Object[] {"mkfs.fat", "-F", type, "-n", "ESP 1", "-i", "CAFE1234", "-h", "206848"}, 0, words, 0, 9);
        System.arraycopy(more, 0, words, 9, more.length);
        Object[] all = Arrays.copyOf(words, words.length + 1);
        all[words.length] = volume;
        Tool.run(all);
        FileTree.make(tree, 3, 60, 40_000);
        Path boot = Files.createDirectories(tree.resolve("EFI/Microsoft/Boot"));
        Files.writeString(boot.resolve("bootmgfw.efi"), "a loader");
        Files.createDirectories(tree.resolve("EFI/empty"));
        for (Path each : list(tree)) {
            Tool.run("mcopy", "-s", "-m", "-i", volume, each, "::/");
        }
        Tool.run("mattrib", "+h", "+s", "-i", volume, "::/EFI/Microsoft/Boot/bootmgfw.efi");
    }

    private static List<Path> list(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private Map<String, Long> checksums(Path fat) throws IOException {
        Path copy = Files.createTempDirectory(folder, "copy");
        Tool.run("mcopy", "-s", "-n", "-m", "-i", fat, "::/*", copy);
        return FileTree.checksums(copy);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 32, 40, FAT32",
        "100, 32, 260, FAT32",
        "100, 32, 20, FAT16",
        "20, 16, 12, FAT16",
        "20, 16, 60, FAT16",
        "64, 16, 4, FAT12"
    })
    void aVolumeIsMadeAnewWithAllThatItIsKnownBy(int before, String type, int after, FileSystemType expected)
            throws IOException {
        makeVolume(before, type);
        String hash = Views.hash(volume);
        long size = (long) after << 20;
        try (OverlayDevice view = Views.over(volume, Math.max((long) before << 20, size))) {
            Resized resized = rebuilder.resize(view, size, Views.control());
            assertThat(resized.fileSystemBytes()).isBetween(size - 65536, size);
            Path result = Views.write(view, size, folder.resolve("result.img"));

            assertThat(Tool.run("fsck.fat", "-n", result)).contains("files");
            assertThat(checksums(result)).isEqualTo(FileTree.checksums(tree)).hasSize(61);
            assertThat(Tool.run("mdir", "-/", "-b", "-i", result)).contains("::/EFI/empty");
            assertThat(Tool.run("mattrib", "-i", result, "::/EFI/Microsoft/Boot/bootmgfw.efi"))
                    .containsPattern("A +S?H?SH|SH")
                    .contains("S", "H");
            VolumeInfo info = Volumes.recognise(view);
            assertThat(info.label()).isEqualTo("ESP 1");
            assertThat(info.identity()).isEqualTo("CAFE-1234");
            assertThat(Reads.at(view, 0x1C, 4, "hidden sectors").getInt()).isEqualTo(206848);
            assertThat(info.type()).isEqualTo(expected);
            byte[] end = new byte[65536];
            view.read(size - end.length, ByteBuffer.wrap(end));
            assertThat(end).as("nothing of the old volume stays").containsOnly(0);
        }
        assertThat(Views.hash(volume)).isEqualTo(hash);
    }

    @Test
    void anEmptyVolumeIsMadeAnew() throws IOException {
        Tool.run("truncate", "-s", "50M", volume);
        Tool.run("mkfs.fat", "-F", "32", volume);
        try (OverlayDevice view = Views.over(volume, 50 << 20)) {
            rebuilder.resize(view, 36 << 20, Views.control());
            Tool.run("fsck.fat", "-n", Views.write(view, 36 << 20, folder.resolve("result.img")));
        }
    }

    @Test
    void tooSmallASizeFailsAndTheViewIsAsItWas() throws IOException {
        makeVolume(20, "16");
        try (OverlayDevice view = Views.over(volume, 20 << 20)) {
            assertThatThrownBy(() -> rebuilder.resize(view, 1 << 20, Views.control()))
                    .isInstanceOf(RescueException.class)
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("mcopy");
            assertThat(view.storedBytes()).isZero();
        }
    }

    @Test
    void theMinimumIsEnough() throws IOException {
        makeVolume(20, "16");
        try (OverlayDevice view = Views.over(volume, 20 << 20)) {
            long minimum = rebuilder.minimum(view, Views.control()).bytes();
            assertThat(minimum).isLessThan(6 << 20);
            rebuilder.resize(view, minimum, Views.control());
        }
    }
}
