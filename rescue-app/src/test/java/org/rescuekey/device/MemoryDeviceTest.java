package org.rescuekey.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

class MemoryDeviceTest extends BlockDeviceContract {
    @Override
    protected BlockDevice create(long sizeBytes, SectorSize sector) {
        return new MemoryDevice(sizeBytes, sector);
    }

    @Test
    void isSparse() throws RescueException {
        try (MemoryDevice device = new MemoryDevice(16 * ByteCount.TIB, SectorSize.SECTOR_512)) {
            device.write(16 * ByteCount.TIB - 3, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            ByteBuffer last = ByteBuffer.allocate(4);
            device.read(16 * ByteCount.TIB - 4, last);
            assertThat(last.array()).containsExactly(0, 1, 2, 3);
        }
    }

    @Test
    void isUselessOnceClosed() {
        MemoryDevice device = new MemoryDevice(512, SectorSize.SECTOR_512);
        device.close();
        assertThatThrownBy(() -> device.read(0, ByteBuffer.allocate(1))).isInstanceOf(DeviceException.class);
        assertThatThrownBy(() -> device.write(0, ByteBuffer.allocate(1))).isInstanceOf(DeviceException.class);
        assertThatThrownBy(device::flush).isInstanceOf(DeviceException.class);
        assertThatThrownBy(() -> device.zero(new Extent(0, 512))).isInstanceOf(DeviceException.class);
    }

    @Test
    void hasWholeSectors() {
        assertThatThrownBy(() -> new MemoryDevice(513, SectorSize.SECTOR_512))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MemoryDevice(0, SectorSize.SECTOR_512))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
