package org.rescuekey.tui.model;

import java.util.List;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;

/**
 * A screen and what is chosen on it. Immutable; a screen answers a key or a message with a whole new model, in which it
 * has replaced itself, put another screen on top or gone.
 */
public sealed interface Screen
        permits ConfirmScreen,
                DiskScreen,
                HelpScreen,
                HomeScreen,
                ImageScreen,
                LogScreen,
                PartitionScreen,
                PasswordScreen,
                PictureScreen,
                PlaceScreen,
                PlanScreen,
                PlanningScreen,
                PowerScreen,
                RefusalScreen,
                ReportScreen,
                RunScreen,
                TidyScreen,
                UnreadableScreen,
                VerifyScreen {

    /** Where the user is, for the title line: "Restore: target". */
    String title();

    /** One or more sentences for the help screen: what this screen is for. */
    String about();

    /** The keys of this screen, in the order of the key bar; those that every screen has are added to them. */
    List<Binding<Action>> bindings(Model model);

    /** Does what a key of this screen means. */
    Turn act(Model model, Action action);

    /** The ticket of the answer that this screen waits for, or 0. */
    default int ticket() {
        return 0;
    }

    /** It waits for an answer and says so with something that moves. */
    default boolean isWaiting() {
        return false;
    }

    /** Takes the answer with its ticket. */
    default Turn answered(Model model, Msg.Answer answer) {
        return Turn.of(model);
    }

    /** Letters are text here, so no key that types one has a meaning of its own. */
    default boolean takesText() {
        return false;
    }

    /** A key that no binding names: text, on the screen that takes text. */
    default Turn typed(Model model, Key key) {
        return Turn.of(model);
    }
}
