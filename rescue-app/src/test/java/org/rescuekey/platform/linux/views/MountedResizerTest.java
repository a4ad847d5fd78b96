package org.rescuekey.platform.linux.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.OverlayDevice;
import org.rescuekey.engine.VolumeResizer.Resized;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.FileTree;
import org.rescuekey.filesystem.Tool;

/** Btrfs and XFS in views, against their own checks. Needs root, loop devices, and both in the kernel. */
@Tag("loop")
class MountedResizerTest {
    private static final long MIB = 1 << 20;

    @TempDir
    private Path folder;

    private Path volume = Path.of("");
    private Map<String, Long> files = Map.of();
    private Views views;

    @BeforeEach
    void begin() throws IOException {
        views = new Views(folder);
        volume = folder.resolve("volume.img");
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        views.nothingIsLeft();
        assertThat(Tool.run("losetup", "--list", "--noheadings", "-O", "BACK-FILE"))
                .doesNotContain(folder.toString());
    }

    /** Fills a volume that was made; files of a first folder go away again. */
    private void fill() throws IOException {
        Path mounted = Files.createDirectories(folder.resolve("mounted"));
        Tool.run("mount", "-o", "loop", volume, mounted);
        try {
            Path first = Files.createDirectory(mounted.resolve("first"));
            Files.write(first.resolve("large"), new byte[100 << 20]);
            Tool.run("sync", "-f", mounted);
            FileTree.make(mounted, 4, 200, 90_000);
            files = FileTree.checksums(mounted);
            Tool.run("sync", "-f", mounted);
            Tool.run("rm", "-r", first);
            files.keySet().removeIf(name -> name.startsWith("first"));
        } finally {
            Tool.unmount(mounted);
        }
    }

    private Map<String, Long> checksums(Path result) throws IOException {
        Path mounted = folder.resolve("mounted");
        Tool.run("mount", "-o", "loop,ro", result, mounted);
        try {
            return FileTree.checksums(mounted);
        } finally {
            Tool.unmount(mounted);
        }
    }

    private void resizeBtrfs(long toBytes) throws IOException {
        String hash = Views.hash(volume);
        try (OverlayDevice view = Views.over(volume, Math.max(toBytes, Files.size(volume)))) {
            Resized resized = MountedResizer.ofBtrfs(views.tool).resize(view, toBytes, Views.control());
            assertThat(resized.fileSystemBytes()).isEqualTo(toBytes & -4096);
            Path result = Views.write(view, toBytes, folder.resolve("result.img"));
            Tool.run("btrfs", "check", "--readonly", result);
            assertThat(Views.hash(volume)).isEqualTo(hash);
            Files.delete(volume); // two volumes with one UUID are never both there
            assertThat(checksums(result)).isEqualTo(files);
        }
    }

    private void makeBtrfs() throws IOException {
        Tool.run("truncate", "-s", "400M", volume);
        Tool.run("mkfs.btrfs", "-q", volume);
        fill();
    }

    @Test
    void aBtrfsVolumeBecomesSmaller() throws IOException {
        makeBtrfs();
        resizeBtrfs(300 * MIB + 512);
    }

    @Test
    void aBtrfsVolumeBecomesLarger() throws IOException {
        makeBtrfs();
        resizeBtrfs(600 * MIB);
    }

    @Test
    void noBtrfsVolumeBecomesSmallerThanTheKernelAllows() throws IOException {
        Tool.run("truncate", "-s", "400M", volume);
        Tool.run("mkfs.btrfs", "-q", volume);
        try (OverlayDevice view = Views.over(volume, 400 * MIB)) {
            assertThatThrownBy(() -> MountedResizer.ofBtrfs(views.tool).resize(view, 255 * MIB, Views.control()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("smaller than 256 MiB");
        }
    }

    @Test
    void theMinimumOfBtrfsIsToldWithoutAChange() throws IOException {
        makeBtrfs();
        try (OverlayDevice view = Views.over(volume, 400 * MIB)) {
            long bytes = MountedResizer.ofBtrfs(views.tool)
                    .minimum(view, Views.control())
                    .bytes();
            assertThat(bytes).isBetween(256 * MIB, 400 * MIB);
            assertThat(view.storedBytes()).isZero();
        }
    }

    @Test
    void aPartOfABtrfsVolumeIsRefused() throws IOException {
        Path second = folder.resolve("second.img");
        Tool.run("truncate", "-s", "200M", volume, second);
        Tool.run("mkfs.btrfs", "-q", volume, second);
        try (OverlayDevice view = Views.over(volume, 200 * MIB)) {
            assertThatThrownBy(() -> MountedResizer.ofBtrfs(views.tool).resize(view, 180 * MIB, Views.control()))
                    .isInstanceOf(RescueException.class);
            assertThat(view.storedBytes()).isZero();
        }
    }

    @Test
    void anXfsVolumeBecomesLarger() throws IOException {
        Tool.run("truncate", "-s", "400M", volume);
        Tool.run("mkfs.xfs", "-q", volume);
        fill();
        String hash = Views.hash(volume);
        long size = 700 * MIB + 512;
        try (OverlayDevice view = Views.over(volume, 800 * MIB)) {
            MountedResizer resizer = MountedResizer.ofXfs(views.tool);
            assertThat(resizer.canShrink()).isFalse();
            Resized resized = resizer.resize(view, size, Views.control());
            assertThat(resized.fileSystemBytes()).isBetween(size - MIB, size);
            Path result = Views.write(view, size, folder.resolve("result.img"));
            Tool.run("xfs_repair", "-n", "-f", result);
            assertThat(checksums(result)).isEqualTo(files);
        }
        assertThat(Views.hash(volume)).isEqualTo(hash);
    }

    @Test
    void aFileSystemThatTheKernelDoesNotKnowIsRefused() throws IOException {
        Tool.run("truncate", "-s", "10M", volume);
        try (OverlayDevice view = Views.over(volume, 10 * MIB)) {
            assertThatThrownBy(() ->
                            views.tool.change(view, Views.control(), session -> session.mount("nosuchfs", "noatime")))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("this system cannot mount it");
        }
    }
}
