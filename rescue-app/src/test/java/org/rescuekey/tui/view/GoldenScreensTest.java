package org.rescuekey.tui.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.rescuekey.engine.JobEvent;
import org.rescuekey.engine.JobState;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.PlanResult;
import org.rescuekey.tui.FakeService;
import org.rescuekey.tui.Invented;
import org.rescuekey.tui.InventedSets;
import org.rescuekey.tui.ScreenText;
import org.rescuekey.tui.Walk;
import org.rescuekey.tui.keys.Key.Kind;
import org.rescuekey.tui.model.Model;
import org.rescuekey.tui.model.Msg;
import org.rescuekey.tui.model.Size;

/**
 * Every screen as it was last looked at and approved, at 80x24 and 120x40. To approve a change, run this class with
 * {@code -Dscreens.update=true}, look at the difference of src/test/resources/screens, and commit it.
 */
class GoldenScreensTest {
    private static final Path SCREENS = Path.of("src/test/resources/screens");
    private static final long MIB = 1L << 20;

    private static final Map<String, Consumer<Walk>> WALKS = Map.ofEntries(
            Map.entry("home", walk -> {}),
            Map.entry("back-up-disk", walk -> walk.type("b")),
            Map.entry(
                    "back-up-partitions",
                    walk -> walk.type("b").press(Kind.ENTER, Kind.DOWN).type(" ")),
            Map.entry(
                    "back-up-partition-state",
                    walk -> walk.type("b")
                            .press(Kind.ENTER, Kind.DOWN, Kind.DOWN)
                            .type("x")),
            Map.entry("back-up-place", walk -> walk.type("b").press(Kind.ENTER, Kind.ENTER)),
            Map.entry("back-up-plan", walk -> walk.type("b").press(Kind.ENTER, Kind.ENTER, Kind.ENTER)),
            Map.entry("run", GoldenScreensTest::running),
            Map.entry("run-waiting", GoldenScreensTest::waiting),
            Map.entry("run-paused", walk -> running(walk).type("rtp").after(125)),
            Map.entry("run-cancel", walk -> running(walk.type("")).type("c")),
            Map.entry("home-while-running", walk -> running(walk).press(Kind.ESCAPE)),
            Map.entry("report-complete", walk -> finish(running(walk), JobState.COMPLETE)),
            Map.entry("report-cancelled", walk -> finish(running(walk), JobState.CANCELLED)),
            Map.entry("restore-image", walk -> walk.type("r").press(Kind.DOWN, Kind.ENTER, Kind.DOWN)),
            Map.entry("timelines", walk -> walk.type("r").press(Kind.END, Kind.ENTER, Kind.DOWN, Kind.DOWN)),
            Map.entry(
                    "timelines-next-set",
                    walk -> walk.type("r").press(Kind.END, Kind.ENTER).type("n")),
            Map.entry(
                    "images-with-unfinished",
                    walk -> walk.type("i").press(Kind.END, Kind.ENTER).type("n").press(Kind.END, Kind.UP, Kind.UP)),
            Map.entry("tidy-up", walk -> tidy(walk).press(Kind.DOWN, Kind.RIGHT)),
            Map.entry("tidy-up-plan", walk -> rules(tidy(walk)).press(Kind.ENTER)),
            Map.entry("tidy-up-confirm", walk -> rules(tidy(walk)).press(Kind.ENTER, Kind.ENTER, Kind.ENTER)),
            Map.entry("tidy-up-consolidation-plan", walk -> tidy(walk).press(Kind.END, Kind.ENTER)),
            Map.entry("timeline-long", GoldenScreensTest::longTimeline),
            Map.entry(
                    "password",
                    walk -> walk.type("r")
                            .press(Kind.END, Kind.ENTER, Kind.ENTER)
                            .type("secret?")),
            Map.entry(
                    "password-wrong",
                    walk -> walk.type("r")
                            .press(Kind.END, Kind.ENTER, Kind.ENTER)
                            .type("secret")
                            .press(Kind.ENTER)),
            Map.entry(
                    "password-tried",
                    walk -> walk.type("r")
                            .press(Kind.END, Kind.ENTER, Kind.ENTER)
                            .type("secret")
                            .unanswered()
                            .press(Kind.ENTER)),
            Map.entry(
                    "password-new",
                    walk -> walk.type("b")
                            .press(Kind.ENTER, Kind.ENTER)
                            .type("e")
                            .press(Kind.ENTER)
                            .type("secret")
                            .press(Kind.ENTER)
                            .type("sec")),
            Map.entry(
                    "back-up-place-encrypted",
                    walk -> walk.type("b").press(Kind.ENTER, Kind.ENTER).type("e")),
            Map.entry("restore-unreadable", walk -> walk.type("r").press(Kind.DOWN, Kind.ENTER, Kind.DOWN, Kind.ENTER)),
            Map.entry("restore-target", walk -> targets(walk).press(Kind.END)),
            Map.entry("restore-pictures", walk -> targets(walk).press(Kind.DOWN, Kind.ENTER)),
            Map.entry("restore-plan", walk -> targets(walk).press(Kind.ENTER, Kind.ENTER)),
            Map.entry(
                    "restore-confirm",
                    walk -> targets(walk)
                            .press(Kind.ENTER, Kind.ENTER, Kind.ENTER)
                            .type("4568")
                            .press(Kind.ENTER)),
            Map.entry(
                    "restore-confirm-empty",
                    walk -> targets(walk).press(Kind.DOWN, Kind.ENTER, Kind.ENTER, Kind.ENTER)),
            Map.entry("clone-source", walk -> walk.type("c")),
            Map.entry("clone-target", walk -> walk.type("c").press(Kind.ENTER).type("xd")),
            Map.entry(
                    "clone-target-refused",
                    walk -> walk.type("c").press(Kind.ENTER).press(Kind.HOME)),
            Map.entry("clone-pictures", walk -> cloning(walk)),
            Map.entry("clone-plan", walk -> cloning(walk).press(Kind.ENTER)),
            Map.entry("clone-plan-end", walk -> cloning(walk).press(Kind.ENTER, Kind.END)),
            Map.entry("clone-confirm", walk -> cloning(walk).press(Kind.ENTER, Kind.ENTER)),
            Map.entry("clone-cancel", GoldenScreensTest::cloneRunning),
            Map.entry(
                    "back-up-no-partitions",
                    walk -> walk.type("b").press(Kind.DOWN, Kind.ENTER).type("x")),
            Map.entry("verify-how", walk -> walk.type("v").press(Kind.DOWN, Kind.ENTER, Kind.ENTER)),
            Map.entry(
                    "restore-planning",
                    walk -> targets(walk).unanswered().press(Kind.ENTER).hear(new Msg.Tick())),
            Map.entry("restore-refused", GoldenScreensTest::refused),
            Map.entry("back-up-no-places", GoldenScreensTest::noPlaces),
            Map.entry("power", walk -> walk.type("p")),
            Map.entry("log", walk -> running(walk).type("l")),
            Map.entry("help", walk -> walk.press(Kind.F1)));

