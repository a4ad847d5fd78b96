package org.rescuekey.engine;

import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.captureOf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.SectorSize;

/**
 * A disk of 16 TB of which a hundredth is used, in small pieces all over it, is captured in full, captured again after a
 * change, listed and verified; each time the most memory that the process ever had resident is told. The disk is none: what
 * it holds follows from the offset. Run it with the options of the stick; it takes minutes, so it is no test.
 */
final class LargeDiskMemory {
    private static final long SIZE_BYTES = 16_000_000_000_000L / 4096 * 4096;
    private static final int CLUSTER_BYTES = 64 << 10;
    private static final long CLUSTERS = 243_000_000;
    private static final long LIMIT_KIB = 256 << 10;
    /** So many clusters in a row are used, of so many. */
    private static final int USED_RUN = 4;

    private static final int USED_OF = 400;

    private LargeDiskMemory() {}

    public static void main(String[] arguments) throws IOException {
        try (TestBench bench = new TestBench()) {
            BenchDisk disk = bench.disk("/dev/sda", SIZE_BYTES, SectorSize.SECTOR_4096);
            FatMaker.fat32(disk.medium(), MIB, CLUSTERS, CLUSTER_BYTES);
            Layouts.gpt(disk.medium(), part(1, MIB / 4096, FatMaker.sizeBytes(CLUSTERS, CLUSTER_BYTES) / 4096));
            disk.asSource(device -> new Contents(device, 0));
            run(bench, "full image", Request.Kind.FULL);
            disk.asSource(device -> new Contents(device, 1));
            String newest = run(bench, "incremental image", Request.Kind.INCREMENTAL);
            long start = System.nanoTime();
            bench.service().images(bench.images());
            tell("list", start);
            start = System.nanoTime();
            run(bench, new Request.Verify(newest, false));
            tell("verify", start);
        }
    }

    private static String run(TestBench bench, String what, Request.Kind kind) throws IOException {
        long start = System.nanoTime();
        Request.Capture request = captureOf(kind, "/dev/sda", bench.images());
        String image = run(bench, withoutVerify(request)).resultPath();
        tell(what + ", " + ByteCount.text(Files.size(Path.of(image))), start);
        return image;
    }

    /** The bench would keep every event, and there are as many as its clock has ticks. */
    private static Report run(TestBench bench, Request request) throws RescueException {
        Plan plan = bench.plan(request);
        Report report = bench.service().run(ConfirmedPlan.byDigest(plan, plan.digest()), new JobControl(event -> {}));
        if (report.state() != JobState.COMPLETE) {
            throw new IllegalStateException(report.toText());
        }
        return report;
    }

    private static Request.Capture withoutVerify(Request.Capture of) {
        return new Request.Capture(of.source(), of.partitions(), of.place(), of.level(), of.coverage(), false)
                .of(of.kind());
    }

    private static void tell(String what, long startNanos) throws IOException {
        long kib = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
        System.out.printf(
                "%s: %d s, at most %d MiB resident%n", what, (System.nanoTime() - startNanos) >> 30, kib >> 10);
        if (kib > LIMIT_KIB) {
            System.out.println("That is more than 256 MiB.");
        }
    }

    /** An eighth of what is used holds words, the rest zeros; of the words a fiftieth change with the generation. */
    private static final class Contents extends ForwardingDevice {
        private static final int PIECE_BYTES = 4096;
        private static final int BLOCK_BYTES = 256 << 10;
        private static final byte[] ZEROS = new byte[PIECE_BYTES];

        private final int generation;
        private final long fatStart = MIB + FatMaker.fatOffsetBytes();
        private final long fatBytes = FatMaker.fatBytes(CLUSTERS);
        private final long dataStart = fatStart + 2 * fatBytes;
        private final long dataEnd = dataStart + CLUSTERS * CLUSTER_BYTES;

        Contents(BlockDevice inner, int generation) {
            super(inner);
            this.generation = generation;
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            ByteOrder order = buffer.order();
            buffer.order(ByteOrder.LITTLE_ENDIAN);
            long at = offsetBytes;
            while (buffer.hasRemaining()) {
                int length = (int) Math.min(buffer.remaining(), PIECE_BYTES - at % PIECE_BYTES);
                if (at >= fatStart + PIECE_BYTES && at < dataStart && at != fatStart + fatBytes) {
                    entries(((at - fatStart) % fatBytes) / 4, length / 4, buffer);
                } else if (at >= dataStart && at < dataEnd) {
                    words(at, length, buffer);
                } else {
                    int limit = buffer.limit();
                    buffer.limit(buffer.position() + length);
                    inner.read(at, buffer);
                    buffer.limit(limit);
                }
                at += length;
            }
            buffer.order(order);
        }

        private static void entries(long first, int count, ByteBuffer buffer) {
            for (long cluster = first; cluster < first + count; cluster++) {
                boolean isUsed = cluster < CLUSTERS + 2 && cluster % USED_OF < USED_RUN;
                buffer.putInt(isUsed ? 0x0FFF_FFFF : 0);
            }
        }

        private void words(long at, int length, ByteBuffer buffer) {
            long block = at / BLOCK_BYTES;
            if (block % 8 != 0) {
                buffer.put(ZEROS, 0, length);
                return;
            }
            long word = at / PIECE_BYTES * 0x9E37_79B9_7F4A_7C15L + (block / 8 % 50 == 0 ? generation : 0);
            for (int i = 0; i < length; i += Long.BYTES) {
                buffer.putLong(word);
            }
        }
    }
}
