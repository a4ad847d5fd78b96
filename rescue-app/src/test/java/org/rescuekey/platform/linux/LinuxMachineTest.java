package org.rescuekey.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.engine.MachinePort.Named;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.NtfsFixture;
import org.rescuekey.inventory.Mount;
import org.rescuekey.inventory.Place;

class LinuxMachineTest {
    private static final long DISK_BYTES = 64L << 20;
    private static final String SATA = "pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0";

    @TempDir
    Path folder;

    @Test
    void aPartitionIsFoundAsAPartOfItsDisk() throws RescueException {
        FakeSystem system = new FakeSystem();
        FakeSystem.mbr(system.disk("sda", SATA, DISK_BYTES), 2048, 2048);
        system.partition("sda", "sda1", 1).partition("sda", "sda2", 2).udev("sda", "ID_SERIAL_SHORT=S5Y1");
        LinuxMachine machine = new LinuxMachine(system.inventory(), system, new Places(folder));
        Named partition = machine.find("/dev/sda2");
        assertThat(partition.disk().path()).isEqualTo("/dev/sda");
        assertThat(partition.partition()).hasValue(2);
        Named disk = machine.find("S5Y1");
        assertThat(disk.disk().path()).isEqualTo("/dev/sda");
        assertThat(disk.partition()).isEmpty();
        assertThat(machine.places()).isEmpty();
    }

    @Test
    void whatIsNoDirectoryIsNoPlace() throws IOException {
        LinuxDevices devices = new LinuxDevices(new AtExit());
        LinuxMachine machine = new LinuxMachine(new LinuxInventory(devices), devices, new Places(folder));
        assertThatThrownBy(() -> machine.openPlace(folder.resolve("none").toString()))
                .isInstanceOf(DeviceException.class);
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThatThrownBy(() -> machine.openPlace(file.toString())).isInstanceOf(RefusedException.class);
        Place place = machine.openPlace(folder.toString());
        assertThat(place.path()).isEqualTo(folder.toString());
        assertThat(place.freeBytes()).isPositive();
    }

    @Test
    @Tag("loop")
    void aPartitionBecomesAPlaceWhenItIsOpened() throws IOException {
        LinuxDevices devices = new LinuxDevices(new AtExit());
        Places places = new Places(folder.resolve("places"));
        LinuxMachine machine = new LinuxMachine(new LinuxInventory(devices), devices, places);
        try (LoopDisk loop = LoopDisk.create(folder, 16 << 20, 512)) {
            Shell.run("mkfs.ext4", "-q", "-L", "backup", loop.path());
            assertThat(machine.places())
                    .filteredOn(place -> place.diskPath().equals(loop.path()))
                    .singleElement()
                    .satisfies(place -> {
                        assertThat(place.path()).isEqualTo(loop.path());
                        assertThat(place.label()).startsWith("backup on loop device of ");
                        assertThat(place.mounted()).isFalse();
                    });
            Place opened = machine.openPlace(loop.path());
            Place again = machine.openPlace(loop.path());
            try {
                assertThat(opened.path())
                        .isEqualTo(folder.resolve("places")
                                .resolve(loop.kernelName())
                                .toString())
                        .isEqualTo(again.path());
                assertThat(opened.diskPath()).isEqualTo(loop.path());
                Path image = Path.of(opened.path(), "image");
                assertThatThrownBy(() -> Files.writeString(image, "x"))
                        .isInstanceOf(FileSystemException.class)
                        .hasMessageContaining("Read-only");
                machine.openForWriting(opened.path());
                Files.writeString(image, "x");
                assertThat(machine.devicesBelow(opened.path() + "/image"))
                        .contains(loop.path(), loop.file().toString());
                assertThat(machine.places())
                        .filteredOn(place -> place.path().equals(opened.path()))
                        .hasSize(1);
            } finally {
                places.unmount(loop.kernelName());
            }
        }
    }

    /** Volumes with something to replay, which a look at them must not set off. */
    private void makeUnclean(String kind, LoopDisk loop) throws IOException {
        switch (kind) {
            case "ext4" -> {
                Shell.run("mkfs.ext4", "-q", loop.path());
                Shell.run("debugfs", "-w", "-R", "feature +needs_recovery", loop.path());
            }
            case "ntfs" -> {
                Shell.run("mkntfs", "-q", "-F", "-Q", loop.path());
                NtfsFixture.writeRestartPages(Path.of(loop.path()), 1, true, false);
            }
            default -> throw new IllegalArgumentException(kind);
        }
        Shell.run("blockdev", "--flushbufs", loop.path());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "ntfs"})
    @Tag("loop")
    void aLookAtAPlaceWritesNothingToIt(String kind) throws IOException {
        LinuxDevices devices = new LinuxDevices(new AtExit());
        Places places = new Places(folder.resolve("places"));
        LinuxMachine machine = new LinuxMachine(new LinuxInventory(devices), devices, places);
        try (LoopDisk loop = LoopDisk.create(folder, 16 << 20, 512)) {
            makeUnclean(kind, loop);
            String before = Shell.run("sha256sum", loop.path());
            Place opened = machine.openPlace(loop.path());
            try {
                assertThat(places.mounted()).singleElement().matches(Mount::volumeReadOnly);
                assertThat(Path.of(opened.path())).isDirectory();
            } finally {
                machine.releasePlaces();
            }
            assertThat(places.mounted()).isEmpty();
            Shell.run("blockdev", "--flushbufs", loop.path());
            assertThat(Shell.run("sha256sum", loop.path())).isEqualTo(before);
        }
    }

    /** What one run of the program listed, another one writes to; and whoever reads there meanwhile is not cut off. */
    @ParameterizedTest
    @ValueSource(strings = {"ext4", "ntfs"})
    @Tag("loop")
    void aPlaceThatWasOpenedByAnotherRunBecomesWritable(String kind) throws IOException {
        LinuxDevices devices = new LinuxDevices(new AtExit());
        Places places = new Places(folder.resolve("places"));
        LinuxMachine before = new LinuxMachine(new LinuxInventory(devices), devices, places);
        LinuxMachine machine = new LinuxMachine(new LinuxInventory(devices), devices, places);
        try (LoopDisk loop = LoopDisk.create(folder, 16 << 20, 512)) {
            if (kind.equals("ntfs")) {
                Shell.run("mkntfs", "-q", "-F", "-Q", loop.path());
            } else {
                Shell.run("mkfs.ext4", "-q", loop.path());
            }
            before.openPlace(loop.path());
            Place place = machine.openPlace(loop.path());
            Path file = Path.of(place.path(), "file");
            try {
                machine.openForWriting(place.path());
                Files.writeString(file, "x");
                places.unmount(loop.kernelName());

                machine.openPlace(loop.path());
                try (var _ = Files.newInputStream(file)) {
                    assertThatThrownBy(() -> machine.openForWriting(place.path()))
                            .asInstanceOf(InstanceOfAssertFactories.type(DeviceException.class))
                            .extracting(DeviceException::errno)
                            .isEqualTo(DeviceException.EBUSY);
                    assertThat(file).hasContent("x");
                }
            } finally {
                places.unmount(loop.kernelName());
            }
        }
    }
}
