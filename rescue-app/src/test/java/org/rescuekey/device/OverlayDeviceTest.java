package org.rescuekey.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

class OverlayDeviceTest extends BlockDeviceContract {
    private static final int PIECE = OverlayDevice.FINE_PIECE_BYTES;
    private static final int BASE_BYTES = 40 * PIECE + 3 * 512;

    /** A view that is longer than its base, whose store is exactly as large as what can change. */
    @Override
    protected BlockDevice create(long sizeBytes, SectorSize sector) {
        MemoryDevice base = new MemoryDevice(sector.bytes(), sector);
        return view(base, sizeBytes, new MemoryDevice("memory", (sizeBytes + PIECE - 1) / PIECE * PIECE, sector));
    }

    private static OverlayDevice view(BlockDevice base, long sizeBytes, BlockDevice store) {
        return new OverlayDevice("the view", base, sizeBytes, store);
    }

    private static byte[] noise(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static MemoryDevice base(byte[] content) throws RescueException {
        MemoryDevice base = new MemoryDevice("the base", content.length, SectorSize.SECTOR_512);
        base.write(0, ByteBuffer.wrap(content));
        return base;
    }

    private static byte[] read(BlockDevice device, long offsetBytes, int length) throws RescueException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        device.read(offsetBytes, buffer);
        return buffer.array();
    }

    private static MemoryDevice store(long pieces) {
        return new MemoryDevice("memory", pieces * PIECE, SectorSize.SECTOR_512);
    }

    @ParameterizedTest
    @CsvSource({"0, 4096", "-20, 4096", "30, 4096", "0, 65536", "-20, 65536", "30, 65536", "30, 512"})
    void behavesAsACopyOfItsBaseAndLeavesTheBaseAsItIs(int morePieces, int pieceBytes) throws RescueException {
        byte[] content = noise(BASE_BYTES, 1);
        int size = BASE_BYTES + morePieces * PIECE;
        byte[] model = Arrays.copyOf(content, size);
        CountingDevice base = new CountingDevice(base(content));
        Random random = new Random(size);
        try (BlockDevice view = new OverlayDevice("the view", base, size, store(200), pieceBytes)) {
            for (int round = 0; round < 800; round++) {
                int start = random.nextInt(size);
                int length = 1 + random.nextInt(Math.min(size - start, round % 3 == 0 ? 700 : 60_000));
                switch (random.nextInt(4)) {
                    case 0 -> {
                        byte[] bytes = noise(length, round);
                        System.arraycopy(bytes, 0, model, start, length);
                        view.write(start, ByteBuffer.wrap(bytes));
                    }
                    case 1 -> {
                        Extent sectors = new Extent(start & -512L, 512L * (1 + random.nextInt(30)));
                        if (sectors.end() <= size) {
                            Arrays.fill(model, (int) sectors.start(), (int) sectors.end(), (byte) 0);
                            view.zero(sectors);
                        }
                    }
                    default ->
                        assertThat(read(view, start, length))
                                .isEqualTo(Arrays.copyOfRange(model, start, start + length));
                }
            }
            assertThat(read(view, 0, size)).isEqualTo(model);
        }
        assertThat(base.isUntouched()).isTrue();
        assertThat(read(base, 0, BASE_BYTES)).isEqualTo(content);
    }

    @Test
    void knowsWhatWasChangedAndWhatThatTakes() throws RescueException {
        OverlayDevice view = view(base(noise(BASE_BYTES, 2)), BASE_BYTES, store(40));
        view.write(3 * PIECE + 7, ByteBuffer.wrap(new byte[] {1}));
        view.write(5 * PIECE, ByteBuffer.wrap(new byte[2 * PIECE]));
        view.zero(new Extent(20 * PIECE, 3 * PIECE));
        view.write(BASE_BYTES - 1, ByteBuffer.wrap(new byte[] {1}));

        assertThat(view.changed())
                .isEqualTo(ExtentSet.of(
                        new Extent(3 * PIECE, PIECE),
                        new Extent(5 * PIECE, 2 * PIECE),
                        new Extent(20 * PIECE, 3 * PIECE),
                        Extent.between(40 * PIECE, BASE_BYTES)));
        assertThat(view.storedBytes()).isEqualTo(4 * PIECE);

        view.zero(new Extent(5 * PIECE, PIECE));
        assertThat(view.storedBytes()).isEqualTo(3 * PIECE);
    }

