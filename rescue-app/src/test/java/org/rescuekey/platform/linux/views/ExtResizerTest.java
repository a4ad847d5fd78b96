package org.rescuekey.platform.linux.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.OverlayDevice;
import org.rescuekey.engine.VolumeResizer.Minimum;
import org.rescuekey.engine.VolumeResizer.Resized;
import org.rescuekey.error.RefusedException;
import org.rescuekey.filesystem.FileTree;
import org.rescuekey.filesystem.Tool;

/** e2fsck and resize2fs on views of a volume, against e2fsck and what debugfs reads of its files. Needs FUSE. */
@Tag("loop")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExtResizerTest {
    private static final long SIZE_BYTES = 128 << 20;
    private static final long SMALL_BYTES = (60 << 20) + 3 * 512;
    private static final long LARGE_BYTES = 300 << 20;

    @TempDir
    static Path folder;

    private Path volume;
    private Map<String, Long> files = Map.of();
    private String hash = "";
    private Views views;
    private ExtResizer resizer;

    @BeforeAll
    void makeVolume() throws IOException {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Files.write(tree.resolve("a first file"), new byte[60 << 20]);
        FileTree.make(tree, 5, 300, 80_000);
        volume = folder.resolve("ext4.img");
        Tool.run("truncate", "-s", SIZE_BYTES, volume);
        Tool.run("mke2fs", "-q", "-F", "-t", "ext4", "-d", tree, volume);
        Tool.run("debugfs", "-w", "-R", "rm /\"a first file\"", volume);
        Tool.run("e2fsck", "-f", "-n", volume);
        files = checksums(volume);
        assertThat(files).hasSize(300);
        hash = Views.hash(volume);
        views = new Views(folder);
        resizer = new ExtResizer(views.tool);
    }

    private static Map<String, Long> checksums(Path volume) throws IOException {
        Path copy = Files.createTempDirectory(folder, "copy");
        Tool.run("debugfs", "-R", "rdump / " + copy, volume);
        return FileTree.checksums(copy);
    }

    @AfterEach
    void theBaseIsAsItWasAndNothingIsLeft() throws IOException {
        assertThat(Views.hash(volume)).isEqualTo(hash);
        views.nothingIsLeft();
    }

    private void isWhole(Path result) throws IOException {
        Tool.run("e2fsck", "-f", "-n", result);
        assertThat(checksums(result)).isEqualTo(files);
    }

    @Test
    void aVolumeBecomesSmallerWithAllItsFiles() throws IOException {
        try (OverlayDevice view = Views.over(volume, SIZE_BYTES)) {
            Resized resized = resizer.resize(view, SMALL_BYTES, Views.control());
            assertThat(resized.fileSystemBytes()).isBetween(SMALL_BYTES - 4096, SMALL_BYTES);
            assertThat(resized.notes()).isEmpty();
            isWhole(Views.write(view, SMALL_BYTES, folder.resolve("small.img")));
        }
    }

    @Test
    void aVolumeBecomesLargerWithAllItsFiles() throws IOException {
        try (OverlayDevice view = Views.over(volume, LARGE_BYTES)) {
            Resized resized = resizer.resize(view, LARGE_BYTES, Views.control());
            assertThat(resized.fileSystemBytes()).isEqualTo(LARGE_BYTES);
            isWhole(Views.write(view, LARGE_BYTES, folder.resolve("large.img")));
        }
    }

    @Test
    void theMinimumIsEnough() throws IOException {
        try (OverlayDevice view = Views.over(volume, SIZE_BYTES)) {
            Minimum minimum = resizer.minimum(view, Views.control());
            assertThat(minimum.bytes()).isBetween(10L << 20, SMALL_BYTES);
            assertThat(view.storedBytes()).isZero();

            resizer.resize(view, minimum.bytes(), Views.control());
            isWhole(Views.write(view, minimum.bytes(), folder.resolve("smallest.img")));
        }
    }

    @Test
    void tooSmallASizeIsRefused() throws IOException {
        try (OverlayDevice view = Views.over(volume, SIZE_BYTES)) {
            assertThatThrownBy(() -> resizer.resize(view, 2 << 20, Views.control()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("has too much in it");
        }
    }

    @Test
    void whatIsRepairedIsTold() throws IOException {
        Path slip = folder.resolve("slip.img");
        Files.copy(volume, slip);
        Tool.run("debugfs", "-w", "-R", "set_super_value free_blocks_count 7", slip);
        Tool.run("debugfs", "-w", "-R", "set_inode_field <12> links_count 9", slip);
        try (OverlayDevice view = Views.over(slip, SIZE_BYTES)) {
            Resized resized = resizer.resize(view, SMALL_BYTES, Views.control());
            assertThat(resized.notes()).singleElement().asString().contains("e2fsck repaired");
            isWhole(Views.write(view, SMALL_BYTES, folder.resolve("repaired.img")));
        }
    }

    @Test
    void damageThatNeedsDecisionsIsRefused() throws IOException {
        Path damaged = folder.resolve("damaged.img");
        Files.copy(volume, damaged);
        Tool.run("debugfs", "-w", "-R", "clri <2>", damaged);
        try (OverlayDevice view = Views.over(damaged, SIZE_BYTES)) {
            assertThatThrownBy(() -> resizer.resize(view, SMALL_BYTES, Views.control()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("has errors whose repair needs decisions")
                    .hasMessageNotContaining(folder.resolve("views").toString());
        }
    }
}
