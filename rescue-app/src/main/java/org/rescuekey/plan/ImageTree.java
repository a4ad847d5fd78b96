package org.rescuekey.plan;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rescuekey.image.AbsorbedImages;
import org.rescuekey.image.ImageLink;

/**
 * The images of one set that are whole, and which builds on which. Those that are locked count: what an image builds on is not
 * encrypted. Images of which another one takes the place, as
 * they are left when a consolidation was cut off, are not in it. Pure.
 */
final class ImageTree {
    private final List<ImageFacts> images = new ArrayList<>();
    private final Map<ImageFacts, ImageFacts> replaced = new LinkedHashMap<>();
    private final Map<String, ImageFacts> parents = new HashMap<>();

    /** @param all the images of one set */
    ImageTree(List<ImageFacts> all) {
        // What was merged away but for a cut deletion may miss its parent: that one went first, or has become a later
        // state.
        List<ImageFacts> known = all.stream()
                .filter(image -> image.lineage() != null)
                .sorted(Comparator.comparing(ImageTree::created).thenComparing(ImageFacts::path))
                .toList();
        for (ImageFacts image : known) {
            Optional<ImageFacts> instead = known.stream()
                    .filter(other -> isWhole(other) && isReplacedBy(image, other, known))
                    .findFirst();
            if (instead.isPresent()) {
                replaced.put(image, instead.get());
            } else if (isWhole(image)) {
                images.add(image);
            }
        }
        for (ImageFacts image : images) {
            ParentChooser.parentOf(image, images).ifPresent(parent -> parents.put(image.path(), parent));
        }
    }

    private static boolean isWhole(ImageFacts image) {
        return image.isRestorable() || image.state() == ImageFacts.State.LOCKED;
    }

    /** Not while something builds on it that can build on nothing else: a sibling that was elsewhere during the merger. */
    private static boolean isReplacedBy(ImageFacts image, ImageFacts other, List<ImageFacts> all) {
        if (image.lineage() == null || other.lineage() == null) {
            return false;
        }
        ImageLink self = image.lineage().self();
        AbsorbedImages absorbed = other.lineage().absorbed();
        boolean isNeeded = all.stream()
                .map(ImageFacts::lineage)
                .anyMatch(each -> each != null
                        && each.parent().filter(self::isSame).isPresent()
                        && !absorbed.contains(each.self()));
        return absorbed.contains(self) && (absorbed.holdsStateOf(self) || !isNeeded);
    }

    /** The images, oldest first. */
    List<ImageFacts> images() {
        return List.copyOf(images);
    }

    /** Images that another one takes the place of, with that one; oldest first. */
    Map<ImageFacts, ImageFacts> replaced() {
        return Map.copyOf(replaced);
    }

    /** The image that this one builds on; null for a full one. */
    @Nullable
    ImageFacts parent(ImageFacts image) {
        return parents.get(image.path());
    }

    /** The image that a link means, or the one that stands for it. */
    Optional<ImageFacts> answering(ImageLink link) {
        return images.stream()
                .filter(image -> image.lineage() != null && image.lineage().answersTo(link))
                .findFirst();
    }

    static Instant created(ImageFacts image) {
        return image.lineage() == null ? Instant.EPOCH : image.lineage().created();
    }
}
