package org.rescuekey.tui.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.rescuekey.plan.JobKind;
import org.rescuekey.plan.KeepRules;
import org.rescuekey.plan.Request;
import org.rescuekey.tui.Walk;
import org.rescuekey.tui.keys.Key.Kind;

/** Letting restore points go: what is asked, shown, confirmed and run. */
class TidyScreenTest {
    private final Walk walk = new Walk(Size.STANDARD);

    @Test
    void theNumbersAreTypedOrMovedAndNeverBelowNothing() {
        toTidy(3);
        walk.press(Kind.RIGHT, Kind.RIGHT, Kind.LEFT).press(Kind.DOWN, Kind.BACKSPACE);
        walk.type("12-+")
                .press(Kind.DOWN, Kind.BACKSPACE, Kind.LEFT)
                .press(Kind.DOWN)
                .type("78");
        walk.type("9");
        assertThat(walk.model().notice()).isEqualTo("More than 999 cannot be asked for.");

        walk.unanswered().press(Kind.ENTER);

        assertThat(walk.commands())
                .singleElement()
                .isInstanceOfSatisfying(
                        Cmd.MakePlan.class,
                        make -> assertThat(make.request()).isInstanceOfSatisfying(Request.Prune.class, prune -> {
                            assertThat(prune.rules()).isEqualTo(new KeepRules(4, 12, 0, 678));
                            assertThat(prune.set()).contains("/5ad01f00/003-");
                        }));
    }

    @Test
    void rulesThatKeepNothingAreNotPlanned() {
        toTidy(3);
        keepTheNewestAlone();
        walk.press(Kind.HOME).type("-").press(Kind.ENTER);

        assertThat(walk.model().screen()).isInstanceOf(TidyScreen.class);
        assertThat(walk.model().notice()).startsWith("Every rule keeps nothing");
    }

    @Test
    void thePlanSaysWhatGoesAndWhatStaysAndNeedsTheTypedConfirmation() {
        toTidy(3);
        keepTheNewestAlone();
        walk.press(Kind.ENTER);

        assertThat(walk.model().screen()).isInstanceOfSatisfying(PlanScreen.class, screen -> {
            assertThat(screen.plan().kind()).isEqualTo(JobKind.PRUNE);
            assertThat(Documents.plan(screen.plan(), screen.staying(), 120))
                    .extracting(Line::text)
                    .anyMatch(line -> line.startsWith("! The restore point of 002-incremental"))
                    .anyMatch(line -> line.startsWith("! The restore point of 003-incremental"))
                    .contains("What stays")
                    .anyMatch(line -> line.startsWith("- 2026-09-22 19:00 UTC: 004-differential"))
                    .noneMatch(line -> line.startsWith("- 2026-09-15"));
        });
        walk.press(Kind.ENTER);
        assertThat(walk.model().screen()).isInstanceOf(ConfirmScreen.class);
        walk.press(Kind.ENTER);
        assertThat(((ConfirmScreen) walk.model().screen()).error())
                .isEqualTo("Type the last four characters of the set's folder first.");
        walk.type("1f01").press(Kind.ENTER);
        assertThat(((ConfirmScreen) walk.model().screen()).error()).startsWith("\"1f01\" is not");
        assertThat(walk.commands()).isEmpty();

        walk.type("1f00").press(Kind.ENTER);

        assertThat(walk.commands()).singleElement().isInstanceOf(Cmd.RunJob.class);
        assertThat(walk.model().screen()).isInstanceOf(RunScreen.class);
    }

    @Test
    void aConsolidationStandsAtTheMarkedRestorePointAndWhatIsMergedIsSaidToStay() {
        toTidy(3);
        walk.press(Kind.END, Kind.ENTER);

        assertThat(walk.model().screen()).isInstanceOfSatisfying(PlanScreen.class, screen -> {
            assertThat(screen.plan().title()).endsWith("up to 003-incremental-2026-09-15-1901.rki");
            assertThat(screen.staying())
                    .anyMatch(line -> line.startsWith("2026-09-15 19:01 UTC: ") && line.contains(", from then on in "))
                    .anyMatch(line -> line.contains("006-incremental") && line.contains("(parent missing)"))
                    .noneMatch(line -> line.startsWith("2026-09-08"));
        });
    }

    @Test
    void whereNothingHasToGoNothingIsStarted() {
        toTidy(3);
        walk.press(Kind.ENTER, Kind.ENTER);

        assertThat(walk.model().screen()).isInstanceOf(PlanScreen.class);
        assertThat(walk.model().notice()).isEqualTo("There is nothing to do.");
    }

    @Test
    void anEncryptedSetIsOpenedFirst() {
        walk.type("i").press(Kind.END, Kind.ENTER).type("t");
        assertThat(walk.model().screen()).isInstanceOf(PasswordScreen.class);
        walk.type("correct horse").press(Kind.ENTER);

        assertThat(walk.model().screen())
                .isInstanceOfSatisfying(
                        TidyScreen.class,
                        screen -> assertThat(screen.upTo().isLocked()).isFalse());
    }

    @Test
    void aFileThatIsOfNoSetIsNotTidiedUp() {
        walk.type("i").press(Kind.DOWN, Kind.ENTER, Kind.END).type("t");

        assertThat(walk.model().screen()).isInstanceOf(ImageScreen.class);
        assertThat(walk.model().notice()).isEqualTo("This file belongs to no known image set.");
    }

    /** To the set of the office, from the restore point with a number. */
    private void toTidy(int number) {
        walk.type("i").press(Kind.END, Kind.ENTER).type("n");
        ImageScreen screen = (ImageScreen) walk.model().screen();
        while (screen.points().get(screen.selected()).number() != number) {
            walk.press(Kind.DOWN);
            screen = (ImageScreen) walk.model().screen();
        }
        walk.type("t");
        assertThat(walk.model().screen()).isInstanceOf(TidyScreen.class);
    }

    private void keepTheNewestAlone() {
        walk.press(Kind.BACKSPACE).type("1").press(Kind.DOWN, Kind.BACKSPACE, Kind.DOWN, Kind.BACKSPACE);
        walk.press(Kind.DOWN, Kind.BACKSPACE);
    }
}
