package org.rescuekey.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.container.ImageNames;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.SetSurvey;

/** Finds the image set that a user named, and looks at all that lies where it is. */
final class ImageSet {
    private ImageSet() {}

    /**
     * Finds a set.
     *
     * @param named its directory, or one of its images
     * @throws RefusedException if there is none, or the directory holds several
     */
    static SetSurvey find(ImageCatalog catalog, String named) throws RescueException {
        Path path = Path.of(named).toAbsolutePath().normalize();
        boolean isImage = Files.isRegularFile(path);
        Path directory = isImage && path.getParent() != null ? path.getParent() : path;
        String wanted = isImage ? setOf(catalog.facts(path)) : "";
        List<ImageFacts> all = catalog.list(directory);
        List<ImageFacts> known = all.stream()
                .filter(image -> image.lineage() != null)
                .filter(image -> wanted.isEmpty() || setOf(image).equals(wanted))
                .toList();
        List<String> sets = known.stream().map(ImageSet::setOf).distinct().toList();
        List<Path> folders = known.stream().map(ImageSet::folderOf).distinct().toList();
        if (sets.isEmpty()) {
            throw new RefusedException(
                    "There is no image set in " + directory + ".",
                    "Name the directory of one; \"rescuekey list\" helps.");
        }
        if (sets.size() > 1 || folders.size() > 1) {
            throw new RefusedException(
                    directory + " holds more than one image set.", "Name one of the set's images instead.");
        }
        refuseWrongPassword(catalog, known);
        return survey(catalog, folders.getFirst(), sets.getFirst(), all);
    }

    /** Without a password much can be done; with a wrong one, something else was meant. */
    private static void refuseWrongPassword(ImageCatalog catalog, List<ImageFacts> images) throws RescueException {
        for (ImageFacts image : images) {
            if (image.state() == ImageFacts.State.LOCKED) {
                catalog.facts(Path.of(image.path()));
                return;
            }
        }
    }

    private static SetSurvey survey(ImageCatalog catalog, Path folder, String setId, List<ImageFacts> all)
            throws RescueException {
        ImageStore store = catalog.storeIn(folder);
        List<ImageFacts> images = all.stream()
                .filter(image -> folderOf(image).equals(folder) && isImage(image))
                .filter(image -> image.lineage() == null || setOf(image).equals(setId))
                .toList();
        List<String> names = store.list();
        return new SetSurvey(
                folder.toString(),
                images,
                BegunImages.in(store, setId),
                names.stream().filter(ImageNames::isDeleting).toList(),
                SetWatch.imageFiles(store),
                names,
                store.freeBytes());
    }

    /** What is in the making is looked at by itself, and what did not read back is none any more. */
    private static boolean isImage(ImageFacts image) {
        String name = String.valueOf(Path.of(image.path()).getFileName());
        return ImageNames.isImage(name) && !ImageNames.isPartial(name);
    }

    private static Path folderOf(ImageFacts image) {
        Path path = Path.of(image.path()).toAbsolutePath().normalize();
        return path.resolveSibling("").normalize();
    }

    private static String setOf(ImageFacts image) {
        return image.lineage() == null ? "" : image.lineage().setId();
    }
}
