package org.rescuekey.engine;

import java.util.List;
import java.util.Optional;
import org.rescuekey.image.ImageLink;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.ImageLineage;

/** Tells of the images in one place which ones lack an image that they build on. Pure. */
final class ImageLineages {
    private ImageLineages() {}

    /** The same images; what cannot be restored for want of another one says so. */
    static List<ImageFacts> checked(List<ImageFacts> images) {
        return images.stream().map(image -> checked(image, images)).toList();
    }

    private static ImageFacts checked(ImageFacts image, List<ImageFacts> all) {
        ImageFacts at = image;
        for (int hops = 0; hops <= all.size(); hops++) {
            ImageLineage lineage = at.lineage();
            if (!image.isRestorable() || lineage == null || lineage.parent().isEmpty()) {
                return image;
            }
            ImageLink link = lineage.parent().get();
            Optional<ImageFacts> parent = all.stream()
                    .filter(each -> each.isRestorable()
                            && each.lineage() != null
                            && each.lineage().answersTo(link))
                    .findFirst();
            if (parent.isEmpty()) {
                return without(image, "It needs " + link.text() + ", which is not here whole.");
            }
            at = parent.get();
        }
        return without(image, "The images that it builds on refer to each other in a circle.");
    }

    /** The same image without something that it builds on. */
    static ImageFacts without(ImageFacts image, String problem) {
        return new ImageFacts(
                image.path(),
                image.imageId(),
                image.rootHash(),
                ImageFacts.State.PARENT_MISSING,
                problem,
                image.description(),
                image.storedBytes(),
                image.usedBytes(),
                image.lineage());
    }
}
