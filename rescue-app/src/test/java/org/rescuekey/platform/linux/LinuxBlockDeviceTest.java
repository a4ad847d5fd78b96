package org.rescuekey.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.AlignedBuffers;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.units.Extent;

/** Real block devices: loop devices that the test makes and takes away. */
@Tag("loop")
class LinuxBlockDeviceTest {
    private static final int DISK_BYTES = 8 << 20;

    private final LinuxDevices devices = new LinuxDevices(new AtExit());

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void tellsItsGeometry(int sectorBytes) throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, sectorBytes);
                BlockDevice disk = devices.openSource(loop.path())) {
            assertThat(disk.sizeBytes()).isEqualTo(DISK_BYTES);
            assertThat(disk.logicalSector().bytes()).isEqualTo(sectorBytes);
            assertThat(disk.name()).isEqualTo(loop.path());
            assertThat(disk.isReadOnly()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void anyBytesFromAnyBufferArriveOnTheMedium(int sectorBytes) throws IOException {
        Random random = new Random(sectorBytes);
        byte[] expected = new byte[DISK_BYTES];
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, sectorBytes)) {
            try (BlockDevice disk = devices.openTarget(loop.path())) {
                for (int round = 0; round < 200; round++) {
                    int lengthBytes = 1 + random.nextInt(round % 10 == 0 ? 3 << 20 : 20_000);
                    int offsetBytes = random.nextInt(DISK_BYTES - lengthBytes);
                    if (round % 3 == 0) {
                        offsetBytes &= -4096;
                    }
                    byte[] data = new byte[lengthBytes];
                    random.nextBytes(data);
                    ByteBuffer buffer =
                            bufferOfKind(round, lengthBytes).put(data).flip();
                    disk.write(offsetBytes, buffer);
                    assertThat(buffer.hasRemaining()).isFalse();
                    System.arraycopy(data, 0, expected, offsetBytes, lengthBytes);

                    ByteBuffer back = bufferOfKind(round + 1, lengthBytes);
                    disk.read(offsetBytes, back);
                    assertThat(bytes(back.flip())).isEqualTo(data);
                }
                disk.flush();
            }
            Shell.run("blockdev", "--flushbufs", loop.path());
            assertThat(Files.readAllBytes(loop.file())).isEqualTo(expected);
        }
    }

    @Test
    void neighboursInOneSectorDoNotUndoEachOther() throws Exception {
        int threads = 4;
        int pieceBytes = 100;
        byte[] expected = new byte[1 << 18];
        new Random(1).nextBytes(expected);
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 4096);
                BlockDevice disk = devices.openTarget(loop.path());
                ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<Void>> writers = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int first = thread * pieceBytes;
                writers.add(() -> {
                    for (int at = first; at < expected.length; at += threads * pieceBytes) {
                        int lengthBytes = Math.min(pieceBytes, expected.length - at);
                        disk.write(at, ByteBuffer.wrap(expected, at, lengthBytes));
                    }
                    return null;
                });
            }
            for (Future<Void> writer : executor.invokeAll(writers)) {
                writer.get();
            }
            ByteBuffer back = ByteBuffer.allocate(expected.length);
            disk.read(0, back);
            assertThat(back.array()).isEqualTo(expected);
        }
    }

    @Test
    void closingWhileOthersReadEndsThemInWords() throws Exception {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512);
                ExecutorService executor = Executors.newFixedThreadPool(2)) {
            BlockDevice disk = devices.openSource(loop.path());
            CountDownLatch reading = new CountDownLatch(2);
            Callable<String> reader = () -> {
                while (true) {
                    try {
                        disk.read(0, ByteBuffer.allocate(1 << 20));
                        reading.countDown();
                    } catch (DeviceException e) {
                        return String.valueOf(e.getMessage());
                    }
                }
            };
            List<Future<String>> readers = List.of(executor.submit(reader), executor.submit(reader));
            reading.await();
            disk.close();
            for (Future<String> ended : readers) {
                assertThat(ended.get()).isEqualTo(loop.path() + " is closed");
            }
        }
    }

    @Test
    void aTargetThatIsMountedIsRefused() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512)) {
            Shell.run("mkfs.ext4", "-q", loop.path());
            Path mountPoint = Files.createDirectory(folder.resolve("mounted"));
            Shell.run("mount", loop.path(), mountPoint.toString());
            try {
                assertThatThrownBy(() -> devices.openTarget(loop.path()))
                        .asInstanceOf(type(DeviceException.class))
                        .matches(e -> e.errno() == DeviceException.EBUSY)
                        .extracting(DeviceException::getMessage)
                        .asString()
                        .contains(loop.path(), "mounted, held by another device or opened by another program");
                assertThatThrownBy(() -> devices.protectSource(loop.path(), List.of(0)))
                        .hasMessageContaining("is mounted at " + mountPoint);
            } finally {
                Shell.run("umount", mountPoint.toString());
            }
            devices.openTarget(loop.path()).close();
        }
    }

    @Test
    void aTargetIsOpenedOnceAtATime() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512);
                BlockDevice first = devices.openTarget(loop.path())) {
            assertThat(first.isReadOnly()).isFalse();
            assertErrno(DeviceException.EBUSY, () -> devices.openTarget(loop.path()));
        }
    }

    @Test
    void aSourceHasNoWayToBeWritten() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512);
                BlockDevice source = devices.openSource(loop.path());
                BlockDevice verify = devices.openVerify(loop.path())) {
            for (BlockDevice device : new BlockDevice[] {source, verify}) {
                assertErrno(DeviceException.EROFS, () -> device.write(0, ByteBuffer.allocate(512)));
                assertErrno(DeviceException.EROFS, () -> device.zero(new Extent(0, 512)));
                assertErrno(DeviceException.EROFS, () -> device.discard(new Extent(0, 512)));
            }
        }
    }

    @Test
    void zeroedExtentsReadAsZeroAndTheirNeighboursStay() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512);
                BlockDevice disk = devices.openTarget(loop.path())) {
            byte[] ones = new byte[DISK_BYTES];
            Arrays.fill(ones, (byte) 1);
            disk.write(0, ByteBuffer.wrap(ones));
            disk.zero(new Extent(1536, 3 << 20));
            Arrays.fill(ones, 1536, 1536 + (3 << 20), (byte) 0);
            ByteBuffer back = ByteBuffer.allocate(DISK_BYTES);
            disk.read(0, back);
            assertThat(back.array()).isEqualTo(ones);
            disk.discard(new Extent(0, 4096));
            assertThatThrownBy(() -> disk.zero(new Extent(100, 512))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aDeviceThatLostItsEndFailsInWords() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512);
                BlockDevice disk = devices.openSource(loop.path())) {
            try (RandomAccessFile image = new RandomAccessFile(loop.file().toFile(), "rw")) {
                image.setLength(DISK_BYTES / 2);
            }
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            disk.read(0, buffer.clear());
            assertThatThrownBy(() -> disk.read(DISK_BYTES - 4096, buffer.clear()))
                    .asInstanceOf(type(DeviceException.class))
                    .matches(e -> e.errno() == DeviceException.EIO)
                    .extracting(DeviceException::getMessage)
                    .asString()
                    .contains("cannot read " + loop.path(), "offset " + (DISK_BYTES - 4096), "failing");
        }
    }

    @Test
    void outsideOfTheDeviceIsAMistakeOfTheProgram() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512);
                BlockDevice disk = devices.openTarget(loop.path())) {
            assertThatThrownBy(() -> disk.read(DISK_BYTES - 10, ByteBuffer.allocate(20)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aClosedDeviceSaysSo() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512)) {
            BlockDevice disk = devices.openTarget(loop.path());
            disk.close();
            disk.close();
            assertThatThrownBy(() -> disk.read(0, ByteBuffer.allocate(512))).hasMessage(loop.path() + " is closed");
            assertThatThrownBy(disk::flush).hasMessage(loop.path() + " is closed");
        }
    }

    @Test
    void noSuchDeviceIsSaidInWords() {
        assertThatThrownBy(() -> devices.openSource("/dev/rescuekey-none"))
                .isInstanceOf(DeviceException.class)
                .hasMessage("cannot open /dev/rescuekey-none: No such file or directory (errno 2)");
    }

    @Test
    void aTerminalIsNoDisk() {
        assertThatThrownBy(() -> devices.openTarget("/dev/null"))
                .hasMessageContaining("/dev/null is neither a block device nor a file.");
    }

    @Test
    void rereadingAWipedTableTakesThePartitionsAway() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512)) {
            Path partition = Path.of("/sys/class/block", loop.addPartition().substring("/dev/".length()));
            try (BlockDevice disk = devices.openTarget(loop.path())) {
                disk.zero(new Extent(0, DISK_BYTES));
                disk.flush();
            }
            assertThat(partition).exists();
            devices.rereadTable(loop.path());
            assertThat(partition).doesNotExist();
        }
    }

    @Test
    void aTableCannotBeRereadWhileAPartitionIsOpen() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512);
                BlockDevice partition = devices.openSource(loop.addPartition())) {
            assertThat(partition.sizeBytes()).isEqualTo(LoopDisk.PARTITION_BYTES);
            assertErrno(DeviceException.EBUSY, () -> devices.rereadTable(loop.path()));
        }
    }

    private static ByteBuffer bufferOfKind(int kind, int lengthBytes) {
        return switch (kind % 4) {
            case 0 -> ByteBuffer.allocate(lengthBytes);
            case 1 -> AlignedBuffers.allocate(lengthBytes);
            case 2 -> ByteBuffer.allocateDirect(lengthBytes);
            default -> AlignedBuffers.allocate(lengthBytes + 4096).slice(512, lengthBytes);
        };
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static void assertErrno(int errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(DeviceException.class))
                .extracting(DeviceException::errno)
                .isEqualTo(errno);
    }
}
