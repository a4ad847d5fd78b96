package org.rescuekey.tui.model;

import java.util.List;
import java.util.Optional;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.Request;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;

/**
 * Takes a password: one that opens an image, or one for a new image, typed twice. The characters are never here, in no
 * model and in no text: they go outside one by one, and this only counts them.
 *
 * @param goal what it is for
 * @param repeating the same is being typed again
 * @param typed how many characters were typed
 * @param repeated how many were typed again
 * @param error what was wrong with what was typed before; empty if nothing was
 * @param ticket of the answer that is waited for; 0 while the password is typed
 */
public record PasswordScreen(Goal goal, boolean repeating, int typed, int repeated, String error, int ticket)
        implements Screen {
    /** Longer ones are taken from files, by the command line. */
    public static final int MAX_CHARACTERS = 256;

    /** What a password is for. */
    public sealed interface Goal {
        /**
         * To open an image, and all others of its set.
         *
         * @param image the image
         * @param directory whose images are read again with it
         * @param then what was wanted of the image on the screen below
         */
        record Open(ImageFacts image, String directory, Action then) implements Goal {}

        /** To encrypt a new image. */
        record Begin(Request.Capture request) implements Goal {}
    }

    static Turn open(Model model, Goal goal) {
        return Turn.of(model.push(empty(goal, "")));
    }

    private static PasswordScreen empty(Goal goal, String error) {
        return new PasswordScreen(goal, false, 0, 0, error, 0);
    }

    /** It is typed twice, since nothing can tell a slip. */
    public boolean isNew() {
        return goal instanceof Goal.Begin;
    }

    @Override
    public String title() {
        return isNew() ? "Back up: new password" : "Password";
    }

    @Override
    public String about() {
        return isNew()
                ? "Type the password that encrypts the image, and the same again. Without it nobody can restore the"
                        + " image, and nobody can find it out. If this disk has an encrypted image set in the place,"
                        + " its password lets the new image build on it."
                : "The image is encrypted. Type its password; it opens all images of the set until Rescue Key ends."
                        + " Nothing that you type is shown or kept.";
    }

    @Override
    public boolean isWaiting() {
        return ticket != 0;
    }

    @Override
    public boolean takesText() {
        return true;
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        boolean last = !isNew() || repeating;
        String waiting = isWaiting() ? "The password is being tried." : "";
        return List.of(
                Bindings.enter(
                                last ? "Use this password" : "Type it again",
                                last ? "Tries the password." : "Asks for the same password again.")
                        .unless(waiting),
                Bindings.BACK,
                Binding.of(Action.ERASE, "Erase", "Takes the last character back.", Key.of(Key.Kind.BACKSPACE))
                        .unless(waiting)
                        .quiet());
    }

    @Override
    public Turn act(Model model, Action action) {
        return switch (action) {
            case BACK -> Turn.of(model.pop());
            case ERASE ->
                count() == 0 ? Turn.of(model) : Turn.of(model.replaceTop(counting(count() - 1)), new Cmd.EraseSecret());
            case CHOOSE -> enter(model);
            default -> Turn.of(model);
        };
    }

    private int count() {
        return repeating ? repeated : typed;
    }

    private PasswordScreen counting(int characters) {
        return repeating
                ? new PasswordScreen(goal, true, typed, characters, "", 0)
                : new PasswordScreen(goal, false, characters, 0, "", 0);
    }

    @Override
    public Turn typed(Model model, Key key) {
        if (isWaiting()) {
            return Turn.of(model);
        }
        if (key.kind() != Key.Kind.CHARACTER) {
            return Turn.of(model.withNotice("This key cannot be part of a password here."));
        }
        return count() == MAX_CHARACTERS
                ? Turn.of(model.withNotice("A password cannot be longer than " + MAX_CHARACTERS + " characters here."))
                : Turn.of(model.replaceTop(counting(count() + 1)), new Cmd.TypeSecret(key.character()));
    }

    private Turn enter(Model model) {
        if (typed == 0) {
            return Turn.of(model.replaceTop(empty(goal, "The password is empty: type at least one character.")));
        }
        if (isNew() && !repeating) {
            return Turn.of(model.replaceTop(new PasswordScreen(goal, true, typed, 0, "", 0)), new Cmd.RepeatSecret());
        }
        Model asking = model.withTicket();
        int mine = asking.lastTicket();
        Cmd offer =
                switch (goal) {
                    case Goal.Open open -> new Cmd.OpenImages(mine, open.image().path(), open.directory());
                    case Goal.Begin begin -> new Cmd.OfferNewPassword(mine);
                };
        return Turn.of(asking.replaceTop(new PasswordScreen(goal, repeating, typed, repeated, "", mine)), offer);
    }

    @Override
    public Turn answered(Model model, Msg.Answer answer) {
        return switch (answer) {
            case Msg.PasswordTaken taken -> taken(model.below(this), taken);
            case Msg.Failed(int mine, String reason, String remedy) -> {
                String words = remedy.isEmpty() ? reason : reason + " " + remedy;
                yield Turn.of(model.replace(this, empty(goal, words)));
            }
            default -> Turn.of(model.replace(this, empty(goal, "")));
        };
    }

    private Turn taken(Model model, Msg.PasswordTaken taken) {
        Model below = model;
        for (String warning : taken.warnings()) {
            below = below.logged(warning);
        }
        return switch (goal) {
            case Goal.Begin(Request.Capture request) -> PlanningScreen.open(below, request, Optional.empty());
            case Goal.Open(ImageFacts image, String directory, Action then) ->
                Bindings.perform(below.withImages(taken.images(), image.path()), then);
        };
    }
}
