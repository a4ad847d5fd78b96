package org.rescuekey.tui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.engine.JobEvent;
import org.rescuekey.engine.JobState;
import org.rescuekey.plan.Plan;
import org.rescuekey.tui.FakeService;
import org.rescuekey.tui.ScreenText;
import org.rescuekey.tui.Walk;
import org.rescuekey.tui.keys.Key.Kind;
import org.rescuekey.tui.view.Glyphs;
import org.rescuekey.tui.view.Look;
import org.rescuekey.tui.view.Palette;

/** What a user steers while a job runs, and what he is told when it does not get on. */
class RunScreenTest {
    private static final long MIB = 1L << 20;
    private static final Set<Cmd> ENDS_OF_THE_MACHINE = Set.of(new Cmd.PowerOff(), new Cmd.Reboot());

    private final Walk walk = new Walk(Size.STANDARD);

    @BeforeEach
    void startBackUp() {
        walk.type("b").press(Kind.ENTER, Kind.ENTER, Kind.ENTER, Kind.ENTER);
        walk.hear(new Msg.JobTold(new JobEvent.StepStarted(3, 6, "Read", 100_000 * MIB)));
    }

    private Job job() {
        return walk.model().job().orElseThrow();
    }

    private String screen() {
        return ScreenText.of(walk.model(), new Look(Glyphs.UNICODE, Palette.CONSOLE));
    }

    private void progress(long second, long mebibytes, JobEvent.Where where) {
        walk.hear(new Msg.JobTold(new JobEvent.Progress(
                3,
                mebibytes * MIB,
                100_000 * MIB,
                mebibytes * MIB,
                mebibytes * MIB / 2,
                second * 1_000_000_000L,
                where)));
    }

    private void end(JobState state) {
        Plan plan = job().plan();
        walk.hear(new Msg.JobTold(new JobEvent.Finished(
                FakeService.report(plan, state, Walk.START, Walk.START.plusSeconds(754), 127L << 30))));
    }

    @Test
    void aPauseIsShownAndIsNoPartOfTheRate() {
        for (int second = 1; second <= 10; second++) {
            walk.after(1);
            progress(second, second * 200L, JobEvent.Where.UNKNOWN);
        }
        walk.type("p").after(3600);
        assertThat(screen()).contains("Paused for 1:00:00. P lets the job go on.", "0:00:10");
        walk.type("p").after(1);
        progress(11, 11 * 200, JobEvent.Where.UNKNOWN);

        assertThat(job().elapsed(walk.model().now())).isEqualTo(Duration.ofSeconds(11));
        assertThat(job().averageRate()).isEqualTo(200 * MIB);
        assertThat(job().throughput().perSecond()).hasSize(11).last().isEqualTo(200 * MIB);
        assertThat(job().throughput().perSecond().subList(2, 11)).allMatch(rate -> rate == 200 * MIB);
        assertThat(screen()).doesNotContain("Paused for", "Nothing has moved");
    }

    @Test
    void aDeviceThatHangsIsNamedUntilItAnswers() {
        walk.after(1);
        progress(1, 200, new JobEvent.Where("/dev/sda", 200 * MIB, 0));
        walk.after(47).hear(new Msg.JobTold(new JobEvent.Waiting("/dev/sda", "read", 4096, 47)));
        progress(48, 200, new JobEvent.Where("/dev/sda", 200 * MIB, 0));
        assertThat(screen()).contains("/dev/sda has not answered a read at byte 4096 for 47 s.");

        progress(49, 201, new JobEvent.Where("/dev/sda", 201 * MIB, 0));
        assertThat(screen()).doesNotContain("has not answered");
    }

    @Test
    void whereItWorksAndWhatFailedIsShown() {
        walk.after(1);
        progress(1, 200, new JobEvent.Where("/dev/sda", 12_800 * MIB, 3));
        assertThat(screen()).contains("sda, 12.5 GiB", "Requests that a disk answered with an error: 3");
        walk.after(9);
        progress(10, 200, new JobEvent.Where("/dev/sda", 12_800 * MIB + 512, 4));
        assertThat(screen())
                .as("it tries another place, so it does not stand still")
                .doesNotContain("Nothing has moved");
    }

    @Test
    void theRateCyclesThroughSomeLimitsAndBack() {
        walk.type("r");
        assertThat(walk.commands()).endsWith(new Cmd.LimitJob(100 * MIB));
        assertThat(screen()).contains("100.0 MiB/s");
        walk.type("rrrrr");
        assertThat(walk.commands()).endsWith(new Cmd.LimitJob(0));
        assertThat(job().steering().limitBytesPerSecond()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void onlyAfterACompleteJobTheMachineIsPoweredOff(JobState state) {
        walk.type("t");
        assertThat(screen()).contains("power off");
        end(state);
        assertThat(walk.commands().contains(new Cmd.PowerOff())).isEqualTo(state == JobState.COMPLETE);
        assertThat(walk.commands()).doesNotContain(new Cmd.Reboot());
    }

    @ParameterizedTest
    @EnumSource
    void onlyAfterACompleteJobTheMachineIsRestarted(JobState state) {
        walk.type("tt");
        end(state);
        assertThat(walk.commands().contains(new Cmd.Reboot())).isEqualTo(state == JobState.COMPLETE);
        assertThat(walk.commands()).doesNotContain(new Cmd.PowerOff());
    }

    @ParameterizedTest
    @EnumSource
    void unlessItWasChosenTheMachineStaysOn(JobState state) {
        walk.type("ttt");
        end(state);
        assertThat(walk.commands()).doesNotContainAnyElementsOf(ENDS_OF_THE_MACHINE);
    }
}
