package org.rescuekey.tui;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.rescuekey.tui.model.Size;

/** The screens, the shell and the end, with the threads of the event loop. */
class TextUiTest extends TextUiFixture {
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
}
