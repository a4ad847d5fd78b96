package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;

/** Two jobs that write into one set at the same time damage nothing, whichever of them has to give way. */
final class RetentionRaceTest extends RetentionBench {
    /** A job inside another one. */
    @FunctionalInterface
    private interface Job {
        void run() throws Exception;
    }

    private static void run(Job job) {
        try {
            job.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Runs a plan while another job runs. */
    private Report inside(Plan plan) throws RescueException {
        return bench.service().run(ConfirmedPlan.byDigest(plan, plan.digest()), new JobControl(event -> {}));
    }

    /** Runs a plan, and another job once when it comes to something. */
    private Report runWith(Plan plan, Predicate<JobEvent> when, Job job) throws Exception {
        List<Job> once = new ArrayList<>(List.of(job));
        Report report = bench.run(plan, (control, event) -> {
            if (!once.isEmpty() && when.test(event)) {
                run(once.removeFirst());
            }
        });
        assertThat(once).as("the other job").isEmpty();
        return report;
    }

    private static boolean beginsDeletion(JobEvent event) {
        return event instanceof JobEvent.StepStarted step && step.words().startsWith("Delete");
    }

    private static boolean isUnderWay(JobEvent event) {
        return event instanceof JobEvent.Progress progress && progress.doneBytes() > 0;
    }

    private void assertAllAreThere() throws Exception {
        for (int i = 0; i < images.size(); i++) {
            assertThat(Path.of(images.get(i))).exists();
            assertRestores(images.get(i), then.get(i));
        }
    }

    @Test
    void whatLandsBetweenPlanAndRunIsNotPassedOver() throws Exception {
        chain(3);
        Plan plan = prune(1);
        capture(Request.Kind.DIFFERENTIAL);
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.REFUSED);
        assertThat(report.toText()).contains("Nothing was written", "004-diff");
        assertAllAreThere();
    }

    @Test
    void whatLandsBetweenMergerAndDeletionKeepsItsParent() throws Exception {
        chain(3);
        Plan differential = bench.plan(request(Request.Kind.DIFFERENTIAL));
        Report report = runWith(prune(1), RetentionRaceTest::beginsDeletion, () -> captured(inside(differential)));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.FAILED);
        assertThat(report.toText()).contains("was made", "Another job changed", "004-diff");
        assertAllAreThere();
    }

    /** A store in which something happens right behind a change of a name. */
    private static final class Hooked extends UnflushedStore {
        private final String when;
        private final Job job;
        private final List<String> happened;

        Hooked(ImageStore inner, String when, List<String> happened, Job job) {
            super(inner);
            this.when = when;
            this.happened = happened;
            this.job = job;
        }

        private void changed(String name) {
            if (happened.isEmpty() && name.endsWith(when)) {
                happened.add(name);
                RetentionRaceTest.run(job);
            }
        }

        @Override
        public ImageOutput create(String name) throws RescueException {
            ImageOutput output = super.create(name);
            changed(name);
            return output;
        }

        @Override
        public void rename(String name, String newName) throws RescueException {
            super.rename(name, newName);
            changed(newName);
        }
    }

