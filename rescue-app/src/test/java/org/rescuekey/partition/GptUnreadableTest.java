package org.rescuekey.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.partition.Tables.MIB;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.SectorSize;

/** What is read of a GPT on a disk that cannot read some of its sectors. */
@ParameterizedClass
@ValueSource(ints = {512, 4096})
class GptUnreadableTest {
    private static final long DISK_BYTES = 64 * MIB;

    @Parameter
    private int sectorBytes;

    private MemoryDevice disk;
    private GptTable table;

    @BeforeEach
    void makeDisk() throws RescueException {
        SectorSize sectorSize = new SectorSize(sectorBytes);
        disk = new MemoryDevice(DISK_BYTES, sectorSize);
        table = Tables.gpt(DISK_BYTES, sectorSize, List.of(Tables.entry(1, 300, 999), Tables.entry(4, 1000, 5000)));
        Tables.apply(table, disk);
    }

    private long at(long lba) {
        return lba * sectorBytes;
    }

    private long lastLba() {
        return DISK_BYTES / sectorBytes - 1;
    }

    @Test
    void unreadableSectorsAreLikeDamagedOnes() throws RescueException {
        assertThat(PartitionTables.read(new BadSectors(disk, Set.of(at(1)), DeviceException.EIO))
                        .table())
                .contains(table);
        assertThat(PartitionTables.read(new BadSectors(disk, Set.of(0L), DeviceException.EIO))
                        .table())
                .contains(table);
        assertThat(PartitionTables.read(new BadSectors(disk, Set.of(at(lastLba())), 61))
                        .table())
                .contains(table);
        TableReading none =
                PartitionTables.read(new BadSectors(disk, new TreeSet<>(Set.of(0L, at(1), at(lastLba()))), 5));
        assertThat(none.table()).isEmpty();
        assertThat(none.needsRepair()).isTrue();
    }

    @Test
    void aDeviceThatIsGoneIsAnError() {
        assertThatThrownBy(() -> PartitionTables.read(new BadSectors(disk, Set.of(at(1)), DeviceException.ENXIO)))
                .isInstanceOf(DeviceException.class);
    }

    /** A disk of which some sectors cannot be read. */
    private static final class BadSectors extends ForwardingDevice {
        private final Set<Long> badAt;
        private final int errno;

        BadSectors(BlockDevice inner, Set<Long> badAt, int errno) {
            super(inner);
            this.badAt = badAt;
            this.errno = errno;
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            for (long bad : badAt) {
                if (bad >= offsetBytes && bad < offsetBytes + buffer.remaining()) {
                    throw new DeviceException("byte " + bad + " cannot be read", errno);
                }
            }
            super.read(offsetBytes, buffer);
        }
    }
}
