package org.rescuekey.tui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.rescuekey.engine.JobEvent;
import org.rescuekey.engine.JobState;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.plan.JobKind;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.PlanResult;
import org.rescuekey.plan.Request;
import org.rescuekey.tui.FakeService;
import org.rescuekey.tui.Invented;
import org.rescuekey.tui.Walk;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;
import org.rescuekey.tui.keys.Key.Kind;

/** The flows of the text UI as a user walks through them, without a terminal. */
class FlowTest {
    private final Walk walk = new Walk(Size.STANDARD);

    @Test
    void aBackUpOfTheWholeDiskTakesFiveKeys() {
        walk.type("b").press(Kind.ENTER, Kind.ENTER, Kind.ENTER);

        assertThat(walk.model().screen()).isInstanceOfSatisfying(PlanScreen.class, screen -> {
            assertThat(screen.plan().kind()).isEqualTo(JobKind.CAPTURE);
            assertThat(screen.plan().commandLine())
                    .isEqualTo("rescuekey capture /dev/nvme0n1 --to /dev/sdb1 --level auto");
        });
        walk.press(Kind.ENTER);
        assertThat(walk.model().screen()).isEqualTo(new RunScreen(false));
        assertThat(walk.commands()).singleElement().isInstanceOf(Cmd.RunJob.class);
    }

    @Test
    void partitionsThatAreLeftOutAreNotBackedUp() {
        walk.type("b").press(Kind.ENTER, Kind.DOWN).type(" ").press(Kind.ENTER, Kind.ENTER);

        Plan plan = ((PlanScreen) walk.model().screen()).plan();
        assertThat(plan.steps()).extracting(step -> step.words()).noneMatch(words -> words.contains("partition 2"));
        assertThat(plan.steps()).hasSize(5);
    }

    @Test
    void aDiskWithNothingTickedCannotBeBackedUp() {
        walk.type("b").press(Kind.ENTER).type("a").press(Kind.ENTER);

        assertThat(walk.model().screen()).isInstanceOf(PartitionScreen.class);
        assertThat(walk.model().notice()).startsWith("Tick at least one partition");
    }

    @Test
    void anImageIsNeverPutOnTheDiskThatIsBackedUp() {
        walk.type("b").press(Kind.ENTER, Kind.ENTER);
        assertThat(((PlaceScreen) walk.model().screen()).selected()).isEqualTo(1);

        walk.press(Kind.UP, Kind.ENTER);

        assertThat(walk.model().screen()).isInstanceOf(PlaceScreen.class);
        assertThat(walk.model().notice()).contains("cannot be put on the disk that is backed up");
    }

    @Test
    void aRestoreNeedsTheRightPhrase() {
        toConfirmation();
        walk.type("789b").press(Kind.ENTER);

        assertThat(walk.model().screen()).isInstanceOfSatisfying(ConfirmScreen.class, screen -> {
            assertThat(screen.error()).contains("\"789b\" is not the last four characters of the serial number");
            assertThat(screen.typed()).isEmpty();
        });
        assertThat(walk.commands()).isEmpty();

        walk.press(Kind.ENTER);
        assertThat(walk.commands()).isEmpty();

        walk.type("456x").press(Kind.BACKSPACE).type("a").press(Kind.ENTER);
        assertThat(walk.commands()).singleElement().isInstanceOf(Cmd.RunJob.class);
        assertThat(walk.model().screen()).isInstanceOf(RunScreen.class);
    }

    @Test
    void theConfirmationTakesLettersThatAreKeysElsewhere() {
        toConfirmation();
        walk.type("?lpcb ");

        assertThat(walk.model().screen())
                .isInstanceOfSatisfying(
                        ConfirmScreen.class,
                        screen -> assertThat(screen.typed()).isEqualTo("?lpcb "));
    }

    @Test
    void anEmptyTargetNeedsEnterAlone() {
        toTargets();
        walk.press(Kind.HOME, Kind.DOWN, Kind.ENTER, Kind.ENTER, Kind.ENTER, Kind.ENTER);

        assertThat(walk.commands())
                .singleElement()
                .isInstanceOfSatisfying(
                        Cmd.RunJob.class,
                        run -> assertThat(run.plan().plan().overwrites().path()).isEqualTo("/dev/sda"));
    }

    @Test
    void theStickAndTheDiskWithTheImageAreNoTargets() {
        toTargets();
        walk.press(Kind.END, Kind.ENTER);

        assertThat(walk.model().screen()).isInstanceOf(DiskScreen.class);
        assertThat(walk.model().notice()).isEqualTo("This disk cannot be the target (this stick).");

        walk.press(Kind.UP, Kind.ENTER);
        assertThat(walk.model().screen()).isInstanceOf(DiskScreen.class);
        assertThat(walk.model().notice()).contains("(holds the image)");
        assertThat(walk.commands()).isEmpty();
    }

