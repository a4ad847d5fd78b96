package org.rescuekey.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener.SourceGuard;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

class DiskFileTest {
    private final LinuxDevices devices = new LinuxDevices(new AtExit());

    @TempDir
    Path folder;

    /** 8,193 and 8,199 sectors of 512 are no whole number of pages: O_DIRECT may not reach their end. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8192, 8193, 8199})
    void everyByteOfEverySizeIsReachedAndTheFileNeverGrows(int sectors) throws IOException {
        int sizeBytes = sectors * 512;
        Path file = file("disk.img", sizeBytes);
        byte[] data = new byte[sizeBytes];
        new Random(sectors).nextBytes(data);
        try (BlockDevice disk = devices.openTarget(file.toString())) {
            assertThat(disk.sizeBytes()).isEqualTo(sizeBytes);
            disk.write(0, ByteBuffer.wrap(data));
            data[sizeBytes - 1] = 42;
            disk.write(sizeBytes - 1, ByteBuffer.wrap(new byte[] {42}));
            disk.flush();
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(data);
        try (BlockDevice disk = devices.openVerify(file.toString())) {
            ByteBuffer back = ByteBuffer.allocate(sizeBytes);
            disk.read(0, back);
            assertThat(back.array()).isEqualTo(data);
        }
    }

    @Test
    void zeroingGivesTheSpaceBackAndKeepsTheSize() throws IOException {
        int sizeBytes = 4 << 20;
        Path file = file("disk.img", sizeBytes);
        byte[] ones = new byte[sizeBytes];
        Arrays.fill(ones, (byte) 1);
        try (BlockDevice disk = devices.openTarget(file.toString())) {
            disk.write(0, ByteBuffer.wrap(ones));
            disk.flush();
            long blocksBefore = allocatedBytes(file);
            disk.zero(new Extent(1 << 20, 2 << 20));
            disk.flush();
            assertThat(allocatedBytes(file)).isLessThan(blocksBefore);
        }
        Arrays.fill(ones, 1 << 20, 3 << 20, (byte) 0);
        assertThat(Files.readAllBytes(file)).isEqualTo(ones);
    }

    @Test
    void aTargetIsLockedAgainstASecondTarget() throws IOException {
        Path file = file("disk.img", 1 << 20);
        BlockDevice first = devices.openTarget(file.toString());
        assertErrno(DeviceException.EBUSY, () -> new LinuxDevices(new AtExit()).openTarget(file.toString()));
        first.close();
        devices.openTarget(file.toString()).close();
    }

    @Test
    void aProtectedSourceCannotBecomeATarget() throws IOException {
        Path file = file("disk.img", 1 << 20);
        try (SourceGuard _ = devices.protectSource(file.toString(), List.of(0));
                BlockDevice source = devices.openSource(file.toString())) {
            assertThat(source.isReadOnly()).isTrue();
            devices.protectSource(file.toString(), List.of(0)).close();
            assertErrno(DeviceException.EBUSY, () -> devices.openTarget(file.toString()));
        }
        devices.openTarget(file.toString()).close();
    }

    @Test
    void aSizeOfPartialSectorsIsRefusedRatherThanCut() throws IOException {
        Path file = file("odd.img", 1000);
        assertThatThrownBy(() -> devices.openSource(file.toString()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("1000 bytes, which is no whole number of sectors of 512 bytes");
        Path empty = file("empty.img", 0);
        assertThatThrownBy(() -> devices.openSource(empty.toString())).isInstanceOf(RefusedException.class);
    }

    @Test
    void theSectorSizeOfFilesIsAChoice() throws IOException {
        Path file = file("disk.img", 1 << 20);
        try (BlockDevice disk = new LinuxDevices(SectorSize.SECTOR_4096, new AtExit()).openSource(file.toString())) {
            assertThat(disk.logicalSector()).isEqualTo(SectorSize.SECTOR_4096);
        }
    }

    @Test
    void aFolderIsNoDisk() {
        assertThatThrownBy(() -> devices.openSource(folder.toString())).isInstanceOf(RefusedException.class);
    }

    @Test
    @Tag("loop")
    void aFullFileSystemIsSaidInWords() throws IOException {
        Path mountPoint = Files.createDirectory(folder.resolve("small"));
        Shell.run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mountPoint.toString());
        try {
            Path file = mountPoint.resolve("sparse.img");
            try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
                image.setLength(4 << 20);
            }
            try (BlockDevice disk = devices.openTarget(file.toString())) {
                byte[] data = new byte[4 << 20];
                Arrays.fill(data, (byte) 1);
                assertThatThrownBy(() -> disk.write(0, ByteBuffer.wrap(data)))
                        .asInstanceOf(type(DeviceException.class))
                        .matches(DeviceException::isOutOfSpace)
                        .extracting(DeviceException::getMessage)
                        .asString()
                        .contains("cannot write " + file, "No space left on device");
            }
        } finally {
            Shell.run("umount", mountPoint.toString());
        }
    }

    @Test
    @Tag("loop")
    void aFileThatALoopDeviceShowsIsNoTarget() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, 1 << 20, 512)) {
            assertThatThrownBy(() -> devices.openTarget(loop.file().toString()))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("it is shown as " + loop.kernelName());
        }
    }

    private Path file(String name, long sizeBytes) throws IOException {
        Path file = folder.resolve(name);
        try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
            image.setLength(sizeBytes);
        }
        return file;
    }

    private static long allocatedBytes(Path file) throws IOException {
        return 512 * Long.parseLong(Shell.run("stat", "--format=%b", file.toString()));
    }

    private static void assertErrno(int errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(DeviceException.class))
                .extracting(DeviceException::errno)
                .isEqualTo(errno);
    }
}
