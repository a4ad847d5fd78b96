package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.SectorSize;

/** Volumes on devices of which a read fails: each read in turn. */
class UnreadableVolumeTest {
    @TempDir
    Path folder;

    /** A device that cannot be read is not a damaged volume: it is not taken for raw. */
    @ParameterizedTest
    @CsvSource({"ntfs", "fat", "ext", "xfs", "exfat"})
    void errorsOfTheDeviceAreThrown(String kind) throws IOException {
        Path volume = folder.resolve("volume.img");
        Tool.run("truncate", "-s", "12M", volume);
        switch (kind) {
            case "ntfs" -> NtfsFixture.make(volume, 12 << 20, 4096, 512);
            case "xfs" -> XfsFixture.make(volume, "24576 -b size=1024");
            case "exfat" -> ExfatFixture.make(volume, 12 << 20, 512);
            case "fat" -> Tool.run("mkfs.vfat", "-F", 16, "-s", 1, volume);
            default -> Tool.run("mke2fs", "-q", "-F", "-t", "ext4", volume);
        }
        int reads;
        int noted = 0;
        int thrown = 0;
        try (FileDevice file = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            FailingDevice counting = new FailingDevice(file, Integer.MAX_VALUE);
            UsedMap whole = Volumes.usedMap(counting, PageFiles.LEFT_OUT);
            assertThat(whole.raw()).isFalse();
            assertThat(whole.notes()).isEmpty();
            reads = counting.reads;
            for (int failing = 1; failing <= reads; failing++) {
                BlockDevice broken = new FailingDevice(file, failing);
                try {
                    UsedMap map = Volumes.usedMap(broken, PageFiles.LEFT_OUT);
                    // Nothing that the map rests on, or it could be read on a second try.
                    assertThat(map.used()).isEqualTo(whole.used());
                    assertThat(map.notes()).hasSizeLessThan(2).allMatch(note -> note.contains("cannot be read"));
                    noted++;
                } catch (DeviceException e) {
                    thrown++;
                }
            }
        }
        // The copy of the boot sector, the files in $Extend and of users, and the mark of shadow copies.
        assertThat(noted).isLessThanOrEqualTo(kind.equals("ntfs") ? 7 : 0);
        assertThat(thrown).isEqualTo(reads - noted);
        assertThat(reads).isGreaterThan(3);
    }

    @Test
    void whatCannotBeReadIsNamedInTheNotes() throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("volume.img"), 12 << 20, 4096, 512);
        try (FileDevice file = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            FailingDevice counting = new FailingDevice(file, Integer.MAX_VALUE);
            assertThat(Volumes.recognise(counting).notes()).isEmpty();
            // The first reads are those of the probed places.
            for (int failing = Probe.READS + 1; failing <= counting.reads; failing++) {
                VolumeInfo info = Volumes.recognise(new FailingDevice(file, failing));
                assertThat(info.type()).isEqualTo(FileSystemType.NTFS);
                assertThat(info.notes()).hasSize(1).allMatch(note -> note.contains("could not be read"));
            }
            BlockDevice broken = new FailingDevice(file, 1);
            assertThatThrownBy(() -> Volumes.recognise(broken)).isInstanceOf(DeviceException.class);
        }
    }

    /** Fails one read of all. */
    private static final class FailingDevice extends ForwardingDevice {
        private final int failing;
        private int reads;

        private FailingDevice(BlockDevice inner, int failing) {
            super(inner);
            this.failing = failing;
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            reads++;
            if (reads == failing) {
                throw new DeviceException("read " + reads, DeviceException.EIO);
            }
            super.read(offsetBytes, buffer);
        }
    }
}