    @TestFactory
    Stream<DynamicTest> screens() {
        return Stream.of(Size.STANDARD, new Size(120, 40))
                .flatMap(size -> WALKS.entrySet().stream()
                        .map(walk -> DynamicTest.dynamicTest(
                                walk.getKey() + " at " + size.columns() + "x" + size.rows(),
                                () -> check(walk.getKey(), size, walk.getValue()))));
    }

    private static void check(String name, Size size, Consumer<Walk> steps) throws IOException {
        Walk walk = new Walk(size);
        steps.accept(walk);
        String drawn = ScreenText.of(walk.model(), new Look(Glyphs.UNICODE, Palette.CONSOLE));
        Path golden = SCREENS.resolve(name + "-" + size.columns() + "x" + size.rows() + ".txt");
        if (Boolean.getBoolean("screens.update")) {
            Files.createDirectories(SCREENS);
            Files.writeString(golden, drawn);
        }
        assertThat(golden).as("approved screen").exists();
        assertThat(drawn).isEqualTo(Files.readString(golden));
    }

    private static void refused(Walk walk) {
        targets(walk).unanswered().press(Kind.ENTER);
        walk.hear(new Msg.PlanMade(
                walk.model().lastTicket(),
                new PlanResult.Refused(
                        "SanDisk Ultra Fit, 30.8 GB is too small: 469,355,862,016 bytes (437.1 GiB) are missing.",
                        "Choose a target of at least 500,107,862,016 bytes (465.8 GiB).")));
    }

