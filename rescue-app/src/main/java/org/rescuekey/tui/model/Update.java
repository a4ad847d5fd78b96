package org.rescuekey.tui.model;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;

/** The one function of the text UI: a model and a message make a new model and commands. Pure. */
public final class Update {
    private Update() {}

    /** The first turn: asks for a look at the machine. */
    public static Turn start(Model model) {
        return model.logged("Rescue Key " + model.version() + " started.").lookAgain();
    }

    public static Turn update(Model model, Msg message) {
        return switch (message) {
            case Msg.Pressed(Key key) -> leaving(model, pressed(model.withNotice(""), key));
            case Msg.Resized(Size size) -> Turn.of(model.withSize(size));
            case Msg.Tick() -> Turn.of(model.ticked());
            case Msg.JobTold told -> Jobs.told(model, told.event());
            case Msg.HostDone(String words) ->
                (words.isEmpty() ? model : model.withNotice(words).logged(words)).lookAgain();
            case Msg.Answer answer -> answered(model, answer);
        };
    }

    /** What follows when a message could not be dealt with because of a fault in this program. */
    public static Turn fault(Model model, Throwable fault) {
        return Turn.of(model.withNotice("An internal error: see the log.").logged("An internal error: " + fault));
    }

    /** Who goes back from the places is done with them, unless a job works there. */
    private static Turn leaving(Model before, Turn turn) {
        if (!showsPlaces(before) || showsPlaces(turn.model()) || turn.model().isJobRunning()) {
            return turn;
        }
        List<Cmd> commands = new ArrayList<>(turn.commands());
        commands.add(new Cmd.ReleasePlaces());
        return new Turn(turn.model(), commands);
    }

    private static boolean showsPlaces(Model model) {
        return model.screens().stream().anyMatch(PlaceScreen.class::isInstance);
    }

    private static Turn pressed(Model model, Key key) {
        Binding<Action> binding = Binding.find(Bindings.of(model), key).orElse(null);
        if (binding == null) {
            return model.screen().typed(model, key);
        }
        if (binding.isDisabled()) {
            return Turn.of(model.withNotice(binding.disabledReason()));
        }
        return switch (binding.action()) {
            case HELP -> Turn.of(model.push(new HelpScreen(0)));
            case REPAINT -> Turn.of(model, new Cmd.Repaint());
            default -> model.screen().act(model, binding.action());
        };
    }

    private static Turn answered(Model model, Msg.Answer answer) {
        if (answer.ticket() == model.machineTicket()) {
            return Turn.of(machineAnswered(model, answer));
        }
        return model.screens().stream()
                .filter(screen -> screen.ticket() != 0 && screen.ticket() == answer.ticket())
                .findFirst()
                .map(screen -> screen.answered(model, answer))
                .orElse(Turn.of(model));
    }

    private static Model machineAnswered(Model model, Msg.Answer answer) {
        Model quiet = model.notice().equals(Model.LOOKING_AT_DISKS) ? model.withNotice("") : model;
        return switch (answer) {
            case Msg.MachineRead read -> quiet.withMachine(new Load.Ready<>(read.machine()));
            case Msg.Failed failed ->
                quiet.withMachine(new Load.Failed<>(failed.reason(), failed.remedy()))
                        .logged("The disks could not be read: " + failed.reason());
            default -> model;
        };
    }
}
