package org.rescuekey.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageLink;

/** Decides whether a capture goes on with an image that an earlier one left unfinished. Pure. */
final class ResumeChooser {
    private ResumeChooser() {}

    /**
     * The newest unfinished image that this capture would make in the same way.
     *
     * @param unfinished those of this disk that are encrypted as the new image would be, or not
     * @param choice what the new image would be
     * @param now what it would be of
     * @param partLimitBytes how it would be divided
     * @param images the finished images of the place: one that is newer ends the use of what is unfinished
     */
    static Optional<UnfinishedImage> choose(
            List<UnfinishedImage> unfinished,
            ParentChooser.Choice choice,
            ImageDescription now,
            long partLimitBytes,
            List<ImageFacts> images) {
        return unfinished.stream()
                .filter(image -> fits(image, choice) && image.header().partLimitBytes() == partLimitBytes)
                .filter(image -> isOfTheSame(image.description(), now))
                .filter(image -> images.stream().noneMatch(finished -> follows(finished, image)))
                .max(Comparator.comparing(image -> image.header().created()));
    }

    private static boolean fits(UnfinishedImage image, ParentChooser.Choice choice) {
        ImageLineage set = choice.set() == null ? null : choice.set().lineage();
        boolean isOfSet =
                set == null || set.setId().equals(image.header().setId().toString());
        ImageLineage parent = choice.parent() == null ? null : choice.parent().lineage();
        Optional<ImageLink> link = image.header().parent();
        boolean isParentSame = parent == null
                ? link.isEmpty()
                : link.filter(parent.self()::isSame).isPresent();
        return isOfSet && isParentSame && image.header().kind() == choice.kind();
    }

    /** The same disk, table and streams; how the disk is connected does not matter. */
    private static boolean isOfTheSame(ImageDescription was, ImageDescription now) {
        ImageDescription.Disk one = was.disk();
        ImageDescription.Disk other = now.disk();
        return one.model().equals(other.model())
                && one.serial().equals(other.serial())
                && one.wwn().equals(other.wwn())
                && one.sizeBytes() == other.sizeBytes()
                && one.logicalSectorBytes() == other.logicalSectorBytes()
                && was.table().equals(now.table())
                && was.streams().equals(now.streams());
    }

    private static boolean follows(ImageFacts finished, UnfinishedImage image) {
        ImageLineage lineage = finished.lineage();
        return lineage != null
                && lineage.setId().equals(image.header().setId().toString())
                && lineage.created().isAfter(image.header().created());
    }
}