    private static void noPlaces(Walk walk) {
        walk.type("b").press(Kind.ENTER).unanswered().press(Kind.ENTER);
        walk.hear(new Msg.PlacesRead(walk.model().lastTicket(), List.of()));
    }

    /** From the timelines to tidying up the set of the office, from its newest whole restore point. */
    private static Walk tidy(Walk walk) {
        return walk.type("i")
                .press(Kind.END, Kind.ENTER)
                .type("n")
                .press(Kind.DOWN, Kind.DOWN)
                .type("t");
    }

    /** Keep the newest alone. */
    private static Walk rules(Walk walk) {
        return walk.press(Kind.BACKSPACE)
                .type("1")
                .press(Kind.DOWN, Kind.BACKSPACE, Kind.DOWN, Kind.BACKSPACE, Kind.DOWN, Kind.BACKSPACE);
    }

    private static void longTimeline(Walk walk) {
        walk.type("r").unanswered().press(Kind.END, Kind.ENTER);
        int ticket = walk.model().lastTicket();
        walk.hear(new Msg.PlaceOpened(ticket, Invented.places().getLast()))
                .hear(new Msg.ImagesRead(ticket, InventedSets.longChain(90)))
                .press(Kind.PAGE_DOWN, Kind.PAGE_DOWN);
    }

    /** The pictures of a clone to the disk with the images. */
    private static Walk cloning(Walk walk) {
        return walk.type("c").press(Kind.ENTER, Kind.DOWN, Kind.ENTER);
    }

    private static void cloneRunning(Walk walk) {
        cloning(walk).press(Kind.ENTER, Kind.ENTER).type("J1C9").press(Kind.ENTER);
        walk.hear(new Msg.JobTold(new JobEvent.StepStarted(4, 7, "Copy partition 3", 126L << 30)))
                .type("c");
    }

    private static Walk targets(Walk walk) {
        return walk.type("r").press(Kind.DOWN, Kind.ENTER, Kind.ENTER);
    }

    /** A back up in its third step, for 40 seconds at a rate that waves. */
    private static Walk running(Walk walk) {
        walk.type("b").press(Kind.ENTER, Kind.ENTER, Kind.ENTER, Kind.ENTER);
        walk.hear(new Msg.JobTold(new JobEvent.StepStarted(3, 6, "Read partition 3", 126L << 30)));
        long done = 0;
        UnaryOperator<Long> wave = second -> (long) (180 * MIB + 60 * MIB * Math.sin(second / 4.0));
        for (long second = 1; second <= 40; second++) {
            done += wave.apply(second);
            walk.after(1);
            walk.hear(new Msg.JobTold(
                    new JobEvent.Progress(3, done, 126L << 30, done + 47 * MIB, done / 2, second * 1_000_000_000L)));
        }
        return walk.hear(new Msg.JobTold(new JobEvent.Note("Sector 1,234,567 was read at the second attempt.")));
    }

    /** The disk stops answering, and the seconds run. */
    private static void waiting(Walk walk) {
        running(walk);
        walk.hear(new Msg.JobTold(new JobEvent.Progress(
                3,
                8L << 30,
                126L << 30,
                8L << 30,
                4L << 30,
                41_000_000_000L,
                new JobEvent.Where("/dev/nvme0n1", 8L << 30, 2))));
        walk.after(47).hear(new Msg.JobTold(new JobEvent.Waiting("/dev/nvme0n1", "read", 8L << 30, 47)));
    }

    private static Walk finish(Walk walk, JobState state) {
        Model model = walk.model();
        Plan plan = model.job().orElseThrow().plan();
        return walk.hear(new Msg.JobTold(new JobEvent.Finished(
                FakeService.report(plan, state, Walk.START, Walk.START.plusSeconds(754), 127L << 30))));
    }
}
