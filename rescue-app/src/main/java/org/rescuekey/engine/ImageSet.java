package org.rescuekey.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.ImageFacts;

/**
 * The image set that a user named.
 *
 * @param directory where its files lie
 * @param images its images
 * @param names the names of all files there
 */
record ImageSet(String directory, List<ImageFacts> images, List<String> names) {
    ImageSet {
        images = List.copyOf(images);
        names = List.copyOf(names);
    }

    /**
     * Finds a set.
     *
     * @param named its directory, or one of its images
     * @throws RefusedException if there is none, or the directory holds several
     */
    static ImageSet find(ImageCatalog catalog, String named) throws RescueException {
        Path path = Path.of(named).toAbsolutePath().normalize();
        boolean isImage = Files.isRegularFile(path);
        Path directory = isImage && path.getParent() != null ? path.getParent() : path;
        String wanted = isImage ? setOf(catalog.facts(path)) : "";
        List<ImageFacts> images = catalog.list(directory).stream()
                .filter(image -> image.lineage() != null)
                .filter(image -> wanted.isEmpty() || setOf(image).equals(wanted))
                .toList();
        List<String> sets = images.stream().map(ImageSet::setOf).distinct().toList();
        List<Path> folders = images.stream()
                .map(image -> Path.of(image.path()).toAbsolutePath().normalize().getParent())
                .distinct()
                .toList();
        if (sets.isEmpty()) {
            throw new RefusedException(
                    "There is no image set in " + directory + ".",
                    "Name the directory of one; \"rescuekey list\" helps.");
        }
        if (sets.size() > 1 || folders.size() > 1) {
            throw new RefusedException(
                    directory + " holds more than one image set.", "Name one of the set's images instead.");
        }
        String folder = String.valueOf(folders.getFirst());
        return new ImageSet(
                folder,
                images,
                catalog.storeOf(Path.of(images.getFirst().path())).list());
    }

    private static String setOf(ImageFacts image) {
        return image.lineage() == null ? "" : image.lineage().setId();
    }
}
