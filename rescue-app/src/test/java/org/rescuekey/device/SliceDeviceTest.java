package org.rescuekey.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

class SliceDeviceTest extends BlockDeviceContract {
    @Override
    protected BlockDevice create(long sizeBytes, SectorSize sector) {
        long before = 3L * sector.bytes();
        MemoryDevice disk = new MemoryDevice(before + sizeBytes + 2L * sector.bytes(), sector);
        return new SliceDevice(disk, new Extent(before, sizeBytes), "slice");
    }

    @Test
    void leavesTheRestOfTheDiskAlone() throws RescueException {
        MemoryDevice disk = new MemoryDevice(3 * 512, SectorSize.SECTOR_512);
        byte[] ones = new byte[3 * 512];
        Arrays.fill(ones, (byte) 1);
        disk.write(0, ByteBuffer.wrap(ones));
        try (SliceDevice slice = new SliceDevice(disk, new Extent(512, 512), "slice")) {
            slice.zero(new Extent(0, 512));
        }
        ByteBuffer all = ByteBuffer.allocate(3 * 512);
        disk.read(0, all);
        for (int i = 0; i < all.capacity(); i++) {
            assertThat(all.get(i)).as("byte " + i).isEqualTo((byte) (i >= 512 && i < 1024 ? 0 : 1));
        }
    }

    @Test
    void liesInsideItsDisk() {
        MemoryDevice disk = new MemoryDevice(1024, SectorSize.SECTOR_512);
        assertThatThrownBy(() -> new SliceDevice(disk, new Extent(512, 1024), "slice"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
