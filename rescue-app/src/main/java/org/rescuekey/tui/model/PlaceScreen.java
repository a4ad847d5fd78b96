package org.rescuekey.tui.model;

import java.util.List;
import java.util.Optional;
import org.rescuekey.inventory.Place;
import org.rescuekey.plan.Request;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;

/**
 * Chooses where an image goes, or is looked for. A place on a partition that is not mounted is opened when it is chosen.
 *
 * @param purpose what it is chosen for
 * @param places the places
 * @param selected the marked line
 * @param ticket of the answer that is waited for
 */
public record PlaceScreen(Purpose purpose, Load<List<Place>> places, int selected, int ticket) implements Screen {
    private static final Binding<Action> KIND = Binding.of(
            Action.NEXT_KIND,
            "Kind",
            "Changes the kind of image: what suits best, full, differential or incremental.",
            Key.of('k'));

    private static Binding<Action> encryption(boolean on) {
        return Binding.of(
                Action.TOGGLE_ENCRYPT,
                on ? "Do not encrypt" : "Encrypt",
                "Encrypts the image with a password, or not: begins an encrypted image set, or adds to the one of this"
                        + " disk that the password opens.",
                Key.of('e'));
    }

    static Turn open(Model model, Purpose purpose) {
        Model asking = model.withTicket();
        int ticket = asking.lastTicket();
        Load<List<Place>> pending = new Load.Pending<>("Looking for places ...");
        return Turn.of(asking.push(new PlaceScreen(purpose, pending, 0, ticket)), new Cmd.ReadPlaces(ticket));
    }

    @Override
    public String title() {
        return switch (purpose) {
            case Purpose.BackUp backUp -> "Back up: where to";
            case Purpose.Images images -> "Images: where they are";
            case Purpose.Restore restore -> "Restore: where the image is";
            case Purpose.Verify verify -> "Verify: where the image is";
        };
    }

    @Override
    public String about() {
        return purpose instanceof Purpose.BackUp
                ? "Choose where the image goes: a volume on another disk, or a share that was mounted in the shell."
                        + " Images of several machines can lie in one place."
                : "Choose where the image lies. It is looked for in all folders of that place.";
    }

    @Override
    public boolean isWaiting() {
        return places.isPending();
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        List<Place> known = places.orElse(List.of());
        String refusal = known.isEmpty()
                ? (isWaiting() ? "The places are still being looked for." : "There is no place to choose.")
                : purpose.refusal(known.get(selected)).orElse("");
        if (!(purpose instanceof Purpose.BackUp backUp)) {
            Binding<Action> enter = Bindings.enter("List the images", "Lists the images in the marked place.");
            return Bindings.list(List.of(enter.unless(refusal), Bindings.BACK, Bindings.LOOK_AGAIN));
        }
        Binding<Action> enter = backUp.encrypt()
                ? Bindings.enter("Type the password", "Asks for the password, and then makes a plan.")
                : Bindings.enter("Show the plan", "Makes a plan for the marked place.");
        return Bindings.list(
                List.of(enter.unless(refusal), Bindings.BACK, KIND, encryption(backUp.encrypt()), Bindings.LOOK_AGAIN));
    }

    @Override
    public Turn act(Model model, Action action) {
        List<Place> known = places.orElse(List.of());
        return switch (action) {
            case BACK -> Turn.of(model.pop());
            case LOOK_AGAIN -> open(model.pop(), purpose);
            case NEXT_KIND ->
                purpose instanceof Purpose.BackUp backUp
                        ? Turn.of(model.replaceTop(new PlaceScreen(backUp.withNextKind(), places, selected, ticket)))
                        : Turn.of(model);
            case TOGGLE_ENCRYPT ->
                purpose instanceof Purpose.BackUp backUp
                        ? Turn.of(model.replaceTop(
                                new PlaceScreen(backUp.encrypted(!backUp.encrypt()), places, selected, ticket)))
                        : Turn.of(model);
            case CHOOSE -> choose(model, known.get(selected));
            default ->
                Turn.of(model.replaceTop(
                        new PlaceScreen(purpose, places, Bindings.move(action, selected, known.size()), ticket)));
        };
    }

    private Turn choose(Model model, Place place) {
        if (!(purpose instanceof Purpose.BackUp backUp)) {
            return ImageScreen.open(model, purpose, place);
        }
        Request.Capture request = backUp.request(place.path());
        return backUp.encrypt()
                ? PasswordScreen.open(model, new PasswordScreen.Goal.Begin(request))
                : PlanningScreen.open(model, request, Optional.empty());
    }

    @Override
    public Turn answered(Model model, Msg.Answer answer) {
        Load<List<Place>> read =
                switch (answer) {
                    case Msg.PlacesRead(int mine, List<Place> found) -> new Load.Ready<>(List.copyOf(found));
                    case Msg.Failed failed -> new Load.Failed<>(failed.reason(), failed.remedy());
                    default -> places;
                };
        List<Place> found = read.orElse(List.of());
        int first = 0;
        while (first < found.size() - 1 && purpose.refusal(found.get(first)).isPresent()) {
            first++;
        }
        return Turn.of(model.replace(this, new PlaceScreen(purpose, read, first, 0)));
    }
}
