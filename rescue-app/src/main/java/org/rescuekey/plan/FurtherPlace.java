package org.rescuekey.plan;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Place;

/**
 * A place beside the first that gets the same image.
 *
 * @param place the place
 * @param images the images that are there
 */
public record FurtherPlace(Place place, List<ImageFacts> images) {
    public FurtherPlace {
        images = List.copyOf(images);
    }

    /** The same image as one in another place, by identity and content; its name may differ. */
    public Optional<ImageFacts> twinOf(ImageFacts other) {
        return images.stream()
                .filter(image -> image.isRestorable()
                        && image.imageId().equals(other.imageId())
                        && image.rootHash().equals(other.rootHash()))
                .findFirst();
    }

    /** Where an image of a set goes here: to the one that it builds on, or else to its set, which may begin with it. */
    public String directory(ParentChooser.Choice choice, UUID setId, DiskInfo disk, boolean encrypted) {
        Optional<ImageFacts> beside = choice.parent() == null
                ? images.stream()
                        .filter(image -> image.lineage() != null
                                && image.lineage().setId().equals(setId.toString()))
                        .findFirst()
                : twinOf(choice.parent());
        return beside.map(image -> image.path().substring(0, image.path().lastIndexOf('/')))
                .orElseGet(() -> ImageNaming.directory(place.path(), disk, setId, encrypted));
    }
}
