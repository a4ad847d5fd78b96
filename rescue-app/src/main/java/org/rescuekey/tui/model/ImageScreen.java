package org.rescuekey.tui.model;

import java.util.List;
import org.rescuekey.inventory.Place;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.tui.keys.Binding;

/**
 * Chooses an image in a place; the newest stands first.
 *
 * @param purpose what it is chosen for
 * @param place where it lies, opened as soon as the answer is there
 * @param images the images
 * @param selected the marked line
 * @param ticket of the answer that is waited for
 */
public record ImageScreen(Purpose purpose, Place place, Load<List<ImageFacts>> images, int selected, int ticket)
        implements Screen {
    static Turn open(Model model, Purpose purpose, Place place) {
        Model asking = model.withTicket();
        int ticket = asking.lastTicket();
        Load<List<ImageFacts>> pending = new Load.Pending<>("Opening " + place.label() + " ...");
        return Turn.of(
                asking.push(new ImageScreen(purpose, place, pending, 0, ticket)), new Cmd.OpenPlace(ticket, place));
    }

    @Override
    public String title() {
        return purpose.word() + ": which image";
    }

    @Override
    public String about() {
        return "Choose an image. Each line says when it was made, of which disk, and whether it is complete; an image"
                + " that cannot be restored says why.";
    }

    @Override
    public boolean isWaiting() {
        return images.isPending();
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        List<ImageFacts> known = images.orElse(List.of());
        boolean restore = purpose instanceof Purpose.Restore;
        Binding<Action> enter =
                Bindings.enter(restore ? "Choose the target" : "Choose how", "Goes on with the marked image.");
        return Bindings.list(
                List.of(enter.unless(known.isEmpty() ? noImage() : refusal(known.get(selected))), Bindings.BACK));
    }

    private String noImage() {
        return isWaiting() ? "The images are still being looked for." : "There is no image to choose.";
    }

    private String refusal(ImageFacts image) {
        boolean usable = !(purpose instanceof Purpose.Restore) || image.isRestorable();
        return usable ? "" : "This image is " + image.state().label() + " and cannot be restored.";
    }

    @Override
    public Turn act(Model model, Action action) {
        List<ImageFacts> known = images.orElse(List.of());
        return switch (action) {
            case BACK -> Turn.of(model.pop());
            case CHOOSE -> choose(model, known.get(selected));
            default ->
                Turn.of(model.replaceTop(new ImageScreen(
                        purpose, place, images, Bindings.move(action, selected, known.size()), ticket)));
        };
    }

    private Turn choose(Model model, ImageFacts image) {
        if (!(purpose instanceof Purpose.Restore)) {
            return Turn.of(model.push(new VerifyScreen(image, 0)));
        }
        return image.state() == ImageFacts.State.COMPLETE_WITH_UNREADABLE
                ? Turn.of(model.push(new UnreadableScreen(image, place)))
                : DiskScreen.open(model, new DiskRole.Target(image, place, false));
    }

    @Override
    public Turn answered(Model model, Msg.Answer answer) {
        return switch (answer) {
            case Msg.PlaceOpened(int mine, Place opened) -> {
                Load<List<ImageFacts>> pending = new Load.Pending<>("Looking for images ...");
                yield Turn.of(
                        model.replace(this, new ImageScreen(purpose, opened, pending, 0, ticket)),
                        new Cmd.ReadImages(ticket, opened.path()));
            }
            case Msg.ImagesRead(int mine, List<ImageFacts> found) ->
                Turn.of(model.replace(
                        this, new ImageScreen(purpose, place, new Load.Ready<>(List.copyOf(found)), 0, 0)));
            case Msg.Failed failed ->
                Turn.of(model.replace(
                        this,
                        new ImageScreen(purpose, place, new Load.Failed<>(failed.reason(), failed.remedy()), 0, 0)));
            default -> Turn.of(model);
        };
    }
}