    @Test
    void aRefusedPlanSaysWhyAndGoesBackToTheChoice() {
        toTargets();
        Turn asked = PlanningScreen.open(
                walk.model(), new Request.Restore("/i", "/dev/sdc", new TreeMap<>(), false), Optional.empty());
        Model refused = Update.update(
                        asked.model(),
                        new Msg.PlanMade(
                                asked.model().lastTicket(),
                                new PlanResult.Refused("7 bytes are missing.", "Take another.")))
                .model();

        assertThat(refused.screen()).isEqualTo(new RefusalScreen("Refused", "7 bytes are missing.", "Take another."));
        Model back = Update.update(refused, new Msg.Pressed(Key.of(Kind.ENTER))).model();
        assertThat(back.screen()).isInstanceOf(DiskScreen.class);
    }

    @Test
    void anImageWithUnreadableSectorsNeedsADecision() {
        walk.type("r").press(Kind.DOWN, Kind.ENTER, Kind.DOWN, Kind.ENTER);
        assertThat(walk.model().screen()).isInstanceOf(UnreadableScreen.class);

        walk.press(Kind.ENTER);
        assertThat(walk.model().screen())
                .isInstanceOfSatisfying(
                        DiskScreen.class,
                        screen -> assertThat(((DiskRole.Target) screen.role()).acceptUnreadable())
                                .isTrue());
    }

    @Test
    void anIncompleteImageIsNotRestored() {
        walk.type("r").press(Kind.DOWN, Kind.ENTER, Kind.DOWN, Kind.DOWN, Kind.ENTER);

        assertThat(walk.model().screen()).isInstanceOf(ImageScreen.class);
        assertThat(walk.model().notice()).isEqualTo("This image is incomplete and cannot be restored.");
    }

    @Test
    void anyImageIsVerifiedWithoutAConfirmation() {
        walk.type("v").press(Kind.DOWN, Kind.ENTER, Kind.END, Kind.ENTER, Kind.DOWN, Kind.ENTER);

        assertThat(walk.commands())
                .singleElement()
                .isInstanceOfSatisfying(
                        Cmd.RunJob.class,
                        run -> assertThat(run.plan().plan().title()).endsWith("(structure)"));
    }

    @Test
    void anAnswerThatComesTooLateGoesToNobody() {
        Turn asked = PlaceScreen.open(walk.model(), new Purpose.Restore());
        Model home = asked.model().pop();

        Turn late = Update.update(home, new Msg.PlacesRead(asked.model().lastTicket(), Invented.places()));

        assertThat(late.model()).isEqualTo(home);
    }

    @Test
    void aFailureStandsInThePlaceOfWhatWasAsked() {
        Turn asked = PlaceScreen.open(walk.model(), new Purpose.Restore());
        Model failed = Update.update(
                        asked.model(), new Msg.Failed(asked.model().lastTicket(), "The disk does not answer.", "Wait."))
                .model();

        assertThat(((PlaceScreen) failed.screen()).places())
                .isEqualTo(new Load.Failed<>("The disk does not answer.", "Wait."));
        assertThat(Bindings.of(failed)).filteredOn(Binding::isDisabled).isNotEmpty();
    }

    @Test
    void placesThatWereOnlyLookedIntoAreLetGo() {
        walk.type("b").press(Kind.ENTER, Kind.ENTER);
        assertThat(walk.model().screen()).isInstanceOf(PlaceScreen.class);
        walk.type("k").press(Kind.ESCAPE);
        assertThat(walk.model().screen()).isInstanceOf(PartitionScreen.class);
        assertThat(walk.commands()).endsWith(new Cmd.ReleasePlaces());

        startBackUpFromPartitions();
        assertThat(walk.commands())
                .filteredOn(command -> command instanceof Cmd.ReleasePlaces)
                .as("not while a job works there")
                .hasSize(1);
    }

    @Test
    void cancellingAsksAndThenCancelsOnce() {
        startBackUp();
        walk.type("c");
        assertThat(walk.model().screen()).isEqualTo(new RunScreen(true));
        walk.press(Kind.ESCAPE);
        assertThat(walk.model().screen()).isEqualTo(new RunScreen(false));
        assertThat(walk.commands()).doesNotHaveAnyElementsOfTypes(Cmd.CancelJob.class);

        walk.type("ccc");

        assertThat(walk.commands())
                .filteredOn(command -> command instanceof Cmd.CancelJob)
                .hasSize(1);
        assertThat(walk.model().notice()).contains("being cancelled");
    }

    @Test
    void pausingAndGoingOnAreTold() {
        startBackUp();
        walk.type("pp");

        assertThat(walk.commands()).endsWith(new Cmd.PauseJob(true), new Cmd.PauseJob(false));
    }

