package org.rescuekey.tui.model;

import java.util.List;
import org.rescuekey.inventory.Place;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.tui.keys.Binding;

/** Says what it means to restore an image of a disk that could not be read everywhere, and asks for a decision. */
public record UnreadableScreen(ImageFacts image, Place place) implements Screen {
    @Override
    public String title() {
        return "Restore: unreadable sectors";
    }

    @Override
    public String about() {
        return "The disk had sectors that could not be read when this image was made. Restoring puts zeros in their"
                + " place: files that lay there come back damaged, all others whole.";
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        return List.of(
                Bindings.enter("Accept zeros there", "Goes on; what could not be read is restored as zeros."),
                Bindings.BACK);
    }

    @Override
    public Turn act(Model model, Action action) {
        return switch (action) {
            case BACK -> Turn.of(model.pop());
            case CHOOSE -> DiskScreen.open(model, new DiskRole.Target(image, place, true));
            default -> Turn.of(model);
        };
    }
}
