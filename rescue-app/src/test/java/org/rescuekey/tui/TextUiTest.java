package org.rescuekey.tui;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.engine.ImageKeyService;
import org.rescuekey.engine.JobControl;
import org.rescuekey.engine.JobState;
import org.rescuekey.engine.Report;
import org.rescuekey.engine.RescueService;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.Place;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.PlanResult;
import org.rescuekey.plan.Request;
import org.rescuekey.tui.model.Size;
import org.rescuekey.tui.view.Glyphs;
import org.rescuekey.tui.view.Look;
import org.rescuekey.tui.view.Palette;

/** The event loop with its threads, on a terminal in memory. */
class TextUiTest {
    private static final String ESC = "\u001B";

    private final FakeLine line = new FakeLine(Size.STANDARD);
    private final Gate gate = new Gate();
    private final Host host = new Host();
    private final CountingClock clock = new CountingClock();
    private CompletableFuture<Integer> ui = new CompletableFuture<>();
    private TextUi textUi = new TextUi(gate, line, host, clock, new Look(Glyphs.UNICODE, Palette.CONSOLE));

    @BeforeEach
    void start() {
        ui = CompletableFuture.supplyAsync(() -> {
            try {
                return textUi.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @AfterEach
    void end() throws Exception {
        gate.open.countDown();
        gate.jobMayEnd.countDown();
        host.finish.countDown();
        line.hangUp();
        ui.get(30, TimeUnit.SECONDS);
        assertThat(line.isRaw()).isFalse();
    }

    @Test
    void theScreenLivesWhileADiskDoesNotAnswer() throws Exception {
        line.await("Looking at the disks");
        line.type("l");
        line.await("Rescue Key   Log");
        line.type(ESC);
        line.await("Rescue Key   Home");
        gate.open.countDown();
        line.await("Samsung SSD 970");
    }

    @Test
    void aWholeBackUp() throws Exception {
        gate.open.countDown();
        line.await("Samsung SSD 970");
        line.type("b");
        line.await("which disk");
        line.type("\r");
        line.await("[x] 4 Recovery");
        line.type("\r");
        line.await("nas:/images");
        line.type("\r");
        line.await("What will be done");
        line.type("\r");
        line.await("C O M P L E T E");
        line.type("\r");
        line.await("Rescue Key   Home");
    }

    private void beginABackUp() throws Exception {
        gate.open.countDown();
        line.await("Samsung SSD 970");
        line.type("b");
        line.await("which disk");
        line.type("\r");
        line.await("[x] 4 Recovery");
        line.type("\r");
        line.await("nas:/images");
        line.type("\r");
        line.await("What will be done");
        line.type("\r");
    }

    @Test
    void anErrorInAJobEndsInAReportInWords() throws Exception {
        gate.breaksWith = new OutOfMemoryError("Java heap space");
        beginABackUp();
        line.await("F A I L E D");
        line.await("There is not enough memory.");
        line.type("\r");
        line.await("Rescue Key   Home");
    }

    @Test
    void anErrorWhilePlanningIsAnAnswer() throws Exception {
        gate.breaksPlans = new NoClassDefFoundError("org/rescuekey/Gone");
        gate.open.countDown();
        line.await("Samsung SSD 970");
        line.type("b");
        line.await("which disk");
        line.type("\r");
        line.await("[x] 4 Recovery");
        line.type("\r");
        line.await("nas:/images");
        line.type("\r");
        line.await("NoClassDefFoundError");
    }

    /** As SIGTERM and SIGHUP do. */
    @Test
    void anEndFromOutsideCancelsTheJobAndRestoresTheTerminal() throws Exception {
        gate.holdUntilCancelled = true;
        beginABackUp();
        assertThat(gate.jobRuns.await(30, TimeUnit.SECONDS)).isTrue();
        Thread ender = Thread.ofPlatform().name("ender").start(textUi::end);
        assertThat(gate.cancelSeen.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ender.isAlive()).as("waits for the job").isTrue();
        assertThat(ui).isNotDone();
        gate.jobMayEnd.countDown();
        ender.join();
        assertThat(ui.get(30, TimeUnit.SECONDS)).isEqualTo(TextUi.INTERRUPTED);
        assertThat(Objects.requireNonNull(gate.report).state()).isEqualTo(JobState.CANCELLED);
        assertThat(line.isRaw()).isFalse();
        assertThat(line.screen()).isBlank();
    }

    @Test
    void anEndFromOutsideWithoutAJobIsQuick() throws Exception {
        gate.open.countDown();
        line.await("Samsung SSD 970");
        textUi.end();
        assertThat(ui.get(30, TimeUnit.SECONDS)).isEqualTo(TextUi.INTERRUPTED);
        assertThat(line.isRaw()).isFalse();
    }

    @Test
    void quitEndsAndLeavesTheTerminalAsItWas() throws Exception {
        line.await("Q  Quit");
        line.type("q");
        assertThat(ui.get(30, TimeUnit.SECONDS)).isEqualTo(TextUi.ENDED);
        assertThat(line.screen()).isBlank();
    }

    @Test
    void theScreenFollowsTheTerminalsSize() throws Exception {
        gate.open.countDown();
        line.await("NVMe  /dev/nvme0n1");
        line.resize(new Size(120, 40));
        line.await("serial S4EVNX0N123456A                                  ");
        line.resize(Size.STANDARD);
        line.await("Samsung SSD 970 EVO..., 500.1 GB");
    }

    @Test
    void theShellHasTheLineForItself() throws Exception {
        gate.open.countDown();
        line.await("Samsung SSD 970");
        line.type("s");
        assertThat(host.began.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(line.isRaw()).isFalse();
        assertThat(line.isBeingRead()).isFalse();
        assertThat(line.screen()).isBlank();
        host.finish.countDown();
        line.await("Rescue Key   Home");
        assertThat(line.isRaw()).isTrue();
        line.type("l");
        line.await("Shell opened.");
    }

    @Test
    void aJobEndsBeforeTheProgramDoesWhenTheTerminalIsGone() throws Exception {
        gate.open.countDown();
        gate.holdJobs = true;
        line.await("Samsung SSD 970");
        line.type("b\r\r");
        line.await("nas:/images");
        line.type("\r");
        line.await("What will be done");
        line.type("\r");
        line.await("Rescue Key   Running");
        assertThat(gate.jobRuns.await(30, TimeUnit.SECONDS)).isTrue();
        line.hangUp();
        assertThat(line.awaitGone()).isTrue();
        int turns = clock.askedSoFar();
        while (!ui.isDone() && clock.askedSoFar() < turns + 4) {
            clock.awaitNext();
        }
        assertThat(ui.isDone()).as("the program has ended before the job").isFalse();

        gate.jobMayEnd.countDown();
        assertThat(ui.get(30, TimeUnit.SECONDS)).isEqualTo(TextUi.HUNG_UP);
    }

    @Test
    void anErrorWithinAJobIsAFailedReport() throws Exception {
        gate.open.countDown();
        gate.breakJobs = true;
        line.await("Samsung SSD 970");
        line.type("b\r\r");
        line.await("nas:/images");
        line.type("\r");
        line.await("What will be done");
        line.type("\r");
        line.await("F A I L E D");
        line.await("broken on purpose");
    }

    @Test
    void whatGoesWrongOutsideIsSaidOnTheScreen() throws Exception {
        gate.failure = "sdb does not answer";
        gate.open.countDown();
        line.await("sdb does not answer");
    }

    @Test
    void aFaultOfTheProgramIsSaidAndTheUiGoesOn() throws Exception {
        gate.faultyImages = true;
        gate.open.countDown();
        line.await("Samsung SSD 970");
        line.type("r");
        line.await("nas:/images");
        line.type("\r");
        line.await("An internal error: see the log.");
        line.type(ESC);
        line.await("Rescue Key   Restore: where");
        line.type(ESC);
        line.await("Rescue Key   Home");
    }

    /** Tells how often the event loop, which asks for the time at each turn, has turned. */
    private static final class CountingClock extends Clock {
        private int asked;

        @Override
        public synchronized Instant instant() {
            asked++;
            notifyAll();
            return Instant.now();
        }

        synchronized int askedSoFar() {
            return asked;
        }

        /** Waits for the next turn, or a while if there is none. */
        synchronized void awaitNext() throws InterruptedException {
            int before = asked;
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            while (asked == before && System.nanoTime() < deadline) {
                wait(100);
            }
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** A service whose first answer waits until a gate opens. */
    private static final class Gate implements RescueService {
        private final FakeService service = new FakeService(Clock.systemUTC(), 0);
        private final CountDownLatch open = new CountDownLatch(1);
        private final CountDownLatch jobRuns = new CountDownLatch(1);
        private final CountDownLatch jobMayEnd = new CountDownLatch(1);
        private final CountDownLatch cancelSeen = new CountDownLatch(1);
        private volatile boolean holdJobs;
        private volatile boolean holdUntilCancelled;
        private volatile boolean breakJobs;
        private volatile @Nullable Error breaksWith;
        private volatile @Nullable Error breaksPlans;
        private volatile @Nullable Report report;
        private volatile boolean faultyImages;
        private volatile String failure = "";

        @Override
        public Machine inventory() throws RescueException {
            await(open);
            if (!failure.isEmpty()) {
                throw new DeviceException(failure, DeviceException.EIO);
            }
            return service.inventory();
        }

        @Override
        public List<Place> places() {
            return service.places();
        }

        @Override
        public Place openPlace(Place place) {
            return service.openPlace(place);
        }

        @Override
        public List<ImageFacts> images(String directory) {
            return faultyImages ? new Faulty<>() : service.images(directory);
        }

        @Override
        public ImageFacts image(String path) {
            return service.image(path);
        }

        @Override
        public ImageFacts recover(String path) {
            return service.recover(path);
        }

        @Override
        public ImageKeyService keys() {
            return service.keys();
        }

        @Override
        public PlanResult plan(Request request) {
            if (breaksPlans != null) {
                throw breaksPlans;
            }
            return service.plan(request);
        }

        @Override
        public Report run(ConfirmedPlan plan, JobControl handle) {
            jobRuns.countDown();
            if (breaksWith != null) {
                throw breaksWith;
            }
            if (breakJobs) {
                throw new IllegalStateException("broken on purpose");
            }
            if (holdUntilCancelled) {
                awaitCancel(handle);
            }
            if (holdJobs || holdUntilCancelled) {
                await(jobMayEnd);
            }
            Report made = service.run(plan, handle);
            report = made;
            return made;
        }

        @Override
        public void releasePlaces() {
            service.releasePlaces();
        }

        @Override
        public String version() {
            return service.version();
        }

        /** A paused job waits, until it is cancelled. */
        private void awaitCancel(JobControl handle) {
            handle.pause(true);
            try {
                handle.checkpoint();
            } catch (CancelledException e) {
                cancelSeen.countDown();
            }
        }

        private static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A list that breaks when it is looked at. */
    private static final class Faulty<T> extends AbstractList<T> {
        @Override
        public T get(int index) {
            throw new IllegalStateException("broken on purpose");
        }

        @Override
        public int size() {
            return 1;
        }
    }

    /** A system whose shell runs until the test lets it end. */
    private static final class Host implements TuiHost {
        private final CountDownLatch began = new CountDownLatch(1);
        private final CountDownLatch finish = new CountDownLatch(1);

        @Override
        public boolean ownsMachine() {
            return false;
        }

        @Override
        public void runShell() throws IOException {
            began.countDown();
            try {
                finish.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void powerOff() throws IOException {
            throw new IOException("not here");
        }

        @Override
        public void reboot() throws IOException {
            throw new IOException("not here");
        }
    }
}
