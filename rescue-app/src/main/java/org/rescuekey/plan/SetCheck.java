package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rescuekey.image.ImageLink;
import org.rescuekey.plan.PlanResult.Refused;

/**
 * Tells whether images of a set may be let go at all: not while one is there that may need them and cannot be asked. What
 * is not known counts as needed. Pure.
 */
final class SetCheck {
    private SetCheck() {}

    /** Why nothing may go; empty if there is no reason. */
    static Optional<Refused> refusal(SetSurvey set, ImageTree tree) {
        List<String> problems = new ArrayList<>();
        for (ImageFacts image : set.images()) {
            if (tree.replaced().containsKey(image)) {
                continue; // it goes, and nothing needs it
            }
            String name = ParentChooser.name(image);
            switch (image.state()) {
                case DAMAGED, INCOMPLETE, PARENT_MISSING -> problems.add(name + ": " + image.problem());
                case COMPLETE, COMPLETE_WITH_UNREADABLE, LOCKED ->
                    missingParent(image, tree)
                            .ifPresent(
                                    link -> problems.add(name + ": It needs " + link.text() + ", which is not here."));
            }
        }
        if (problems.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Refused(
                "In " + set.directory() + " there is what may need the images that would go: "
                        + String.join(" ", problems),
                "Put back what is missing, or move what you can do without to another folder, then plan again."));
    }

    private static Optional<ImageLink> missingParent(ImageFacts image, ImageTree tree) {
        return image.lineage() == null
                ? Optional.empty()
                : image.lineage().parent().filter(link -> tree.answering(link).isEmpty());
    }

    /**
     * The images that unfinished captures build on, with all that those build on: they stay as they are.
     *
     * @param effects is told what stays, and why
     */
    static Set<ImageFacts> pinned(SetSurvey set, ImageTree tree, List<Effect> effects) {
        Set<ImageFacts> pinned = new HashSet<>();
        for (BegunImage begun : set.begun()) {
            if (begun.kind() == BegunImage.Kind.UNKNOWN) {
                effects.add(
                        Effect.warning(begun.name() + " cannot be read, and nothing can go on with it. It is left as"
                                + " it is; delete it if you do not know what it is."));
                continue;
            }
            if (begun.kind() == BegunImage.Kind.MERGER || begun.parent().isEmpty()) {
                continue;
            }
            Optional<ImageFacts> parent = tree.answering(begun.parent().get());
            for (ImageFacts at = parent.orElse(null); at != null; at = tree.parent(at)) {
                pinned.add(at);
            }
            effects.add(Effect.warning(
                    parent.isEmpty()
                            ? begun.name() + " cannot be gone on with: what it builds on is not here."
                            : ParentChooser.name(parent.get()) + " and what it builds on stay as they are, because the"
                                    + " unfinished " + begun.name() + " builds on it. Finish that capture, or delete"
                                    + " it, to let them go."));
        }
        return pinned;
    }
}
