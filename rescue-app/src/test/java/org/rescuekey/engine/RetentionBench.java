package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.captureOf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.KeepRules;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** A disk that changes, and what is captured of it at several times: for tests of what becomes of these captures. */
abstract class RetentionBench {
    static final long DISK_BYTES = 6 * MIB;

    final TestBench bench = new TestBench();
    final List<String> images = new ArrayList<>();
    final List<BenchDisk> then = new ArrayList<>();
    long partBytes;
    BenchDisk disk = bench.disk("/dev/sda", DISK_BYTES);

    @BeforeEach
    void makeDisk() throws Exception {
        disk = bench.disk("/dev/sda", DISK_BYTES);
        Layouts.gpt(disk.medium(), part(1, 2048, 4096), part(2, 8192, 2048));
        Layouts.content(disk.medium(), new Extent(MIB, 2 * MIB), 1);
        Layouts.content(disk.medium(), new Extent(4 * MIB, MIB), 2);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    void capture(Request.Kind kind) throws Exception {
        captured(bench.run(bench.plan(request(kind))));
    }

    Request.Capture request(Request.Kind kind) {
        return TestBench.inParts(captureOf(kind, "/dev/sda", bench.images()), partBytes, true);
    }

    /** Takes note of a capture, and changes the disk. */
    void captured(Report report) throws Exception {
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        images.add(report.resultPath());
        BenchDisk copy = new BenchDisk("/dev/sda", DISK_BYTES, SectorSize.SECTOR_512);
        ByteBuffer buffer = ByteBuffer.allocate((int) DISK_BYTES);
        disk.medium().read(0, buffer);
        copy.medium().write(0, buffer.flip());
        then.add(copy);
        long changed = MIB + 300_000L * images.size() / 512 * 512;
        Layouts.content(disk.medium(), new Extent(changed, 8192), images.size());
    }

    /** A full image and incremental ones. */
    void chain(int length) throws Exception {
        capture(Request.Kind.FULL);
        for (int i = 1; i < length; i++) {
            capture(Request.Kind.INCREMENTAL);
        }
    }

    String set() {
        return String.valueOf(Path.of(images.getFirst()).getParent());
    }

    Plan prune(int last) throws Exception {
        return bench.plan(new Request.Prune(set(), new KeepRules(last, 0, 0, 0)));
    }

    List<ImageFacts> restorable() throws Exception {
        return bench.service().images(bench.images()).stream()
                .filter(ImageFacts::isRestorable)
                .toList();
    }

    /** The content of the disk at the time of one of the captures comes back from an image. */
    void assertRestores(String image, BenchDisk of) throws Exception {
        BenchDisk target = bench.disk("/dev/sdb", DISK_BYTES);
        Layouts.fill(target.medium(), 99);
        Report report = bench.restore(image, "/dev/sdb");
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(of, target);
    }

    /** The newest captures can be restored, each from some image. */
    void assertPointsRestore(int newest) throws Exception {
        for (BenchDisk point : then.subList(then.size() - newest, then.size())) {
            boolean found = false;
            for (ImageFacts image : restorable()) {
                BenchDisk target = bench.disk("/dev/sdb", DISK_BYTES);
                Layouts.fill(target.medium(), 99);
                assertThat(bench.restore(image.path(), "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
                found |= bytesOf(target, point);
            }
            assertThat(found).as("a restore point that had to stay").isTrue();
        }
    }

    private static boolean bytesOf(BenchDisk target, BenchDisk point) throws Exception {
        byte[] wanted = point.bytes(MIB, (int) (2 * MIB));
        return Arrays.equals(wanted, target.bytes(MIB, (int) (2 * MIB)));
    }

    /** The names of all files of the set. */
    List<String> files() throws IOException {
        try (Stream<Path> there = Files.list(Path.of(set()))) {
            return there.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    /** All files of the set, to put them back later. */
    SortedMap<String, byte[]> save() throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (String name : files()) {
            files.put(name, Files.readAllBytes(Path.of(set(), name)));
        }
        return files;
    }

    void putBack(SortedMap<String, byte[]> files) throws IOException {
        for (String name : files()) {
            Files.delete(Path.of(set(), name));
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(Path.of(set(), file.getKey()), file.getValue());
        }
    }
}
