package org.rescuekey.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

class ReadAheadDeviceTest {
    private static final int SIZE_BYTES = 5 * ReadAheadDevice.WINDOW_BYTES + 3 * 512;

    private final byte[] content = new byte[SIZE_BYTES];
    private final MemoryDevice disk = new MemoryDevice("the disk", SIZE_BYTES, SectorSize.SECTOR_512);

    @BeforeEach
    void fill() throws RescueException {
        new Random(1).nextBytes(content);
        disk.write(0, ByteBuffer.wrap(content));
    }

    private static byte[] read(BlockDevice device, long offset, int length) throws RescueException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        device.read(offset, buffer);
        return buffer.array();
    }

    @Test
    void readsWhatTheDeviceHoldsInFewReads() throws RescueException {
        CountingDevice counted = new CountingDevice(disk);
        ReadAheadDevice ahead = new ReadAheadDevice(counted);
        for (int at = 0; at < SIZE_BYTES; at += 512) {
            assertThat(read(ahead, at, 512)).isEqualTo(Arrays.copyOfRange(content, at, at + 512));
        }
        assertThat(counted.reads()).isEqualTo(6);
        Random random = new Random(2);
        for (int i = 0; i < 500; i++) {
            int start = random.nextInt(SIZE_BYTES);
            int length = random.nextInt(Math.min(SIZE_BYTES - start, 600_000));
            assertThat(read(ahead, start, length)).isEqualTo(Arrays.copyOfRange(content, start, start + length));
        }
    }

    @Test
    void aBadSectorCostsNothingButItself() throws RescueException {
        ReadAheadDevice ahead =
                new ReadAheadDevice(new FaultyDevice(disk, 1, new Fault.BadSectors(new Extent(1024, 512))));
        assertThat(read(ahead, 0, 1024)).isEqualTo(Arrays.copyOf(content, 1024));
        assertThat(read(ahead, 1536, 4096)).isEqualTo(Arrays.copyOfRange(content, 1536, 1536 + 4096));
        assertThatThrownBy(() -> read(ahead, 1024, 512)).isInstanceOf(DeviceException.class);
        assertThatThrownBy(() -> read(ahead, 0, 400_000)).isInstanceOf(DeviceException.class);
    }

    @Test
    void aDeviceThatIsGoneIsNotAskedTwice() {
        FaultyDevice gone = new FaultyDevice(disk, 1, new Fault.Gone(0));
        CountingDevice counted = new CountingDevice(gone);
        assertThatThrownBy(() -> read(new ReadAheadDevice(counted), 0, 512)).isInstanceOf(DeviceException.class);
        assertThat(counted.reads()).isEqualTo(1);
    }

    @Test
    void nothingIsWritten() {
        ReadAheadDevice ahead = new ReadAheadDevice(disk);
        assertThat(ahead.isReadOnly()).isTrue();
        assertThatThrownBy(() -> ahead.write(0, ByteBuffer.allocate(1))).isInstanceOf(DeviceException.class);
    }
}
