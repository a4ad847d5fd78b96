package org.rescuekey.image;

import java.util.List;

/**
 * The images that one stands for that was made by consolidation. It holds the state of the newest of them. Whatever built
 * on that state finds it unchanged; what built on an older one does not, and must not be given the newer one instead.
 *
 * @param links all of them; those whose state this one holds come first: the newest, and what that one held the state of
 * @param sameState so many of them have this image's state
 */
public record AbsorbedImages(List<ImageLink> links, int sameState) {
    public static final AbsorbedImages NONE = new AbsorbedImages(List.of(), 0);

    public AbsorbedImages {
        links = List.copyOf(links);
        boolean isRight = links.isEmpty() ? sameState == 0 : sameState >= 1 && sameState <= links.size();
        if (!isRight) {
            throw new IllegalArgumentException(sameState + " of " + links.size() + " absorbed images");
        }
    }

    public boolean isEmpty() {
        return links.isEmpty();
    }

    public boolean contains(ImageLink link) {
        return links.stream().anyMatch(link::isSame);
    }

    /** The images whose state this one holds. */
    public List<ImageLink> ofSameState() {
        return links.subList(0, sameState);
    }

    /** Whether what built on that image can build on this one. */
    public boolean holdsStateOf(ImageLink link) {
        return ofSameState().stream().anyMatch(link::isSame);
    }
}
