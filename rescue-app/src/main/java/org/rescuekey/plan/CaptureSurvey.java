package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.inventory.Place;

/**
 * What the planner of a capture knows beside the request.
 *
 * @param source what was read of the source
 * @param place where the image goes
 * @param others further places that get the same image
 * @param origin when, by what and under which names the image is made
 * @param choice what kind the image becomes, and what it builds on
 * @param images the images that are in the first place, for an estimate
 * @param unfinished the images whose capture did not finish, in the directory of the new one
 * @param sample what a few blocks of the source come to; empty where none were tried
 */
public record CaptureSurvey(
        SourceSurvey source,
        Place place,
        List<FurtherPlace> others,
        ImageOrigin origin,
        ParentChooser.Choice choice,
        List<ImageFacts> images,
        List<UnfinishedImage> unfinished,
        Optional<SizeSample> sample) {
    public CaptureSurvey {
        others = List.copyOf(others);
        images = List.copyOf(images);
        unfinished = List.copyOf(unfinished);
    }

    /** The first place and the others. */
    public List<Place> places() {
        List<Place> places = new ArrayList<>(List.of(place));
        others.forEach(other -> places.add(other.place()));
        return places;
    }
}
