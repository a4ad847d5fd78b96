package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.captureOf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * Whatever happens to a disk between its captures, and whatever kinds of image they make: every restore point gives the
 * disk back as it was then.
 */
final class ChainProperties {
    private static final long DISK_BYTES = 12 * MIB;
    private static final int SECTOR = 512;

    /** A restore point, and the disk as it was then. */
    private record Point(String image, BenchDisk then) {}

    @Property(tries = 15, shrinking = ShrinkingMode.OFF)
    void everyPointOfEveryChainGivesTheDiskOfThatTime(@ForAll long seed) throws RescueException {
        assertEveryPointRestores(seed, ChainProperties::gpt);
    }

    /** With up to two primary and three logical partitions. */
    @Property(tries = 15, shrinking = ShrinkingMode.OFF)
    void soWithAnMbr(@ForAll long seed) throws RescueException {
        assertEveryPointRestores(seed, ChainProperties::mbr);
    }

    /** Divides a disk anew. */
    @FunctionalInterface
    private interface Divider {
        void divide(BenchDisk disk, Random random) throws RescueException;
    }

    private static void assertEveryPointRestores(long seed, Divider divider) throws RescueException {
        Random random = new Random(seed);
        try (TestBench bench = new TestBench()) {
            BenchDisk disk = bench.disk("/dev/sda", DISK_BYTES);
            Layouts.content(disk.medium(), new Extent(0, DISK_BYTES), seed);
            divider.divide(disk, random);
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Request.Kind kind = i == 0 ? Request.Kind.AUTO : anyKind(random);
                Report report = bench.run(bench.plan(inParts(captureOf(kind, "/dev/sda", bench.images()), random)));
                assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
                points.add(new Point(report.resultPath(), copy(disk)));
                change(disk, random, divider);
            }
            for (Point point : points) {
                BenchDisk target = bench.disk("/dev/sdb", DISK_BYTES);
                Layouts.fill(target.medium(), random.nextLong());
                Report report = bench.restore(point.image(), "/dev/sdb");
                assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
                Compare.assertRestored(point.then(), target);
            }
            assertThat(bench.verify(points.getLast().image()).state()).isEqualTo(JobState.COMPLETE);
        }
    }

    /** Sometimes in files of 1 MiB. */
    private static Request.Capture inParts(Request.Capture request, Random random) {
        return TestBench.inParts(request, random.nextBoolean() ? MIB : 0, true);
    }

    private static Request.Kind anyKind(Random random) {
        Request.Kind[] kinds = Request.Kind.values();
        return kinds[random.nextInt(kinds.length)];
    }

    /** Writes here and there; sometimes partitions are made anew, smaller, larger, fewer or elsewhere. */
    private static void change(BenchDisk disk, Random random, Divider divider) throws RescueException {
        int writes = random.nextInt(6);
        for (int i = 0; i < writes; i++) {
            long start = random.nextLong(DISK_BYTES / SECTOR) * SECTOR;
            long length = Math.min(DISK_BYTES - start, (1 + random.nextInt(1000)) * (long) SECTOR);
            Layouts.content(disk.medium(), new Extent(start, length), random.nextLong());
        }
        divider.divide(disk, writes == 0 ? random : new Random(disk.path().hashCode() + random.nextInt(3)));
    }

    private static void gpt(BenchDisk disk, Random random) throws RescueException {
        List<Layouts.Part> parts = new ArrayList<>();
        long next = 64 + random.nextLong(512);
        for (int number = 1; number <= 3; number++) {
            long sectors = 1 + random.nextLong(DISK_BYTES / SECTOR / 4);
            if (random.nextInt(4) > 0) {
                parts.add(Layouts.part(number, next, sectors));
            }
            next += sectors + random.nextInt(300);
        }
        Layouts.gpt(disk.medium(), parts);
    }

    private static void mbr(BenchDisk disk, Random random) throws RescueException {
        List<Layouts.Part> primary = new ArrayList<>();
        List<Layouts.Part> logical = new ArrayList<>();
        long next = 1 + random.nextLong(512);
        for (int i = 1; i <= 5; i++) {
            long sectors = 1 + random.nextLong(DISK_BYTES / SECTOR / 6);
            if (random.nextInt(4) > 0) {
                boolean isPrimary = i <= 2;
                (isPrimary ? primary : logical).add(Layouts.part(isPrimary ? i : 5 + logical.size(), next, sectors));
            }
            next += sectors + 1 + random.nextInt(300); // a link sector stands before each logical partition
        }
        Layouts.mbr(disk.medium(), primary, logical);
    }

    private static BenchDisk copy(BenchDisk disk) throws RescueException {
        BenchDisk copy = new BenchDisk(disk.path(), DISK_BYTES, SectorSize.SECTOR_512);
        ByteBuffer buffer = ByteBuffer.allocate((int) DISK_BYTES);
        disk.medium().read(0, buffer);
        copy.medium().write(0, buffer.flip());
        return copy;
    }
}
