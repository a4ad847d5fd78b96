package org.rescuekey.platform.linux.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.device.OverlayDevice;
import org.rescuekey.engine.VolumeResizer.Minimum;
import org.rescuekey.engine.VolumeResizer.Resized;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.filesystem.FileTree;
import org.rescuekey.filesystem.NtfsFixture;
import org.rescuekey.filesystem.Tool;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** ntfsresize on views of a volume whose files lie all over it, against ntfsfix, ntfsresize and ntfs-3g. Needs root. */
@Tag("loop")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NtfsResizerTest {
    private static final long SIZE_BYTES = 96 << 20;
    private static final long SMALL_BYTES = (52 << 20) + 3 * 512;
    private static final long LARGE_BYTES = 200 << 20;

    @TempDir
    static Path folder;

    private Path volume;
    private Map<String, Long> files = new TreeMap<>();
    private String hash = "";
    private Views views;
    private NtfsResizer resizer;

    @BeforeAll
    void makeVolume() throws IOException {
        volume = NtfsFixture.make(folder.resolve("ntfs.img"), SIZE_BYTES, 4096, 512);
        NtfsFixture.mounted(volume, "rw,compression,streams_interface=windows", NtfsResizerTest::fill);
        NtfsFixture.mounted(volume, "ro", root -> files = FileTree.checksums(root));
        assertThat(files).hasSizeGreaterThan(400);
        hash = Views.hash(volume);
        views = new Views(folder);
        resizer = new NtfsResizer(views.tool);
    }

    /** What comes first goes away at the end, so that the rest lies at the end: the $MFT's growth too. */
    private static void fill(Path root) throws IOException {
        Path first = root.resolve("first");
        Files.write(first, new byte[30 << 20]);
        FileTree.make(root, 7, 400, 60_000);
        Path packed = Files.createDirectory(root.resolve("packed"));
        Tool.run("setfattr", "-h", "-v", "0x00000800", "-n", "system.ntfs_attrib_be", packed);
        Files.writeString(packed.resolve("text"), "the same again ".repeat(100_000));
        try (var channel =
                FileChannel.open(root.resolve("sparse"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 30 << 20);
        }
        Path streams = Files.write(root.resolve("streams"), new byte[200_000]);
        Files.write(root.resolve("streams:large one"), new byte[300_000]);
        for (int i = 0; i < 100; i++) {
            Files.createLink(root.resolve("another name, with the number " + i), streams);
        }
        Files.write(root.resolve("at the end"), new byte[10 << 20]);
        Files.delete(first);
    }

    @BeforeEach
    void begin() {
        assertThat(Views.hash(volume)).isEqualTo(hash);
    }

    @AfterEach
    void theBaseIsAsItWasAndNothingIsLeft() throws IOException {
        assertThat(Views.hash(volume)).isEqualTo(hash);
        views.nothingIsLeft();
    }

    private void isWhole(Path result) throws IOException {
        Tool.run("ntfsfix", "--no-action", result);
        Tool.run("ntfsresize", "--info", "--force", result);
        Map<String, Long> there = new TreeMap<>();
        NtfsFixture.mounted(result, "ro", root -> there.putAll(FileTree.checksums(root)));
        assertThat(there).isEqualTo(files);
    }

    @Test
    void aVolumeBecomesSmallerWithAllItsFiles() throws IOException {
        try (OverlayDevice view = Views.over(volume, SIZE_BYTES)) {
            Resized resized = resizer.resize(view, SMALL_BYTES, Views.control());
            assertThat(resized.fileSystemBytes()).isBetween(SMALL_BYTES - 4096 - 512, SMALL_BYTES - 512);
            assertThat(view.storedBytes()).isBetween(5L << 20, 40L << 20);
            isWhole(Views.write(view, SMALL_BYTES, folder.resolve("small.img")));
        }
    }

    @Test
    void aVolumeBecomesLargerWithAllItsFiles() throws IOException {
        try (OverlayDevice view = Views.over(volume, LARGE_BYTES)) {
            Resized resized = resizer.resize(view, LARGE_BYTES, Views.control());
            assertThat(resized.fileSystemBytes()).isBetween(LARGE_BYTES - 4096 - 512, LARGE_BYTES - 512);
            isWhole(Views.write(view, LARGE_BYTES, folder.resolve("large.img")));
        }
    }

    @Test
    void theMinimumIsEnoughAndWithOneClusterLessItIsNot() throws IOException {
        try (OverlayDevice view = Views.over(volume, SIZE_BYTES)) {
            Minimum minimum = resizer.minimum(view, Views.control());
            assertThat(minimum.bytes()).isBetween(20L << 20, SMALL_BYTES);
            assertThat(view.storedBytes()).isZero();

            assertThatThrownBy(() -> resizer.resize(view, minimum.bytes() - 8192, Views.control()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("has too much in it");
            assertThat(view.storedBytes()).isZero();

            resizer.resize(view, minimum.bytes(), Views.control());
            isWhole(Views.write(view, minimum.bytes(), folder.resolve("smallest.img")));
        }
    }

    @Test
    void aDirtyVolumeIsRefused() throws IOException {
        Path dirty = folder.resolve("dirty.img");
        Files.copy(volume, dirty);
        NtfsFixture.setVolumeFlags(dirty, 1);
        try (OverlayDevice view = Views.over(dirty, SIZE_BYTES)) {
            assertThatThrownBy(() -> resizer.resize(view, SMALL_BYTES, Views.control()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("was not closed properly");
            assertThat(view.storedBytes()).isZero();
        }
    }

    @Test
    void aBaseThatFailsIsNamedInItsOwnWords() throws IOException {
        FaultyDevice base = new FaultyDevice(
                FileDevice.openReadOnly(volume, SectorSize.SECTOR_512),
                1,
                new Fault.BadSectors(new Extent(60 << 20, 20 << 20)));
        try (OverlayDevice view = Views.over(base, SIZE_BYTES)) {
            assertThatThrownBy(() -> resizer.resize(view, SMALL_BYTES, Views.control()))
                    .isInstanceOf(DeviceException.class)
                    .matches(e -> ((DeviceException) e).errno() == DeviceException.EIO)
                    .hasMessageContaining("ntfs.img");
        }
    }

    @Test
    void aFullStoreIsNamed() throws IOException {
        try (OverlayDevice view = new OverlayDevice(
                "the view",
                FileDevice.openReadOnly(volume, SectorSize.SECTOR_512),
                SIZE_BYTES,
                Views.memory(1 << 20))) {
            assertThatThrownBy(() -> resizer.resize(view, SMALL_BYTES, Views.control()))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("the view is full: its changes need more than the 1.0 MiB");
        }
    }
}
