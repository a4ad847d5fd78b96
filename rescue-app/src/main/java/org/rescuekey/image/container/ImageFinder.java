package org.rescuekey.image.container;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageLink;
import org.rescuekey.image.ImageStore;

/**
 * Finds the images that another one refers to, by what they are and never by their names: the files of a store may be
 * renamed and copied at will.
 */
final class ImageFinder {
    private final ImageStore store;
    private final ImageKeys keys;
    private @Nullable List<Candidate> candidates;

    ImageFinder(ImageStore store, ImageKeys keys) {
        this.store = store;
        this.keys = keys;
    }

    /** A finished file of the store and its header. */
    private record Candidate(String name, ImageHeader header) {}

    /**
     * The file of an image, or of one that was made by consolidation and stands for it.
     *
     * @param file open; to be closed by the caller
     * @param isAbsorbed whether the file only stands for the image
     */
    record Found(ImageFile file, boolean isAbsorbed) {}

    /**
     * Finds and opens an image.
     *
     * @param link what is looked for
     * @param neededBy the name of the image that refers to it, for errors
     * @throws RefusedException if it is not there, or is not what it was
     */
    Found find(ImageLink link, String neededBy) throws RescueException {
        RefusedException changed = null;
        for (Candidate candidate : candidates()) {
            if (candidate.header().imageId().equals(link.imageId())) {
                ImageFile file = openOrNull(candidate.name());
                if (file != null && file.link().isSame(link)) {
                    return new Found(file, false);
                }
                changed = changed(link, candidate.name(), neededBy, file == null);
                close(file);
            }
        }
        Optional<ImageFile> standIn = findStandIn(link);
        if (standIn.isPresent()) {
            return new Found(standIn.get(), true);
        }
        throw changed != null ? changed : missing(link, neededBy);
    }

    private Optional<ImageFile> findStandIn(ImageLink link) throws RescueException {
        for (Candidate candidate : candidates()) {
            ImageFile file = openOrNull(candidate.name());
            if (file != null && file.opened().directory().absorbed().contains(link)) {
                return Optional.of(file);
            }
            close(file);
        }
        return Optional.empty();
    }

    private RefusedException missing(ImageLink link, String neededBy) {
        return new RefusedException(
                neededBy + " builds on " + link.text() + ", which is not in " + store.place() + ".",
                "Put that file back beside it, or use an image that does not need it.");
    }

    private static RefusedException changed(ImageLink link, String name, String neededBy, boolean isUnreadable) {
        return new RefusedException(
                neededBy + " builds on " + link.text() + ", but " + name
                        + (isUnreadable ? " cannot be read." : " is not what it was: it was changed or replaced."),
                "Put the original file back, or use an image that does not need it.");
    }

    private List<Candidate> candidates() throws RescueException {
        List<Candidate> known = candidates;
        if (known == null) {
            known = store.list().stream()
                    .filter(name -> ImageNames.isImage(name) && !ImageNames.isPartial(name))
                    .flatMap(name -> candidate(name).stream())
                    .toList();
            candidates = known;
        }
        return known;
    }

    /** A file that cannot be read is no candidate; who misses it will say which image is not there. */
    private Optional<Candidate> candidate(String name) {
        try (ImageInput input = store.open(name)) {
            return Optional.of(new Candidate(name, OpenedImage.findHeader(input).header()));
        } catch (RescueException _) {
            return Optional.empty();
        }
    }

    private @Nullable ImageFile openOrNull(String name) throws RescueException {
        try {
            return ImageFile.open(store, name, keys);
        } catch (DeviceException e) {
            throw e;
        } catch (RescueException _) {
            return null;
        }
    }

    private static void close(@Nullable ImageFile file) throws RescueException {
        if (file != null) {
            file.close();
        }
    }
}
