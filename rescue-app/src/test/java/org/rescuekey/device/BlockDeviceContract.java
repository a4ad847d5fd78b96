package org.rescuekey.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** What every {@link BlockDevice} must do. A subclass says how to make a writable one that reads as zero. */
public abstract class BlockDeviceContract {
    /** A new device of this size; the test closes it. */
    protected abstract BlockDevice create(long sizeBytes, SectorSize sector) throws Exception;

    /** Sizes in sectors round the edges of eight, and round those of 64 KiB. */
    protected static Stream<Arguments> shapes() {
        return Stream.of(SectorSize.SECTOR_512, SectorSize.SECTOR_4096)
                .flatMap(sector -> Stream.of(1, 8, 9, 15, 16, 17, 128, 129, 135, 1031)
                        .map(sectors -> Arguments.of((long) sectors * sector.bytes(), sector)));
    }

    private static byte[] pattern(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] read(BlockDevice device, long offsetBytes, int length) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        device.read(offsetBytes, buffer);
        assertThat(buffer.hasRemaining()).isFalse();
        return buffer.array();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void saysItsShapeAndReadsAsZero(long sizeBytes, SectorSize sector) throws Exception {
        try (BlockDevice device = create(sizeBytes, sector)) {
            assertThat(device.sizeBytes()).isEqualTo(sizeBytes);
            assertThat(device.logicalSector()).isEqualTo(sector);
            assertThat(device.physicalSector().bytes()).isGreaterThanOrEqualTo(sector.bytes());
            assertThat(device.isReadOnly()).isFalse();
            assertThat(device.name()).isNotBlank();
            assertThat(read(device, 0, (int) sizeBytes)).containsOnly(0);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void givesBackWhatWasWritten(long sizeBytes, SectorSize sector) throws Exception {
        try (BlockDevice device = create(sizeBytes, sector)) {
            byte[] all = pattern((int) sizeBytes, 1);
            device.write(0, ByteBuffer.wrap(all));
            device.flush();
            assertThat(read(device, 0, all.length)).isEqualTo(all);
            assertThat(read(device, sizeBytes - 1, 1)).containsExactly(all[all.length - 1]);
            assertThat(read(device, sizeBytes, 0)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void behavesAsAnArrayOfBytes(long sizeBytes, SectorSize sector) throws Exception {
        byte[] model = new byte[(int) sizeBytes];
        Random random = new Random(sizeBytes);
        try (BlockDevice device = create(sizeBytes, sector)) {
            for (int round = 0; round < 150; round++) {
                int start = random.nextInt(model.length);
                int length = 1 + random.nextInt(Math.min(model.length - start, round % 3 == 0 ? 40 : 70_000));
                switch (random.nextInt(3)) {
                    case 0 -> {
                        byte[] bytes = pattern(length, round);
                        System.arraycopy(bytes, 0, model, start, length);
                        device.write(start, buffer(round, bytes));
                    }
                    case 1 -> {
                        int first = (int) sector.roundDown(start);
                        int end = (int) Math.min(sector.roundUp((long) start + length), model.length);
                        Arrays.fill(model, first, end, (byte) 0);
                        device.zero(Extent.between(first, end));
                    }
                    default ->
                        assertThat(read(device, start, length))
                                .isEqualTo(Arrays.copyOfRange(model, start, start + length));
                }
            }
            assertThat(read(device, 0, model.length)).isEqualTo(model);
        }
    }

    /** The bytes in a direct, a read-only or a plain buffer, at an odd position. */
    private static ByteBuffer buffer(int round, byte[] bytes) {
        ByteBuffer buffer =
                round % 2 == 0 ? ByteBuffer.allocateDirect(bytes.length + 8) : ByteBuffer.allocate(bytes.length + 8);
        buffer.position(3).put(bytes).flip().position(3);
        return round % 3 == 0 ? buffer.asReadOnlyBuffer() : buffer;
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void usesThePartOfABufferThatRemains(long sizeBytes, SectorSize sector) throws Exception {
        try (BlockDevice device = create(sizeBytes, sector)) {
            ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6});
            buffer.position(2).limit(5);
            device.write(7, buffer);
            assertThat(buffer.position()).isEqualTo(5);
            assertThat(read(device, 6, 5)).containsExactly(0, 3, 4, 5, 0);

            ByteBuffer target = ByteBuffer.allocateDirect(6).position(1).limit(4);
            device.read(7, target);
            assertThat(target.position()).isEqualTo(4);
            byte[] seen = new byte[6];
            target.clear().get(seen);
            assertThat(seen).containsExactly(0, 3, 4, 5, 0, 0);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void refusesWhatIsOutsideAndChangesNothing(long sizeBytes, SectorSize sector) throws Exception {
        try (BlockDevice device = create(sizeBytes, sector)) {
            byte[] all = pattern((int) sizeBytes, 2);
            device.write(0, ByteBuffer.wrap(all));
            for (long offset : new long[] {-1, sizeBytes - 1, sizeBytes, Long.MAX_VALUE, Long.MIN_VALUE}) {
                assertThatThrownBy(() -> device.read(offset, ByteBuffer.allocate(2)))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> device.write(offset, ByteBuffer.allocate(2)))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> device.zero(new Extent(0, sizeBytes + sector.bytes())))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> device.zero(new Extent(sizeBytes, sector.bytes())))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(read(device, 0, all.length)).isEqualTo(all);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void discardsWithoutHarmToTheRest(long sizeBytes, SectorSize sector) throws Exception {
        try (BlockDevice device = create(sizeBytes, sector)) {
            byte[] all = pattern((int) sizeBytes, 3);
            device.write(0, ByteBuffer.wrap(all));
            device.discard(new Extent(0, sector.bytes()));
            assertThat(read(device, sector.bytes(), all.length - sector.bytes()))
                    .isEqualTo(Arrays.copyOfRange(all, sector.bytes(), all.length));
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void isReadAndWrittenBySeveralThreads(long sizeBytes, SectorSize sector) throws Exception {
        int threads = 4;
        byte[] all = pattern((int) sizeBytes, 4);
        try (BlockDevice device = create(sizeBytes, sector);
                ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            runAll(executor, threads, thread -> {
                for (long at = thread * (long) sector.bytes(); at < sizeBytes; at += (long) threads * sector.bytes()) {
                    device.write(at, ByteBuffer.wrap(all, (int) at, sector.bytes()));
                }
            });
            runAll(executor, threads, thread -> {
                for (int round = 0; round < 5; round++) {
                    assertThat(read(device, thread, all.length - thread))
                            .isEqualTo(Arrays.copyOfRange(all, thread, all.length));
                }
            });
        }
    }

    private interface Part {
        void run(int thread) throws Exception;
    }

    private static void runAll(ExecutorService executor, int threads, Part part) throws Exception {
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int thread = i;
            tasks.add(() -> {
                part.run(thread);
                return true;
            });
        }
        for (Future<Boolean> done : executor.invokeAll(tasks)) {
            assertThat(done.get()).isTrue();
        }
    }
}
