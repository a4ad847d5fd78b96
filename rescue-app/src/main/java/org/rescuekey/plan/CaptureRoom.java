package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rescuekey.image.ImageKind;
import org.rescuekey.inventory.Place;
import org.rescuekey.units.ByteCount;

/** What an image will take and what its places have: by a sample of the source, or by the images before it. Pure. */
final class CaptureRoom {
    private final ParentChooser.Choice choice;
    private final List<ImageFacts> images;
    private final Optional<SizeSample> sample;
    private final long usedBytes;
    private final long presentBytes;

    /**
     * For one capture.
     *
     * @param usedBytes what is read
     * @param presentBytes what of the image is there already
     */
    CaptureRoom(CaptureSurvey survey, long usedBytes, long presentBytes) {
        this.choice = survey.choice();
        this.images = survey.images();
        this.sample = survey.choice().kind() == ImageKind.FULL ? survey.sample() : Optional.empty();
        this.usedBytes = usedBytes;
        this.presentBytes = presentBytes;
    }

    /** What the image takes and what its place has, in a sentence or two. */
    String words(Place place) {
        String need = sample.map(taken -> "It takes about " + ByteCount.text(taken.storedBytes(usedBytes))
                        + " (sampled: " + taken.blocks() + " blocks).")
                .orElseGet(() -> ParentChooser.estimate(choice, images, usedBytes));
        return need + free(place);
    }

    private static String free(Place place) {
        return place.freeBytes() == 0
                ? ""
                : " " + place.path() + " has " + ByteCount.text(place.freeBytes()) + " free.";
    }

    /** A warning for each place in which the image will not, or may not, fit; what there is in the others. */
    List<Effect> effects(List<Place> places) {
        List<Effect> effects = new ArrayList<>();
        for (Place place : places) {
            if (place.freeBytes() > 0) {
                warning(place).map(Effect::warning).ifPresent(effects::add);
            }
        }
        places.stream()
                .skip(1)
                .map(CaptureRoom::free)
                .filter(words -> !words.isEmpty())
                .map(words -> Effect.result(words.strip()))
                .forEach(effects::add);
        return effects;
    }

    private Optional<String> warning(Place place) {
        OptionalLong likely = likelyBytes();
        long needed = Math.max(0, likely.orElse(usedBytes) - presentBytes);
        if (needed <= place.freeBytes()) {
            return Optional.empty();
        }
        String has = ", and " + place.path() + " has " + ByteCount.text(place.freeBytes()) + " free";
        String missing =
                ": about " + ByteCount.text(needed - place.freeBytes()) + " too little. Make room or choose another"
                        + " place; if space ends, the job stops, says so, and can be gone on with.";
        if (sample.isPresent()) {
            return Optional.of("The image will not fit: by a sample it takes about " + ByteCount.text(needed)
                    + (presentBytes > 0 ? " more" : "") + has + missing);
        }
        if (likely.isPresent()) {
            return Optional.of("The image may not fit: earlier ones of its kind take about " + ByteCount.text(needed)
                    + has + missing);
        }
        return Optional.of("The image may not fit: " + ByteCount.text(usedBytes) + " are read" + has
                + ". Compression usually saves a third to a half; if space ends, the job stops and says so.");
    }

    private OptionalLong likelyBytes() {
        return sample.isPresent()
                ? OptionalLong.of(sample.get().storedBytes(usedBytes))
                : ParentChooser.earlierBytes(choice, images);
    }
}
