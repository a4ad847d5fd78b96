package org.rescuekey.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.inventory.Mount;

@Tag("loop")
class PlacesTest {
    @TempDir
    Path folder;

    private Places places = new Places(Path.of("/nowhere"));

    @BeforeEach
    void placesInTheTestsFolder() {
        places = new Places(folder.resolve("places"));
    }

    @Test
    void aWritablePlaceKeepsWhatIsWritten() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, 8 << 20, 512)) {
            Shell.run("mkfs.ext4", "-q", loop.path());
            Path place = places.mount(loop.path(), FileSystemType.EXT4, "stick", true);
            assertThat(place).isEqualTo(folder.resolve("places/stick"));
            Files.writeString(place.resolve("image"), "x");
            assertThat(places.mounted()).containsExactly(new Mount(loop.path(), place.toString(), "ext4", false));
            assertThatThrownBy(() -> places.mount(loop.path(), FileSystemType.EXT4, "stick", true))
                    .isInstanceOf(RefusedException.class);
            places.unmount("stick");
            assertThat(place).doesNotExist();
            assertThat(places.mounted()).isEmpty();
            places.unmount("stick");

            assertThat(places.mount(loop.path(), FileSystemType.EXT4, "again", false)
                            .resolve("image"))
                    .hasContent("x");
            places.unmount("again");
        }
    }

    @Test
    void aReadOnlyPlaceLeavesTheVolumeUntouched() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, 8 << 20, 512)) {
            Shell.run("mkfs.ext4", "-q", loop.path());
            Shell.run("debugfs", "-w", "-R", "feature +needs_recovery", loop.path());
            String before = Shell.run("sha256sum", loop.path());
            Path place = places.mount(loop.path(), FileSystemType.EXT4, "source", false);
            assertThatThrownBy(() -> Files.writeString(place.resolve("x"), "x")).isInstanceOf(IOException.class);
            places.unmount("source");
            Shell.run("blockdev", "--flushbufs", loop.path());
            assertThat(Shell.run("sha256sum", loop.path())).isEqualTo(before);
        }
    }

    @Test
    void aPlaceInUseStaysAndSaysSo() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, 8 << 20, 512)) {
            Shell.run("mkfs.ext4", "-q", loop.path());
            Path place = places.mount(loop.path(), FileSystemType.EXT4, "busy", true);
            Files.writeString(place.resolve("open"), "x");
            try (var _ = Files.newInputStream(place.resolve("open"))) {
                assertThatThrownBy(() -> places.unmount("busy"))
                        .asInstanceOf(type(DeviceException.class))
                        .matches(e -> e.errno() == DeviceException.EBUSY)
                        .extracting(DeviceException::getMessage)
                        .asString()
                        .contains(place.toString(), "busy");
            }
            places.unmount("busy");
        }
    }

    @Test
    void whatCannotBeMountedIsSaidAndLeavesNoFolder() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, 8 << 20, 512)) {
            assertThatThrownBy(() -> places.mount(loop.path(), FileSystemType.EXT4, "empty", true))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("cannot mount " + loop.path() + " as ext4: ")
                    .hasMessageContaining("wrong fs type");
            assertThat(folder.resolve("places/empty")).doesNotExist();
            assertThatThrownBy(() -> places.mount(loop.path(), FileSystemType.BITLOCKER, "locked", true))
                    .isInstanceOf(RefusedException.class);
            assertThat(folder.resolve("places/locked")).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../etc", "a/b", "-o", ".hidden", "a b"})
    void aNameThatIsNoFolderNameIsRefused(String name) {
        assertThatThrownBy(() -> places.mount("/dev/null", FileSystemType.EXT4, name, true))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> places.unmount(name)).isInstanceOf(RefusedException.class);
    }
}
