package org.rescuekey.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** The decorators that count and that forbid. */
class DecoratorsTest {
    @Nested
    class Counting extends BlockDeviceContract {
        @Override
        protected BlockDevice create(long sizeBytes, SectorSize sector) {
            return new CountingDevice(new MemoryDevice(sizeBytes, sector));
        }
    }

    @Nested
    class FaultlessFaulty extends BlockDeviceContract {
        @Override
        protected BlockDevice create(long sizeBytes, SectorSize sector) {
            return new FaultyDevice(new MemoryDevice(sizeBytes, sector), 1);
        }
    }

    @Test
    void countsCallsAndBytes() throws RescueException {
        CountingDevice device = new CountingDevice(new MemoryDevice(4096, SectorSize.SECTOR_512));
        device.read(1, ByteBuffer.allocate(10));
        device.read(1, ByteBuffer.allocate(20));
        assertThat(device.isUntouched()).isTrue();
        device.write(5, ByteBuffer.allocate(7));
        device.zero(new Extent(512, 1024));
        device.flush();
        device.discard(new Extent(0, 512));
        assertThat(device.reads()).isEqualTo(2);
        assertThat(device.bytesRead()).isEqualTo(30);
        assertThat(device.writes()).isEqualTo(2);
        assertThat(device.bytesWritten()).isEqualTo(1031);
        assertThat(device.flushes()).isEqualTo(1);
        assertThat(device.discards()).isEqualTo(1);
        assertThat(device.isUntouched()).isFalse();
    }

    @Test
    void aDiscardIsNotUntouched() throws RescueException {
        CountingDevice device = new CountingDevice(new MemoryDevice(4096, SectorSize.SECTOR_512));
        device.discard(new Extent(0, 512));
        assertThat(device.isUntouched()).isFalse();
    }

    @Test
    void aFailedCallCountsButNotItsBytes() {
        CountingDevice device = new CountingDevice(new FaultyDevice(
                new MemoryDevice(4096, SectorSize.SECTOR_512),
                1,
                new Fault.WriteError(Fault.Calls.from(1), DeviceException.EIO)));
        assertThatThrownBy(() -> device.write(0, ByteBuffer.allocate(512))).isInstanceOf(DeviceException.class);
        assertThat(device.writes()).isEqualTo(1);
        assertThat(device.bytesWritten()).isZero();
    }

    @Test
    void aSourceIsNeverWritten() throws RescueException {
        CountingDevice counted = new CountingDevice(new MemoryDevice(4096, SectorSize.SECTOR_512));
        ReadOnlyDevice source = new ReadOnlyDevice(counted);
        assertThat(source.isReadOnly()).isTrue();
        assertThatThrownBy(() -> source.write(0, ByteBuffer.allocate(1)))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.errno()).isEqualTo(DeviceException.EROFS));
        assertThatThrownBy(() -> source.zero(new Extent(0, 512))).isInstanceOf(DeviceException.class);
        assertThatThrownBy(() -> source.discard(new Extent(0, 512))).isInstanceOf(DeviceException.class);
        source.read(0, ByteBuffer.allocate(1));
        assertThat(counted.isUntouched()).isTrue();
        assertThat(counted.reads()).isEqualTo(1);
    }
}
