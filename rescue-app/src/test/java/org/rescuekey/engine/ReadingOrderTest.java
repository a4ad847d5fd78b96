package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;

/**
 * A disk that turns is read as it turns: by one thread, each partition from its start to its end, in large reads that never go
 * back. Only between partitions, whose order in the image is that of their numbers, and for what lies outside of them, which is
 * read first, may it go elsewhere.
 */
final class ReadingOrderTest {
    private static final int SECTORS_A_MIB = 2048;

    private final TestBench bench = new TestBench();
    private final List<Extent> reads = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        bench.close();
    }

    private final class Recording extends ForwardingDevice {
        Recording(BlockDevice inner) {
            super(inner);
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            if (Thread.currentThread().getName().startsWith("capture-")) { // the survey before it is not of interest
                reads.add(new Extent(offsetBytes, buffer.remaining()));
            }
            super.read(offsetBytes, buffer);
        }
    }

    private void capture(BenchDisk disk) throws RescueException {
        Layouts.content(disk.medium(), new Extent(MIB, disk.medium().sizeBytes() - 2 * MIB), 3);
        disk.asSource(Recording::new);
        assertThat(bench.capture("/dev/sda").state()).isEqualTo(JobState.COMPLETE);
    }

    /** How often a read does not begin where the one before it ended. */
    private long jumps() {
        long jumps = 0;
        for (int i = 1; i < reads.size(); i++) {
            if (reads.get(i).start() != reads.get(i - 1).end()) {
                jumps++;
            }
        }
        return jumps;
    }

    @Test
    void aDiskWithoutPartitionsIsReadFromItsStartToItsEnd() throws RescueException {
        capture(bench.disk("/dev/sda", 40 * MIB));
        assertThat(jumps()).isZero();
        assertThat(reads).hasSize(40).allMatch(read -> read.length() == MIB);
    }

    @Test
    void eachPartitionIsReadInOneGoWhateverItsNumber() throws RescueException {
        BenchDisk disk = bench.disk("/dev/sda", 48 * MIB);
        List<Layouts.Part> parts = List.of(
                part(1, 30 * SECTORS_A_MIB, 10 * SECTORS_A_MIB),
                part(2, SECTORS_A_MIB, 9 * SECTORS_A_MIB),
                part(3, 12 * SECTORS_A_MIB, 16 * SECTORS_A_MIB));
        Layouts.gpt(disk.medium(), parts);
        capture(disk);
        for (Layouts.Part part : parts) {
            Extent extent = part.extent(disk.medium().logicalSector());
            List<Extent> inside = reads.stream().filter(extent::contains).toList();
            assertThat(inside).hasSize(Math.toIntExact(part.sectors() / SECTORS_A_MIB));
            assertThat(inside).isSortedAccordingTo((one, other) -> Long.compare(one.start(), other.start()));
        }
        // The table, three gaps and the copy of the table, then three partitions: one jump each at most.
        assertThat(jumps()).isLessThanOrEqualTo(7);
    }
}