    @Test
    void anImageWhoseDeletionBeganGetsItsNameBack() throws Exception {
        chain(3);
        Plan differential = bench.plan(request(Request.Kind.DIFFERENTIAL));
        Plan prune = prune(1);
        List<String> happened = new ArrayList<>();
        bench.storesAre(store -> new Hooked(store, ".deleting", happened, () -> captured(inside(differential))));
        Report report = bench.run(prune);
        bench.storesAre(store -> store);
        assertThat(happened).hasSize(1);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.FAILED);
        assertAllAreThere();
        assertThat(files()).noneMatch(name -> name.endsWith(".deleting"));
    }

    @Test
    void aCaptureWhoseParentGoesWhenItBeginsEnds() throws Exception {
        chain(3);
        Plan differential = bench.plan(request(Request.Kind.DIFFERENTIAL));
        List<String> happened = new ArrayList<>();
        Path full = Path.of(images.getFirst());
        Path aside = Path.of(full + ".deleting");
        bench.storesAre(store -> new Hooked(store, ".partial", happened, () -> Files.move(full, aside)));
        Report report = bench.run(differential);
        bench.storesAre(store -> store);
        assertThat(happened).hasSize(1);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.FAILED);
        assertThat(report.toText()).contains("was deleted or renamed", "No image was made");
        assertThat(files()).noneMatch(name -> name.endsWith(".partial"));
        Files.move(aside, full);
        assertAllAreThere();
    }

    @Test
    void ofTwoCapturesWithOneNameTheSecondEnds() throws Exception {
        chain(2);
        Plan one = bench.plan(request(Request.Kind.INCREMENTAL));
        Plan other = bench.plan(request(Request.Kind.INCREMENTAL));
        List<Report> inner = new ArrayList<>();
        Report outer = runWith(one, RetentionRaceTest::isUnderWay, () -> inner.add(inside(other)));
        captured(outer);
        assertThat(inner)
                .singleElement()
                .satisfies(report -> assertThat(report.state().isSuccess())
                        .as(report.toText())
                        .isFalse());
        assertAllAreThere();
    }

    @Test
    void aCaptureDoesNotGoOnWithWhatAnotherOneWrites() throws Exception {
        chain(2);
        Plan one = bench.plan(request(Request.Kind.FULL));
        List<Report> inner = new ArrayList<>();
        Report outer = runWith(one, RetentionRaceTest::isUnderWay, () -> {
            Plan other = bench.plan(request(Request.Kind.FULL));
            assertThat(other.toText()).contains("Resumes ");
            inner.add(inside(other));
        });
        captured(outer);
        assertThat(inner)
                .singleElement()
                .satisfies(report -> assertThat(report.toText()).contains("another job writes it"));
        assertAllAreThere();
    }

    @Test
    void capturesWithTwoNamesBothFinish() throws Exception {
        chain(2);
        Plan one = bench.plan(request(Request.Kind.INCREMENTAL));
        Report outer = runWith(one, RetentionRaceTest::isUnderWay, () -> {
            Report report = inside(bench.plan(TestBench.anew(request(Request.Kind.DIFFERENTIAL))));
            assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
            images.add(report.resultPath());
            then.add(disk);
        });
        assertThat(outer.state()).as(outer.toText()).isEqualTo(JobState.COMPLETE);
        images.add(outer.resultPath());
        then.add(disk);
        assertAllAreThere();
    }

    @Test
    void aCaptureThatRunsKeepsItsParent() throws Exception {
        chain(3);
        Plan differential = bench.plan(request(Request.Kind.DIFFERENTIAL));
        Report outer = runWith(differential, RetentionRaceTest::isUnderWay, () -> {
            Plan plan = prune(1);
            assertThat(plan.toText()).contains("004-diff", "stay as they are");
            assertThat(inside(plan).state()).isEqualTo(JobState.COMPLETE);
        });
        captured(outer);
        assertThat(Path.of(images.getFirst())).exists();
        assertRestores(images.getLast(), then.getLast());
        assertPointsRestore(2);
    }

    @Test
    void ofTwoPrunesTheSecondGivesWay() throws Exception {
        chain(4);
        Plan plan = prune(1);
        List<Report> inner = new ArrayList<>();
        Report outer = runWith(plan, RetentionRaceTest::isUnderWay, () -> {
            Plan other = prune(1);
            assertThat(other.toText()).contains("a consolidation that was cut off began it");
            inner.add(inside(other));
            inner.add(inside(plan));
        });
        assertThat(outer.state()).as(outer.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(inner).hasSize(2).noneMatch(report -> report.state().isSuccess());
        assertThat(inner.getFirst().toText()).contains("another job writes it");
        assertThat(restorable()).hasSize(1);
        assertRestores(restorable().getFirst().path(), then.getLast());
    }
}
