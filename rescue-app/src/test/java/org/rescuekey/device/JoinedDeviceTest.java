package org.rescuekey.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

final class JoinedDeviceTest {
    private static BlockDevice of(int value, int sectors) throws RescueException {
        MemoryDevice device = new MemoryDevice(sectors * 512L, SectorSize.SECTOR_512);
        byte[] bytes = new byte[sectors * 512];
        Arrays.fill(bytes, (byte) value);
        device.write(0, ByteBuffer.wrap(bytes));
        return device;
    }

    @Test
    void readsAcrossItsPartsAndLeavesTheBufferAtItsLimit() throws RescueException {
        JoinedDevice joined = new JoinedDevice("all", List.of(of(1, 2), of(2, 1), of(3, 4)));
        assertThat(joined.sizeBytes()).isEqualTo(7 * 512);
        assertThat(joined.place(2)).isEqualTo(new Extent(3 * 512, 4 * 512));
        ByteBuffer buffer = ByteBuffer.allocate(2048);
        buffer.position(100).limit(100 + 1200);
        joined.read(900, buffer);
        assertThat(buffer.position()).isEqualTo(1300);
        assertThat(buffer.limit()).isEqualTo(1300);
        for (int i = 0; i < 1200; i++) {
            int at = 900 + i;
            assertThat(buffer.get(100 + i)).as("byte " + at).isEqualTo((byte) (at < 1024 ? 1 : at < 1536 ? 2 : 3));
        }
    }

    @Test
    void cannotBeWrittenTo() throws RescueException {
        JoinedDevice joined = new JoinedDevice("all", List.of(of(1, 2), of(2, 1)));
        assertThat(joined.isReadOnly()).isTrue();
        assertThatThrownBy(() -> joined.write(0, ByteBuffer.allocate(1))).isInstanceOf(DeviceException.class);
        assertThatThrownBy(() -> joined.zero(new Extent(0, 512))).isInstanceOf(DeviceException.class);
    }

    @Test
    void ofOtherSectorsIsNoPart() throws RescueException {
        BlockDevice first = of(1, 8);
        MemoryDevice other = new MemoryDevice(4096, SectorSize.SECTOR_4096);
        assertThatThrownBy(() -> new JoinedDevice("all", List.of(first, other)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
