package org.rescuekey.tui.model;

import java.util.List;
import org.rescuekey.inventory.Place;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;
import org.rescuekey.tui.model.Timeline.Point;

/**
 * The restore points in a place on the timelines of their sets, the newest first; one of them is marked.
 *
 * @param purpose what it is chosen for
 * @param place where they lie, opened as soon as the answer is there
 * @param sets the sets
 * @param selected the marked restore point, counted through all sets
 * @param ticket of the answer that is waited for
 */
public record ImageScreen(Purpose purpose, Place place, Load<List<Timeline>> sets, int selected, int ticket)
        implements Screen {
    static Turn open(Model model, Purpose purpose, Place place) {
        Model asking = model.withTicket();
        int ticket = asking.lastTicket();
        Load<List<Timeline>> pending = new Load.Pending<>("Opening " + place.label() + " ...");
        return Turn.of(
                asking.push(new ImageScreen(purpose, place, pending, 0, ticket)), new Cmd.OpenPlace(ticket, place));
    }

    /** All restore points in their order. */
    public List<Point> points() {
        return sets.orElse(List.of()).stream()
                .flatMap(set -> set.points().stream())
                .toList();
    }

    /** The set of a restore point that is in the list. */
    public Timeline setOf(Point point) {
        return sets.orElse(List.of()).stream()
                .filter(set -> set.points().contains(point))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public String title() {
        return purpose instanceof Purpose.Images ? "Images: restore points" : purpose.word() + ": which image";
    }

    @Override
    public String about() {
        return "Each set of images is a timeline of restore points of one disk, the newest first. A line says when it"
                + " was made, of which kind it is, what it takes, which share of all that is in use it had to store,"
                + " the number of the restore point that it builds on, and whether it is whole; below the list stands"
                + " more of the marked one. Any restore point that is whole can be restored.";
    }

    @Override
    public boolean isWaiting() {
        return sets.isPending();
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        List<Point> known = points();
        String none = known.isEmpty() ? noImage() : "";
        boolean verify = purpose instanceof Purpose.Verify;
        Binding<Action> enter =
                Bindings.enter(verify ? "Choose how" : "Choose the target", "Goes on with the marked image.");
        Binding<Action> alsoVerify =
                Binding.of(Action.VERIFY, "Verify", "Proves that the marked image can be restored.", Key.of('v'));
        Binding<Action> tidy = Binding.of(
                Action.TIDY,
                "Tidy up",
                "Lets old restore points of the set go by rules, or consolidates a chain into one full image.",
                Key.of('t'));
        Binding<Action> next =
                Binding.of(Action.NEXT_SET, "Next set", "Moves to the newest of the next set.", Key.of('n'));
        boolean several = sets.orElse(List.of()).size() > 1;
        return Bindings.pages(List.of(
                enter.unless(
                        known.isEmpty() ? none : refusal(known.get(selected).image())),
                Bindings.BACK,
                verify ? alsoVerify.unless(none).quiet() : alsoVerify.unless(none),
                tidy.unless(known.isEmpty() ? none : untidy(known.get(selected))),
                several ? next : next.unless("There is only one set here.").quiet()));
    }

    private String noImage() {
        return isWaiting() ? "The images are still being looked for." : "There is no image to choose.";
    }

    private String refusal(ImageFacts image) {
        boolean usable =
                purpose instanceof Purpose.Verify || image.isRestorable() || image.state() == ImageFacts.State.LOCKED;
        if (usable) {
            return "";
        }
        return image.state() == ImageFacts.State.PARENT_MISSING
                ? "An image that this one builds on is missing, so it cannot be restored."
                : "This image is " + image.state().label() + " and cannot be restored.";
    }

    private static String untidy(Point point) {
        return point.image().lineage() == null ? "This file belongs to no known image set." : "";
    }

    @Override
    public Turn act(Model model, Action action) {
        List<Point> known = points();
        return switch (action) {
            case BACK -> Turn.of(model.pop());
            case CHOOSE ->
                purpose instanceof Purpose.Verify
                        ? verify(model, known.get(selected))
                        : restore(model, known.get(selected));
            case VERIFY -> verify(model, known.get(selected));
            case TIDY -> tidy(model, known.get(selected));
            case NEXT_SET -> Turn.of(model.replaceTop(marking(nextSet(known))));
            case PAGE_UP, PAGE_DOWN -> {
                int step = Math.max(1, model.size().bodyRows() / 2);
                int moved = action == Action.PAGE_UP ? selected - step : selected + step;
                yield Turn.of(model.replaceTop(marking(Math.clamp(moved, 0, Math.max(0, known.size() - 1)))));
            }
            default -> Turn.of(model.replaceTop(marking(Bindings.move(action, selected, known.size()))));
        };
    }

    private ImageScreen marking(int index) {
        return new ImageScreen(purpose, place, sets, index, ticket);
    }

    /** The newest restore point of the next set, or of the first behind the last. */
    private int nextSet(List<Point> known) {
        if (known.isEmpty()) {
            return 0;
        }
        Timeline now = setOf(known.get(selected));
        int index = 0;
        for (Timeline set : sets.orElse(List.of())) {
            index += set.points().size();
            if (set.equals(now)) {
                break;
            }
        }
        return index % known.size();
    }

    private Turn restore(Model model, Point point) {
        if (point.isLocked()) {
            return unlock(model, point, Action.CHOOSE);
        }
        return point.image().state() == ImageFacts.State.COMPLETE_WITH_UNREADABLE
                ? Turn.of(model.push(new UnreadableScreen(point.image(), place)))
                : DiskScreen.open(model, new DiskRole.Target(point.image(), place, false));
    }

    /** Only images that can be read are merged, so a locked set is opened first. */
    private Turn tidy(Model model, Point point) {
        return point.isLocked()
                ? unlock(model, point, Action.TIDY)
                : Turn.of(model.push(TidyScreen.of(setOf(point), point)));
    }

    private Turn unlock(Model model, Point point, Action then) {
        return PasswordScreen.open(model, new PasswordScreen.Goal.Open(point.image(), place.path(), then));
    }

    private Turn verify(Model model, Point point) {
        return Turn.of(model.push(new VerifyScreen(point.image(), place, 0)));
    }

    /** The same with what is known of the images by now. */
    ImageScreen with(List<ImageFacts> images, String marked) {
        ImageScreen fresh = new ImageScreen(purpose, place, new Load.Ready<>(Timeline.of(images)), 0, 0);
        List<Point> known = fresh.points();
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).image().path().equals(marked)) {
                return fresh.marking(i);
            }
        }
        return fresh;
    }

    @Override
    public Turn answered(Model model, Msg.Answer answer) {
        return switch (answer) {
            case Msg.PlaceOpened(int mine, Place opened) -> {
                Load<List<Timeline>> pending = new Load.Pending<>("Looking for images ...");
                yield Turn.of(
                        model.replace(this, new ImageScreen(purpose, opened, pending, 0, ticket)),
                        new Cmd.ReadImages(ticket, opened.path()));
            }
            case Msg.ImagesRead(int mine, List<ImageFacts> found) -> Turn.of(model.replace(this, with(found, "")));
            case Msg.Failed failed ->
                Turn.of(model.replace(
                        this,
                        new ImageScreen(purpose, place, new Load.Failed<>(failed.reason(), failed.remedy()), 0, 0)));
            default -> Turn.of(model);
        };
    }
}
