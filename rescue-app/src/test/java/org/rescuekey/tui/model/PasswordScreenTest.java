package org.rescuekey.tui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.Request;
import org.rescuekey.tui.Walk;
import org.rescuekey.tui.keys.Key.Kind;

/** How passwords are asked for, without a terminal. */
class PasswordScreenTest {
    private final Walk walk = new Walk(Size.STANDARD);

    /** If the models are the same whatever is typed, nothing of it can be in them, or in what is drawn or logged of them. */
    @Test
    void noModelHoldsWhatWasTyped() {
        Walk other = new Walk(Size.STANDARD);
        for (Walk each : new Walk[] {walk, other}) {
            toTheLockedImage(each).press(Kind.ENTER);
        }
        for (int i = 0; i < "wrong?".length(); i++) {
            walk.type("" + "wrong?".charAt(i));
            other.type("" + "others".charAt(i));
            assertThat(walk.model()).isEqualTo(other.model());
            assertThat(walk.model().toString()).isEqualTo(other.model().toString());
        }
        walk.press(Kind.ENTER);
        other.press(Kind.ENTER);
        assertThat(walk.model()).isEqualTo(other.model());
        assertThat(walk.model().screen()).isInstanceOfSatisfying(PasswordScreen.class, screen -> {
            assertThat(screen.error()).isEqualTo("Wrong password.");
            assertThat(screen.typed()).isZero();
        });
        assertThat(new Cmd.TypeSecret('w').toString()).isEqualTo("TypeSecret");
    }

    @Test
    void theRightPasswordGoesOnWithWhatWasWanted() {
        toTheLockedImage(walk).press(Kind.ENTER).type("correct horsex").press(Kind.BACKSPACE, Kind.ENTER);

        assertThat(walk.model().screen())
                .isInstanceOfSatisfying(
                        DiskScreen.class,
                        screen -> assertThat(((DiskRole.Target) screen.role())
                                        .image()
                                        .state())
                                .isEqualTo(ImageFacts.State.COMPLETE));
        assertThat(walk.model().log()).extracting(LogEntry::words).contains("Key slot 3 is damaged.");
        walk.press(Kind.ESCAPE);
        assertThat(((ImageScreen) walk.model().screen()).points())
                .noneMatch(point -> point.image().state() == ImageFacts.State.LOCKED);
    }

    @Test
    void verifyingEveryBlockOfALockedImageNeedsItsPasswordAndTheStructureDoesNot() {
        toTheLockedImage(walk).type("v").press(Kind.DOWN, Kind.ENTER);
        assertThat(walk.model().screen()).isInstanceOf(RunScreen.class);

        Walk again = toTheLockedImage(new Walk(Size.STANDARD)).type("v").press(Kind.ENTER);
        assertThat(again.model().screen()).isInstanceOf(PasswordScreen.class);
        again.type("correct horse").press(Kind.ENTER);
        assertThat(again.model().screen()).isInstanceOf(RunScreen.class);
    }

    @Test
    void escapeGoesBackAndBackspaceErases() {
        toTheLockedImage(walk).press(Kind.ENTER).type("ab").press(Kind.BACKSPACE, Kind.BACKSPACE, Kind.BACKSPACE);
        assertThat(((PasswordScreen) walk.model().screen()).typed()).isZero();
        walk.type("correct hors").type("x").press(Kind.BACKSPACE).type("e").press(Kind.ESCAPE);
        assertThat(walk.model().screen()).isInstanceOf(ImageScreen.class);
    }

    @Test
    void helpDoesNotLoseWhatThePasswordWasFor() {
        toTheLockedImage(walk).press(Kind.ENTER).type("correct horse").unanswered();
        walk.press(Kind.ENTER, Kind.F1);
        int ticket = walk.model().lastTicket();
        walk.hear(new Msg.PasswordTaken(ticket, List.of(), List.of()));

        assertThat(walk.model().screens()).noneMatch(PasswordScreen.class::isInstance);
        assertThat(walk.model().screens()).noneMatch(HelpScreen.class::isInstance);
    }

    @Test
    void aPasswordIsNotTypedIntoWhileOneIsTried() {
        toTheLockedImage(walk).press(Kind.ENTER).type("abc").unanswered().press(Kind.ENTER);
        Model tried = walk.model();
        walk.type("d").press(Kind.BACKSPACE, Kind.ENTER);

        assertThat(walk.model().screens()).isEqualTo(tried.screens());
        assertThat(walk.commands()).hasOnlyElementsOfType(Cmd.OpenImages.class).hasSize(1);
    }

    @Test
    void anEncryptedBackUpAsksForAPasswordTwiceAndThenPlans() {
        walk.type("b").press(Kind.ENTER, Kind.ENTER).type("e").press(Kind.ENTER);
        walk.type("one").press(Kind.ENTER).type("two").press(Kind.ENTER);
        assertThat(walk.model().screen()).isInstanceOfSatisfying(PasswordScreen.class, screen -> {
            assertThat(screen.error()).startsWith("The two passwords differ.");
            assertThat(screen.repeating()).isFalse();
        });
        walk.type("one").press(Kind.ENTER).type("one").unanswered().press(Kind.ENTER);
        walk.hear(new Msg.PasswordTaken(walk.model().lastTicket(), List.of(), List.of()));

        assertThat(walk.commands())
                .last()
                .isInstanceOfSatisfying(
                        Cmd.MakePlan.class,
                        make -> assertThat(make.request())
                                .isInstanceOfSatisfying(
                                        Request.Capture.class,
                                        capture -> assertThat(capture.encrypt()).isTrue()));
        walk.press(Kind.ESCAPE).type("e");
        assertThat(((Purpose.BackUp) ((PlaceScreen) walk.model().screen()).purpose()).encrypt())
                .isFalse();
    }

    private static Walk toTheLockedImage(Walk walk) {
        return walk.type("r").press(Kind.END, Kind.ENTER);
    }
}
