package org.rescuekey.tui.model;

import java.util.List;
import java.util.Optional;
import org.rescuekey.inventory.Place;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.Request;
import org.rescuekey.tui.keys.Binding;

/**
 * Chooses how thoroughly an image is verified.
 *
 * @param image which
 * @param place where it lies
 * @param selected 0 for every block, 1 for the structure only
 */
public record VerifyScreen(ImageFacts image, Place place, int selected) implements Screen {
    /** What can be chosen, in this order. */
    public static final List<String> CHOICES = List.of(
            "Every block     reads the whole image and checks all of it (recommended)",
            "Structure only  a quick look: header, index and footer, not the data");

    @Override
    public String title() {
        return "Verify: how";
    }

    @Override
    public String about() {
        return "Checking every block proves that the image can be restored. Checking the structure takes seconds and"
                + " finds an image that was cut short, but not damaged data.";
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        return Bindings.list(
                List.of(Bindings.enter("Start", "Starts to verify; the image is only read."), Bindings.BACK));
    }

    @Override
    public Turn act(Model model, Action action) {
        return switch (action) {
            case BACK -> Turn.of(model.pop());
            case CHOOSE ->
                image.state() == ImageFacts.State.LOCKED && selected == 0
                        ? PasswordScreen.open(model, new PasswordScreen.Goal.Open(image, place.path(), Action.CHOOSE))
                        : PlanningScreen.open(model, new Request.Verify(image.path(), selected == 1), Optional.empty());
            default ->
                Turn.of(model.replaceTop(
                        new VerifyScreen(image, place, Bindings.move(action, selected, CHOICES.size()))));
        };
    }

    /** The same with what is known of the image by now. */
    VerifyScreen with(List<ImageFacts> images) {
        ImageFacts known = images.stream()
                .filter(each -> each.path().equals(image.path()))
                .findFirst()
                .orElse(image);
        return new VerifyScreen(known, place, selected);
    }
}