    @Test
    void aJobGoesOnWhenItsScreenIsLeftAndNoOtherIsStarted() {
        startBackUp();
        walk.press(Kind.ESCAPE).type("r");

        assertThat(walk.model().screen()).isInstanceOf(HomeScreen.class);
        assertThat(walk.model().notice()).startsWith("One job at a time");
        walk.type("p");
        assertThat(walk.model().notice()).startsWith("A job is running");
        walk.type("j");
        assertThat(walk.model().screen()).isInstanceOf(RunScreen.class);
    }

    @Test
    void theReportStandsAboveHomeWhereverTheUserWas() {
        startBackUp();
        Plan plan = walk.model().job().orElseThrow().plan();
        walk.type("l").press(Kind.F1).hear(finished(plan, JobState.COMPLETE));

        assertThat(walk.model().screens()).hasSize(2).last().isInstanceOf(ReportScreen.class);
        assertThat(walk.model().isJobRunning()).isFalse();
        walk.press(Kind.ENTER);
        assertThat(walk.model().screen()).isInstanceOf(HomeScreen.class);
    }

    @Test
    void poweringOffIsOfferedOnlyAfterComplete() {
        for (JobState state : JobState.values()) {
            Walk fresh = new Walk(Size.STANDARD);
            fresh.type("b").press(Kind.ENTER, Kind.ENTER, Kind.ENTER, Kind.ENTER);
            Plan plan = fresh.model().job().orElseThrow().plan();
            fresh.hear(finished(plan, state)).type("p");

            Class<? extends Screen> expected = state == JobState.COMPLETE ? PowerScreen.class : ReportScreen.class;
            assertThat(fresh.model().screen()).as(state.name()).isInstanceOf(expected);
        }
    }

    @Test
    void poweringOffAsks() {
        walk.type("p");
        assertThat(walk.commands()).isEmpty();
        walk.press(Kind.ENTER);
        assertThat(walk.commands()).containsExactly(new Cmd.PowerOff());
    }

    @Test
    void progressMakesRateAndTimeLeft() {
        startBackUp();
        long mib = 1L << 20;
        walk.hear(new Msg.JobTold(new JobEvent.StepStarted(3, 6, "Read", 100_000 * mib)));
        for (long second = 1; second <= 10; second++) {
            walk.after(1);
            walk.hear(new Msg.JobTold(new JobEvent.Progress(
                    3,
                    second * 200 * mib,
                    100_000 * mib,
                    second * 200 * mib,
                    second * 100 * mib,
                    second * 1_000_000_000L)));
        }
        Job job = walk.model().job().orElseThrow();

        assertThat(job.throughput().recent(5)).isEqualTo(200 * mib);
        assertThat(job.averageRate()).isEqualTo(200 * mib);
        assertThat(job.left().orElseThrow().toSeconds()).isBetween(1000L, 1300L);
        assertThat(job.fraction()).isBetween(0.005, 0.02);
    }

    @Test
    void theDisksAreLookedAtAgainAfterAJob() {
        startBackUp();
        Plan plan = walk.model().job().orElseThrow().plan();
        Turn turn = Update.update(walk.model(), finished(plan, JobState.CANCELLED));

        assertThat(turn.commands()).hasOnlyElementsOfType(Cmd.ReadMachine.class);
    }

    @Test
    void aMarkedDiskStaysMarkedWhenAnotherOneAppearsBeforeIt() {
        walk.type("b").press(Kind.DOWN);
        List<DiskInfo> turned = List.of(Invented.stick(), Invented.backup(), Invented.empty(), Invented.windows());
        Model model = walk.model().withMachine(new Load.Ready<>(new Machine("PC", "UEFI", false, 1L << 30, turned)));

        assertThat(((DiskScreen) model.screen()).selected(model).orElseThrow().path())
                .isEqualTo("/dev/sda");
    }

    private void toTargets() {
        walk.type("r").press(Kind.DOWN, Kind.ENTER, Kind.ENTER);
        assertThat(walk.model().screen()).isInstanceOf(DiskScreen.class);
    }

    private void toConfirmation() {
        toTargets();
        walk.press(Kind.ENTER, Kind.ENTER, Kind.ENTER);
        assertThat(walk.model().screen()).isInstanceOf(ConfirmScreen.class);
    }

    private void startBackUp() {
        walk.type("b").press(Kind.ENTER);
        startBackUpFromPartitions();
    }

    private void startBackUpFromPartitions() {
        walk.press(Kind.ENTER, Kind.ENTER, Kind.ENTER);
        assertThat(walk.model().isJobRunning()).isTrue();
    }

    private static Msg finished(Plan plan, JobState state) {
        return new Msg.JobTold(new JobEvent.Finished(
                FakeService.report(plan, state, Walk.START, Walk.START.plusSeconds(754), 127L << 30)));
    }
}
