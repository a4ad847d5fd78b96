package org.rescuekey.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

class FaultyDeviceTest {
    private static final int SIZE = 64 * 512;

    private final MemoryDevice disk = new MemoryDevice(SIZE, SectorSize.SECTOR_512);

    private FaultyDevice faulty(Fault... faults) {
        return new FaultyDevice(disk, 42, faults);
    }

    private static ByteBuffer filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 7);
        return ByteBuffer.wrap(bytes);
    }

    private byte[] content() throws RescueException {
        ByteBuffer all = ByteBuffer.allocate(SIZE);
        disk.read(0, all);
        return all.array();
    }

    private static long count(byte[] bytes, int value) {
        long count = 0;
        for (byte each : bytes) {
            count += each == value ? 1 : 0;
        }
        return count;
    }

    private static void assertErrno(int errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    @Test
    void failsTheNthReadOnly() throws RescueException {
        FaultyDevice device = faulty(new Fault.ReadError(Fault.Calls.only(2), DeviceException.EIO));
        device.read(0, ByteBuffer.allocate(512));
        assertThat(device.struck()).isZero();
        assertErrno(DeviceException.EIO, () -> device.read(0, ByteBuffer.allocate(512)));
        device.read(0, ByteBuffer.allocate(512));
        assertThat(device.struck()).isEqualTo(1);
    }

    @Test
    void failsEveryWriteFromTheNth() throws RescueException {
        FaultyDevice device = faulty(new Fault.WriteError(Fault.Calls.from(2), DeviceException.EROFS));
        device.write(0, filled(512));
        assertErrno(DeviceException.EROFS, () -> device.write(512, filled(512)));
        assertErrno(DeviceException.EROFS, () -> device.zero(new Extent(0, 512)));
        assertThat(count(content(), 7)).isEqualTo(512);
    }

    @Test
    void failsAFlush() throws RescueException {
        FaultyDevice device = faulty(new Fault.FlushError(Fault.Calls.only(1), DeviceException.EIO));
        assertErrno(DeviceException.EIO, device::flush);
        device.flush();
    }

    @Test
    void hasBadSectors() throws RescueException {
        FaultyDevice device = faulty(new Fault.BadSectors(new Extent(1024, 512)));
        device.read(0, ByteBuffer.allocate(1024));
        device.read(1536, ByteBuffer.allocate(512));
        assertErrno(DeviceException.EIO, () -> device.read(0, ByteBuffer.allocate(1025)));
        assertErrno(DeviceException.EIO, () -> device.read(1535, ByteBuffer.allocate(1)));
    }

    @Test
    void flipsOneBitInWhatIsReadAndNoneOnTheDisk() throws RescueException {
        FaultyDevice device = faulty(new Fault.BitFlip(Fault.Calls.only(1)));
        ByteBuffer buffer = ByteBuffer.allocate(1024).position(100);
        device.read(0, buffer);
        int bits = 0;
        for (int i = 0; i < 1024; i++) {
            int inByte = Integer.bitCount(buffer.get(i) & 0xFF);
            assertThat(i >= 100 || inByte == 0).isTrue();
            bits += inByte;
        }
        assertThat(bits).isEqualTo(1);
        assertThat(content()).containsOnly(0);
    }

    @Test
    void tearsAWrite() throws RescueException {
        boolean sawSome = false;
        for (int seed = 0; seed < 20; seed++) {
            disk.zero(new Extent(0, SIZE));
            FaultyDevice device = new FaultyDevice(disk, seed, new Fault.TornWrite(Fault.Calls.only(1)));
            assertErrno(DeviceException.EIO, () -> device.write(512, filled(8 * 512)));
            long written = count(content(), 7);
            assertThat(written % 512).isZero();
            assertThat(written).isLessThan(8 * 512);
            sawSome |= written > 0;
            assertThat(count(Arrays.copyOfRange(content(), 512, 512 + (int) written), 7))
                    .isEqualTo(written);
        }
        assertThat(sawSome).isTrue();
    }

    @Test
    void writesLessThanItSays() throws RescueException {
        FaultyDevice device = faulty(new Fault.ShortWrite(Fault.Calls.only(1)));
        ByteBuffer buffer = filled(8 * 512);
        device.write(0, buffer);
        assertThat(buffer.hasRemaining()).isFalse();
        assertThat(count(content(), 7)).isLessThan(8 * 512);
        assertThat(device.struck()).isEqualTo(1);
    }

    @Test
    void writesElsewhereThanItSays() throws RescueException {
        MemoryDevice small = new MemoryDevice(4 * 512, SectorSize.SECTOR_512);
        for (int seed = 0; seed < 50; seed++) {
            small.zero(new Extent(0, 4 * 512));
            FaultyDevice device = new FaultyDevice(small, seed, new Fault.MisdirectedWrite(Fault.Calls.only(1)));
            device.write(2 * 512, filled(512));
            ByteBuffer content = ByteBuffer.allocate(4 * 512);
            small.read(0, content);
            assertThat(count(content.array(), 7)).isEqualTo(512);
            assertThat(content.get(2 * 512)).isZero();
        }
    }

    @Test
    void runsFull() throws RescueException {
        FaultyDevice device = faulty(new Fault.Full(3 * 512));
        device.write(0, filled(1024));
        assertErrno(DeviceException.ENOSPC, () -> device.write(1024, filled(1024)));
        assertThat(count(content(), 7)).isEqualTo(3 * 512);
        assertErrno(DeviceException.ENOSPC, () -> device.write(0, filled(512)));
        device.read(0, ByteBuffer.allocate(512));
    }

    @Test
    void isGoneAfterSoManyCalls() throws RescueException {
        FaultyDevice device = faulty(new Fault.Gone(2));
        device.read(0, ByteBuffer.allocate(512));
        device.write(0, filled(512));
        assertErrno(DeviceException.ENXIO, () -> device.read(0, ByteBuffer.allocate(512)));
        assertErrno(DeviceException.ENXIO, () -> device.write(0, filled(512)));
        assertErrno(DeviceException.ENXIO, device::flush);
        assertThat(device.struck()).isEqualTo(3);
    }

    @Test
    void theSameSeedGivesTheSameFaults() throws RescueException {
        byte[] first = tornBy(3);
        assertThat(tornBy(3)).isEqualTo(first);
        boolean differs = false;
        for (int seed = 4; seed < 12; seed++) {
            differs |= !Arrays.equals(tornBy(seed), first);
        }
        assertThat(differs).isTrue();
    }

    private byte[] tornBy(long seed) throws RescueException {
        disk.zero(new Extent(0, SIZE));
        FaultyDevice device = new FaultyDevice(disk, seed, new Fault.ShortWrite(Fault.Calls.from(1)));
        device.write(0, filled(20 * 512));
        device.write(30 * 512, filled(20 * 512));
        return content();
    }
}
