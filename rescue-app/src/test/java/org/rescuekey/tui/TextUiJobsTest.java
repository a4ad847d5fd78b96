package org.rescuekey.tui;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.rescuekey.engine.JobState;

/** Jobs, how they end and what ends them, with the threads of the event loop. */
class TextUiJobsTest extends TextUiFixture {
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
}
