package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.TestBench.MIB;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** A disk, and two places that a capture of it goes to. */
final class TwoPlaces implements AutoCloseable {
    static final long DISK_BYTES = 4 * MIB;

    final TestBench bench = new TestBench();
    final BenchDisk disk = bench.disk("/dev/sda", DISK_BYTES);
    final String first = bench.images();
    final String second = bench.directory().resolve("second").toString();

    TwoPlaces() {
        try {
            Files.createDirectory(Path.of(second));
            Layouts.content(disk.medium(), new Extent(0, DISK_BYTES), 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        bench.service().keys().forget();
        bench.close();
    }

    Request.Capture request(Request.Kind kind, String... places) {
        return request(kind, false, places);
    }

    Request.Capture request(Request.Kind kind, boolean encrypt, String... places) {
        return TestBench.to(TestBench.captureOf(kind, "/dev/sda", places[0]), places)
                .encrypted(encrypt);
    }

    Report captureToBoth(Request.Kind kind) throws RescueException {
        return bench.run(bench.plan(request(kind, first, second)));
    }

    static List<Path> images(String place, String suffix) {
        try (Stream<Path> files = Files.walk(Path.of(place))) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Path> images(String place) {
        return images(place, ".rkimg");
    }

    void assertRestores(Path image) throws RescueException {
        assertThat(bench.verify(image.toString()).state()).isEqualTo(JobState.COMPLETE);
        BenchDisk target = bench.disk("/dev/sdb", DISK_BYTES);
        Layouts.fill(target.medium(), 77);
        Report report = bench.restore(image.toString(), "/dev/sdb");
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(disk, target);
    }

    void faultsIn(String place, StoreFaults faults) {
        bench.storesAre(store -> store.place().startsWith(place) ? faults.on(store) : store);
    }

    void noFaults() {
        bench.storesAre(store -> store);
    }

    static void remove(String place) {
        for (Path file : images(place, "")) {
            try {
                if (Files.isRegularFile(file)) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
