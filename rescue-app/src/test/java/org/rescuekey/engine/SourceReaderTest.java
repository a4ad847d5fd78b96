package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.CountingDevice;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** Windows of a source: the wanted bytes, zeros for the rest, and what cannot be read. */
final class SourceReaderTest {
    private static final SectorSize SECTOR = SectorSize.SECTOR_512;
    private static final int SIZE = 4 << 20;

    private final MemoryDevice disk = new MemoryDevice(SIZE, SectorSize.SECTOR_512);
    private final List<String> notes = new ArrayList<>();
    private final JobControl control = new JobControl(event -> {});
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);

    @BeforeEach
    void fill() throws Exception {
        Layouts.fill(disk, 1);
    }

    private SourceReader reader(BlockDevice device) {
        return new SourceReader(ReopenableSource.fixed(device), notes::add, offset -> control.checkpoint());
    }

    private ExtentSet read(SourceReader reader, Extent window, ExtentSet used) throws RescueException {
        return read(reader, window, used, ExtentSet.empty());
    }

    private ExtentSet read(SourceReader reader, Extent window, ExtentSet used, ExtentSet knownBad)
            throws RescueException {
        return reader.readAll(SourceReader.Part.of(window, used, knownBad), ExtentSet.empty(), buffer);
    }

    private void assertHolds(Extent window, ExtentSet readable) throws RescueException {
        assertThat(buffer.position()).isZero();
        assertThat(buffer.limit()).isEqualTo(window.length());
        byte[] expected = new byte[(int) window.length()];
        for (Extent extent : readable.intersect(window)) {
            ByteBuffer part = ByteBuffer.allocate((int) extent.length());
            disk.read(extent.start(), part);
            System.arraycopy(part.array(), 0, expected, (int) (extent.start() - window.start()), part.capacity());
        }
        byte[] found = new byte[expected.length];
        buffer.get(found);
        assertThat(Arrays.mismatch(found, expected)).isEqualTo(-1);
    }

    @Test
    void whatIsNotWantedIsZeroAlsoWhereItWasReadOver() throws Exception {
        CountingDevice counted = new CountingDevice(disk);
        Extent window = new Extent(1 << 20, 1 << 20);
        ExtentSet used = ExtentSet.of(
                new Extent((1 << 20) - 512, 1024),
                new Extent((1 << 20) + 4096, 4096),
                new Extent((1 << 20) + 200_704, 512),
                new Extent((2 << 20) - 512, 1024));
        Layouts.fill(new MemoryDevice(1 << 20, SectorSize.SECTOR_512), 3);
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, (byte) 0x55);
        }
        assertThat(read(reader(counted), window, used).isEmpty()).isTrue();
        assertHolds(window, used);
        assertThat(counted.reads())
                .as("near pieces are read at once, far ones not")
                .isEqualTo(3);
        assertThat(counted.bytesRead()).isEqualTo(8192 + 512 + 512);
    }

    @Test
    void nothingWantedIsNotRead() throws Exception {
        CountingDevice counted = new CountingDevice(disk);
        Extent window = new Extent(0, 1 << 20);
        assertThat(read(reader(counted), window, ExtentSet.empty()).isEmpty()).isTrue();
        assertHolds(window, ExtentSet.empty());
        assertThat(counted.reads()).isZero();
    }

    @Test
    void badSectorsAreZeroAndTold() throws Exception {
        ExtentSet bad = ExtentSet.of(new Extent(512 * 100, 512), new Extent(512 * 300, 1024));
        BlockDevice faulty =
                new FaultyDevice(disk, 1, new Fault.BadSectors(bad.get(0)), new Fault.BadSectors(bad.get(1)));
        Extent window = new Extent(0, 1 << 20);
        ExtentSet used = ExtentSet.of(new Extent(0, 512 * 301), new Extent(512 * 310, 4096));
        ExtentSet unreadable = read(reader(faulty), window, used);
        assertThat(unreadable).isEqualTo(ExtentSet.of(bad.get(0), new Extent(512 * 300, 512)));
        assertHolds(window, used.subtract(unreadable));
        assertThat(notes).hasSize(1);
    }

    /** A file system may know of bad clusters between its files: trying them again and again takes minutes on a real disk. */
    @Test
    void aBadSectorInAGapIsTriedOnceAtMost() throws Exception {
        Extent bad = new Extent(8192, 4096);
        CountingDevice counted = new CountingDevice(new FaultyDevice(disk, 1, new Fault.BadSectors(bad)));
        ExtentSet used = ExtentSet.of(new Extent(0, 8192), new Extent(16_384, 4096), new Extent(32_768, 4096));
        assertThat(read(reader(counted), new Extent(0, 1 << 20), used).isEmpty())
                .isTrue();
        assertHolds(new Extent(0, 1 << 20), used);
        assertThat(counted.reads()).as("all at once, then each by itself").isEqualTo(4);
        assertThat(notes).isEmpty();
    }

    /** The mark of a file system proves neither that nothing is there nor that it cannot be read. */
    @Test
    void whatIsKnownToBeBadIsTriedOnceAndIsNoLoss() throws Exception {
        Extent bad = new Extent(8192, 4096);
        Extent fine = new Extent(16_384, 4096);
        CountingDevice counted = new CountingDevice(new FaultyDevice(disk, 1, new Fault.BadSectors(bad)));
        ExtentSet used = ExtentSet.of(new Extent(0, 65_536));
        SourceReader reader = reader(counted);
        ExtentSet lost = read(reader, new Extent(0, 1 << 20), used, ExtentSet.of(bad, fine));
        assertThat(lost.isEmpty()).isTrue();
        assertThat(reader.givenUp()).isEqualTo(ExtentSet.of(bad));
        assertHolds(new Extent(0, 1 << 20), used.subtract(ExtentSet.of(bad)));
        assertThat(counted.reads())
                .as("all but these at once, which fails; its three parts; these two")
                .isEqualTo(6);
    }

    @Test
    void aBadSectorInAGapIsNoLoss() throws Exception {
        BlockDevice faulty = new FaultyDevice(disk, 1, new Fault.BadSectors(new Extent(8192, 512)));
        Extent window = new Extent(0, 1 << 20);
        ExtentSet used = ExtentSet.of(new Extent(0, 4096), new Extent(16_384, 4096));
        assertThat(read(reader(faulty), window, used).isEmpty()).isTrue();
        assertHolds(window, used);
    }

    /** Reads the whole disk window by window. */
    private ExtentSet readAll(SourceReader reader) throws RescueException {
        ExtentSet.Builder unreadable = ExtentSet.builder();
        for (long start = 0; start < SIZE; start += 1 << 20) {
            Extent window = new Extent(start, 1 << 20);
            ExtentSet lost = read(reader, window, ExtentSet.of(new Extent(0, SIZE)));
            assertHolds(window, ExtentSet.of(new Extent(0, SIZE)).subtract(lost));
            lost.forEach(unreadable::add);
        }
        reader.finish();
        return unreadable.build();
    }

    @ParameterizedTest
    @CsvSource({
        "600000, 1500000",
        "1048576, 2097152",
        "1048576, 1048576",
        "1048064, 1049600",
        "512, 2560000",
        "1, 3145728",
        "1600000, 2594304"
    })
    void aDeadAreaIsLeaptOverAndItsEdgesAreExact(long aboutStart, long aboutLength) throws Exception {
        Extent dead = new Extent(SECTOR.roundUp(aboutStart), SECTOR.roundUp(aboutLength));
        CountingDevice counted = new CountingDevice(new FaultyDevice(disk, 1, new Fault.BadSectors(dead)));
        assertThat(readAll(reader(counted))).isEqualTo(ExtentSet.of(dead));
        assertThat(counted.reads())
                .as("a try for each sector of a window and a half, and a few for all the rest")
                .isLessThan(3 * 2048 + 200);
    }

    @Test
    void aDeadAreaOfAnySizeCostsAFewTriesMore() throws Exception {
        MemoryDevice large = new MemoryDevice(1L << 40, SectorSize.SECTOR_512);
        Extent dead = new Extent(1L << 30, 300L << 30);
        CountingDevice counted = new CountingDevice(new FaultyDevice(large, 1, new Fault.BadSectors(dead)));
        SourceReader reader = reader(counted);
        Extent before = new Extent(0, 4096);
        read(reader, before, ExtentSet.of(before));
        for (long start = dead.start(); start < dead.start() + (50 << 20); start += 1 << 20) {
            Extent window = new Extent(start, 1 << 20);
            assertThat(read(reader, window, ExtentSet.of(window))).isEqualTo(ExtentSet.of(window));
        }
        Extent last = Extent.between(dead.end() - (1 << 19), dead.end() + (1 << 19));
        assertThat(read(reader, last, ExtentSet.of(last)))
                .isEqualTo(ExtentSet.of(Extent.between(last.start(), dead.end())));
        assertThat(counted.reads()).isBetween(2048L, 2048L + 500);
    }

    @Test
    void twoDeadAreasAreNotTakenForOne() throws Exception {
        Extent one = new Extent(100 * 512, 1 << 20);
        Extent other = new Extent(one.end() + 300 * 512, 5 << 18);
        BlockDevice faulty = new FaultyDevice(disk, 1, new Fault.BadSectors(one), new Fault.BadSectors(other));
        assertThat(readAll(reader(faulty))).isEqualTo(ExtentSet.of(one, other));
    }

    @Test
    void aDiskWhoseEndIsDeadIsReadUpToThere() throws Exception {
        Extent dead = Extent.between(1_500_160, SIZE);
        assertThat(readAll(reader(new FaultyDevice(disk, 1, new Fault.BadSectors(dead)))))
                .isEqualTo(ExtentSet.of(dead));
    }

    @Test
    void aDiskWhoseStartIsDeadIsReadFromThere() throws Exception {
        Extent dead = new Extent(0, 2_000_384);
        assertThat(readAll(reader(new FaultyDevice(disk, 1, new Fault.BadSectors(dead)))))
                .isEqualTo(ExtentSet.of(dead));
    }

    @Test
    void aDiskOnWhichNothingCanBeReadIsNone() {
        BlockDevice faulty = new FaultyDevice(disk, 1, new Fault.BadSectors(new Extent(0, SIZE)));
        assertThatThrownBy(() -> readAll(reader(faulty)))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("no longer answers");
        Extent little = new Extent(0, 4096);
        SourceReader reader = reader(faulty);
        assertThatCode(() -> read(reader, little, ExtentSet.of(little))).doesNotThrowAnyException();
        assertThatThrownBy(reader::finish).isInstanceOf(DeviceException.class);
    }

    /** Unplugged disks answer with EIO as well; whenever that happens, it is not taken for a disk with bad sectors. */
    @Test
    void aDiskThatVanishesAtAnyReadIsGoneAndNotDamaged() throws Exception {
        for (int n = 1; ; n++) {
            FaultyDevice vanishing =
                    new FaultyDevice(disk, 1, new Fault.ReadError(Fault.Calls.from(n), DeviceException.EIO));
            if (n > SIZE >> 20) {
                assertThat(readAll(reader(vanishing)).isEmpty()).isTrue();
                return;
            }
            assertThatThrownBy(() -> readAll(reader(vanishing)))
                    .as("vanishes at read %d", n)
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("no longer answers");
        }
    }

    @Test
    void anyOtherErrorEndsTheJob() {
        BlockDevice gone = new FaultyDevice(disk, 1, new Fault.Gone(0));
        assertThatThrownBy(() -> read(reader(gone), new Extent(0, 4096), ExtentSet.of(new Extent(0, 4096))))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("is gone");
    }

    @Test
    void cancelWorksBetweenSectors() {
        BlockDevice faulty = new FaultyDevice(disk, 1, new Fault.BadSectors(new Extent(0, SIZE)));
        control.cancel();
        assertThatThrownBy(() -> read(reader(faulty), new Extent(0, 4096), ExtentSet.of(new Extent(0, 4096))))
                .isInstanceOf(CancelledException.class);
    }
}
