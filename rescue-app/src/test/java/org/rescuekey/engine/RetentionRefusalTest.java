package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.rescuekey.engine.StoreFaults.Hit;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageStore;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;

/** Nothing of a set goes while it is not known what may need it, or while there is no room; what goes wrong is told as it is. */
final class RetentionRefusalTest extends RetentionBench {
    private void assertRefused(String... words) {
        assertThatThrownBy(() -> prune(1))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll(words)
                .hasMessageContaining("plan again");
        assertThatThrownBy(() -> bench.plan(new Request.Consolidate(set(), "")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll(words);
    }

    private static String name(String image) {
        return String.valueOf(Path.of(image).getFileName());
    }

    /** Takes the last bytes from a file. */
    private static void cutOff(String image, int bytes) throws IOException {
        byte[] all = Files.readAllBytes(Path.of(image));
        Files.write(Path.of(image), Arrays.copyOf(all, all.length - bytes));
    }

    @Test
    void nothingGoesWhileAnImageIsDamaged() throws Exception {
        chain(3);
        capture(Request.Kind.DIFFERENTIAL);
        cutOff(images.get(3), 4096);
        assertRefused(name(images.get(3)), "no valid end");
        Files.write(Path.of(images.get(3)), new byte[100_000]);
        assertRefused(name(images.get(3)));
        Files.delete(Path.of(images.get(3)));
        assertThat(prune(1).steps()).isNotEmpty();
    }

    @Test
    void nothingGoesWhileAnImageIsIncomplete() throws Exception {
        chain(3);
        capture(Request.Kind.DIFFERENTIAL);
        cutOff(images.get(3), 10_000);
        bench.service().recover(images.get(3));
        assertRefused(name(images.get(3)), "did not finish");
    }

    @Test
    void nothingGoesWhileAParentIsMissing() throws Exception {
        chain(4);
        Path parent = Path.of(images.get(1));
        Path away = bench.directory().resolve("away");
        Files.move(parent, away);
        assertRefused(name(images.get(2)), name(images.get(3)), "not here");
        Files.move(away, parent);
        assertThat(prune(1).steps()).isNotEmpty();
    }

    @Test
    void whatAnUnfinishedCaptureBuildsOnStaysAsItIs() throws Exception {
        chain(3);
        bench.storesAre(StoreFaults.from(Hit.CHANGE, 12, DeviceException.ENOSPC)::on);
        assertThat(bench.run(bench.plan(request(Request.Kind.DIFFERENTIAL))).state())
                .isEqualTo(JobState.INCOMPLETE);
        bench.storesAre(store -> store);
        Plan plan = prune(1);
        assertThat(plan.toText())
                .contains(name(images.getFirst())
                        + " and what it builds on stay as they are, because the unfinished 004-diff");
        assertThat(bench.run(plan).state()).isEqualTo(JobState.COMPLETE);
        assertThat(files()).anyMatch(name -> name.endsWith(".partial"));
        assertThat(Path.of(images.getFirst())).exists();
        // The capture is gone on with, and what it made builds on what stayed.
        Plan resumed = bench.plan(request(Request.Kind.DIFFERENTIAL));
        assertThat(resumed.toText()).contains("Resumes ");
        captured(bench.run(resumed));
        assertRestores(images.getLast(), then.getLast());
    }

    @Test
    void whatAFullCaptureLeftIsNotTakenForALeftoverOfAMerger() throws Exception {
        chain(2);
        bench.storesAre(StoreFaults.from(Hit.CHANGE, 12, DeviceException.ENOSPC)::on);
        assertThat(bench.run(bench.plan(request(Request.Kind.FULL))).state()).isEqualTo(JobState.INCOMPLETE);
        bench.storesAre(store -> store);
        assertThat(bench.run(prune(1)).state()).isEqualTo(JobState.COMPLETE);
        Plan resumed = bench.plan(request(Request.Kind.FULL));
        assertThat(resumed.toText()).contains("Resumes ");
        captured(bench.run(resumed));
        assertRestores(images.getLast(), then.getLast());
    }

    /** What a merger left looks like an unfinished capture of the same disk, and must not become one. */
    @Test
    void noCaptureGoesOnWithWhatAMergerLeft() throws Exception {
        chain(2);
        Plan prune = prune(1);
        bench.storesAre(StoreFaults.from(Hit.CHANGE, 16, DeviceException.EIO)::on);
        assertThat(bench.run(prune).state()).isEqualTo(JobState.INCOMPLETE);
        bench.storesAre(store -> store);
        assertThat(files()).contains("003-full-2026-11-22-0906.rkimg.partial");
        assertThat(bench.plan(request(Request.Kind.FULL)).toText()).doesNotContain("Resumes ");
        assertThat(prune(1).toText()).contains("003-full-2026-11-22-0906.rkimg.partial goes");
    }

    @Test
    void thereIsRoomOrNothingIsBegun() throws Exception {
        chain(3);
        Plan plan = prune(1);
        String needs = "Merging needs up to ";
        assertThat(plan.toText()).contains(needs, " free.");
        long sizes = 0;
        for (String image : images) {
            sizes += Files.size(Path.of(image));
        }
        long needed = sizes + sizes / 64 + TestBench.MIB;
        bench.storesAre(store -> new Narrow(store, needed - 1));
        assertThatThrownBy(() -> prune(1))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll(needs, "Free space there");
        bench.storesAre(store -> new Narrow(store, 0));
        assertThatThrownBy(() -> prune(1)).isInstanceOf(RefusedException.class).hasMessageContaining(needs);
        bench.storesAre(store -> new Narrow(store, needed));
        Report report = bench.run(prune(1));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(report.writtenBytes()).isPositive().isLessThanOrEqualTo(needed);
        // Without a merger, no room is needed.
        capture(Request.Kind.FULL);
        bench.storesAre(store -> new Narrow(store, 0));
        assertThat(bench.run(prune(1)).state()).isEqualTo(JobState.COMPLETE);
    }

    private static final class Narrow extends UnflushedStore {
        private final long freeBytes;

        Narrow(ImageStore inner, long freeBytes) {
            super(inner);
            this.freeBytes = freeBytes;
        }

        @Override
        public long freeBytes() {
            return freeBytes;
        }
    }

    @Test
    void aMistakeInThisProgramIsToldWithWhatWasDone() throws Exception {
        chain(3);
        Plan plan = prune(1);
        bench.storesAre(store -> new UnflushedStore(store) {
            @Override
            public void delete(String name) throws RescueException {
                if (name.startsWith("002")) {
                    throw new IllegalStateException("a mistake");
                }
                super.delete(name);
            }
        });
        Report report = bench.run(plan);
        bench.storesAre(store -> store);
        assertThat(report.state()).isEqualTo(JobState.FAILED);
        assertThat(report.toText())
                .contains("004-full", "was made", name(images.get(2)) + " was deleted")
                .doesNotContain("Nothing was written", "Nothing is complete");
        assertPointsRestore(1);
        assertThat(bench.run(prune(1)).state()).isEqualTo(JobState.COMPLETE);
        assertThat(files()).hasSize(1);
    }

    @Test
    void anUnreadableFileInTheMakingIsLeftAndSaid() throws Exception {
        chain(2);
        Path begun = Path.of(set(), "009-full-2026-01-01-0000.rkimg.partial");
        Files.write(begun, new byte[5000]);
        Plan plan = prune(1);
        assertThat(plan.toText()).contains("009-full-2026-01-01-0000.rkimg.partial cannot be read");
        assertThat(bench.run(plan).state()).isEqualTo(JobState.COMPLETE);
        assertThat(begun).exists();
    }

    @Test
    void thePlaceIsOpenedForWriting() throws Exception {
        chain(2);
        int before = bench.machine().placesOpenedForWriting().size();
        bench.run(prune(1));
        assertThat(bench.machine().placesOpenedForWriting()).hasSizeGreaterThan(before);
    }
}
