package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Place;

/** The rules for a capture that puts the same image in several places. Pure. */
public final class SeveralPlaces {
    private SeveralPlaces() {}

    /**
     * What was chosen for the first place, if it is possible in all: they must hold the same parent. Who left the choice to the
     * program gets a full image where they do not.
     */
    public static ParentChooser.Choice agreed(
            Request.Kind kind, ParentChooser.Choice choice, List<FurtherPlace> others) {
        ImageFacts parent = choice.parent();
        if (parent == null) {
            return choice;
        }
        Optional<String> without = others.stream()
                .filter(other -> other.twinOf(parent).isEmpty())
                .map(other -> other.place().path())
                .findFirst();
        if (without.isEmpty()) {
            return choice;
        }
        String why = without.get() + " does not hold " + ParentChooser.name(parent)
                + " (or not the same, or not restorable), which the image would build on.";
        if (kind == Request.Kind.AUTO) {
            return ParentChooser.full(choice.set(), why);
        }
        PlanResult.Refused refusal = new PlanResult.Refused(
                why,
                "Make a full image (--kind full), or capture to each place by itself: each then builds on its own.");
        return new ParentChooser.Choice(choice.kind(), null, choice.set(), "", refusal);
    }

    /** Why no image can go to a place; empty if it can. */
    static Optional<PlanResult.Refused> refusal(DiskInfo source, Stream<Place> places) {
        return places.filter(
                        place -> !place.diskPath().isEmpty() && place.diskPath().equals(source.path()))
                .findFirst()
                .map(place -> new PlanResult.Refused(
                        place.path() + " lies on the source itself, " + source.label() + ".",
                        "Choose a place on another disk or a share."));
    }

    /** What a user should know of several places: which is which, and what they do not protect from. */
    static List<Effect> effects(CaptureSurvey survey, List<Step.AlsoStore> also) {
        List<Effect> effects = new ArrayList<>();
        List<FurtherPlace> others = survey.others();
        if (others.isEmpty()) {
            return effects;
        }
        for (int i = 0; i < others.size(); i++) {
            Place place = others.get(i).place();
            effects.add(Effect.result("The same image at " + also.get(i).path() + "."));
            List<Place> before = survey.places().subList(0, i + 1);
            before.stream()
                    .filter(other ->
                            !place.diskPath().isEmpty() && place.diskPath().equals(other.diskPath()))
                    .findFirst()
                    .ifPresent(other ->
                            effects.add(Effect.warning(other.path() + " and " + place.path() + " lie on the same disk, "
                                    + place.diskPath() + ": when it fails, both images are lost.")));
        }
        effects.add(Effect.result(
                "A place that fails does not stop the others; the image counts as complete only where it was"
                        + " read back, and the job as complete only if that is everywhere."));
        return effects;
    }
}
