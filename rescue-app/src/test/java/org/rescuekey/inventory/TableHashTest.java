package org.rescuekey.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

class TableHashTest {
    private static final List<Extent> EXTENTS = List.of(new Extent(0, 512), new Extent(8192, 1024));

    private final MemoryDevice disk = new MemoryDevice(1 << 20, SectorSize.SECTOR_512);

    @Test
    void anyByteOfTheTableChangesIt() throws RescueException {
        String before = TableHash.of(disk, EXTENTS);
        for (long offset : new long[] {0, 511, 8192, 9215}) {
            disk.write(offset, ByteBuffer.wrap(new byte[] {1}));
            assertThat(TableHash.of(disk, EXTENTS)).isNotEqualTo(before);
            disk.write(offset, ByteBuffer.wrap(new byte[] {0}));
        }
        assertThat(TableHash.of(disk, EXTENTS)).isEqualTo(before);
    }

    @Test
    void whatIsOutsideTheTableDoesNot() throws RescueException {
        String before = TableHash.of(disk, EXTENTS);
        disk.write(512, ByteBuffer.wrap(new byte[] {1}));
        disk.write(9216, ByteBuffer.wrap(new byte[] {1}));
        assertThat(TableHash.of(disk, EXTENTS)).isEqualTo(before);
    }

    @Test
    void theSameBytesElsewhereAreAnotherTable() throws RescueException {
        assertThat(TableHash.of(disk, List.of(new Extent(0, 512))))
                .isNotEqualTo(TableHash.of(disk, List.of(new Extent(512, 512))))
                .isNotEqualTo(TableHash.of(disk, List.of(new Extent(0, 256), new Extent(256, 256))));
    }

    @Test
    void aDiskWithoutATableIsHashedWhereOneWouldStand() throws RescueException {
        String before = TableHash.ofNoTable(disk);
        disk.write(34 * 512 - 1, ByteBuffer.wrap(new byte[] {1}));
        assertThat(TableHash.ofNoTable(disk)).isNotEqualTo(before).hasSize(64);
        MemoryDevice tiny = new MemoryDevice(512, SectorSize.SECTOR_512);
        assertThat(TableHash.ofNoTable(tiny)).hasSize(64);
    }
}