    @Test
    void aStoreThatIsFullSaysSoAndWhatWasWrittenStays() throws RescueException {
        byte[] content = noise(BASE_BYTES, 3);
        OverlayDevice view = view(base(content), BASE_BYTES, store(2));
        byte[] two = noise(2 * PIECE, 4);
        view.write(PIECE, ByteBuffer.wrap(two));

        for (int length : new int[] {1, PIECE}) {
            assertThatThrownBy(() -> view.write(9 * PIECE, ByteBuffer.wrap(new byte[length])))
                    .asInstanceOf(type(DeviceException.class))
                    .matches(DeviceException::isOutOfSpace)
                    .extracting(DeviceException::getMessage)
                    .isEqualTo("the view is full: its changes need more than the 8.0 KiB that were set aside for them"
                            + " in memory");
        }
        assertThat(read(view, PIECE, 2 * PIECE)).isEqualTo(two);
        assertThat(read(view, 9 * PIECE, PIECE)).isEqualTo(Arrays.copyOfRange(content, 9 * PIECE, 10 * PIECE));

        view.zero(new Extent(PIECE, PIECE)); // gives its room back
        view.write(9 * PIECE, ByteBuffer.wrap(two, 0, PIECE));
        assertThat(read(view, 9 * PIECE, PIECE)).isEqualTo(Arrays.copyOf(two, PIECE));
        assertThat(read(view, PIECE, PIECE)).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 600, PIECE, 3 * PIECE})
    void aStoreThatFailsChangesNothingAndTheNextAttemptGoesThrough(int length) throws RescueException {
        byte[] content = noise(BASE_BYTES, 5);
        FaultyDevice store =
                new FaultyDevice(store(3), 1, new Fault.WriteError(Fault.Calls.only(1), DeviceException.EIO));
        OverlayDevice view = view(base(content), BASE_BYTES, store);

        assertThatThrownBy(() -> view.write(2 * PIECE, ByteBuffer.wrap(new byte[length])))
                .isInstanceOf(DeviceException.class);
        assertThat(read(view, 0, BASE_BYTES)).isEqualTo(content);
        assertThat(view.storedBytes()).isZero();

        view.write(2 * PIECE, ByteBuffer.wrap(new byte[length]));
        Arrays.fill(content, 2 * PIECE, 2 * PIECE + length, (byte) 0);
        assertThat(read(view, 0, BASE_BYTES)).isEqualTo(content);
    }

    @Test
    void aBaseThatCannotBeReadIsNeededForAPartOfAPieceOnly() throws RescueException {
        FaultyDevice base =
                new FaultyDevice(base(noise(BASE_BYTES, 6)), 1, new Fault.BadSectors(new Extent(0, 4 * PIECE)));
        OverlayDevice view = view(base, BASE_BYTES, store(10));
        byte[] piece = noise(PIECE, 7);

        assertThatThrownBy(() -> view.write(PIECE + 1, ByteBuffer.wrap(piece, 0, 9)))
                .isInstanceOf(DeviceException.class);
        view.write(PIECE, ByteBuffer.wrap(piece));
        view.write(PIECE + 1, ByteBuffer.wrap(piece, 1, 9));
        assertThat(read(view, PIECE, PIECE)).isEqualTo(piece);
    }

    @Test
    void aHugeViewCostsWhatIsChanged() throws RescueException {
        MemoryDevice base = new MemoryDevice(16 * ByteCount.TIB, SectorSize.SECTOR_512);
        OverlayDevice view = view(base, 17 * ByteCount.TIB, store(4));
        view.write(17 * ByteCount.TIB - 1, ByteBuffer.wrap(new byte[] {9}));
        assertThat(read(view, 17 * ByteCount.TIB - 2, 2)).containsExactly(0, 9);
        assertThat(view.storedBytes()).isEqualTo(PIECE);
    }

    @Test
    void closingItClosesItsStoreAndLeavesItsBaseOpen() throws RescueException {
        MemoryDevice base = base(noise(BASE_BYTES, 8));
        MemoryDevice store = store(1);
        OverlayDevice view = view(base, BASE_BYTES, store);
        view.close();
        view.close();

        assertThatThrownBy(() -> read(view, 0, 1)).isInstanceOf(DeviceException.class);
        assertThatThrownBy(() -> read(store, 0, 1)).isInstanceOf(DeviceException.class);
        assertThat(read(base, 0, 1)).hasSize(1);
    }
}
