package org.rescuekey.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.AbsorbedImages;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.container.ImageCatalog;
import org.rescuekey.image.container.ImageListing;
import org.rescuekey.image.container.ImageNames;
import org.rescuekey.plan.BegunImage;
import org.rescuekey.plan.UnfinishedImage;

/** Looks at images in the making: what a capture left, which can be gone on with, and what a consolidation left, which cannot. */
final class BegunImages {
    private BegunImages() {}

    /** The images below a directory whose capture did not finish, as far as it can be told what they are of. */
    static List<UnfinishedImage> captures(org.rescuekey.engine.ImageCatalog catalog, Path directory)
            throws RescueException {
        List<UnfinishedImage> images = new ArrayList<>();
        if (Files.exists(directory)) {
            for (Path path : ImageFolders.files(directory, BegunImages::isBegun)) {
                capture(catalog, path).ifPresent(images::add);
            }
        }
        return images;
    }

    /** One that cannot be read, for want of its password too, is not gone on with. */
    private static Optional<UnfinishedImage> capture(org.rescuekey.engine.ImageCatalog catalog, Path path) {
        String name = String.valueOf(path.getFileName());
        try {
            ImageListing listing = catalog.look(path);
            if (ImageNames.isPartial(name)
                    && listing instanceof ImageListing.Incomplete image
                    && image.absorbed().isEmpty()
                    && image.header().isPresent()
                    && image.description().isPresent()) {
                return Optional.of(new UnfinishedImage(
                        String.valueOf(path.toAbsolutePath().getParent()),
                        ImageNames.finished(name),
                        image.header().get(),
                        image.description().get(),
                        image.fileBytes()));
            }
            return Optional.empty();
        } catch (RescueException _) {
            return Optional.empty();
        }
    }

    /** Those in a store, but for the ones that are known to be of another set than this. */
    static List<BegunImage> in(ImageStore store, String setId) throws RescueException {
        List<BegunImage> images = new ArrayList<>();
        for (String name : store.list()) {
            if (isBegun(name)) {
                begun(name, ImageCatalog.look(store, name), setId).ifPresent(images::add);
            }
        }
        return images;
    }

    /** Whether a consolidation made a file, which has the name of an image in the making. */
    static boolean isOfMerger(ImageStore store, String name) throws RescueException {
        return kind(name, ImageCatalog.look(store, name)) == BegunImage.Kind.MERGER;
    }

    private static Optional<BegunImage> begun(String name, ImageListing listing, String setId) throws RescueException {
        Optional<ImageHeader> header =
                switch (listing) {
                    case ImageListing.Incomplete image -> image.header();
                    case ImageListing.Finished image ->
                        Optional.of(image.summary().header());
                    case ImageListing.Locked image ->
                        Optional.of(image.summary().header());
                    case ImageListing.Unreadable ignored -> Optional.empty();
                };
        BegunImage.Kind kind = kind(name, listing);
        if (header.isPresent() && !header.get().setId().toString().equals(setId)) {
            return Optional.empty();
        }
        return Optional.of(new BegunImage(name, kind, header.flatMap(ImageHeader::parent)));
    }

    private static BegunImage.Kind kind(String name, ImageListing listing) throws RescueException {
        AbsorbedImages absorbed =
                switch (listing) {
                    case ImageListing.Incomplete image -> image.absorbed();
                    case ImageListing.Finished image -> image.absorbed();
                    case ImageListing.Locked image -> image.absorbed();
                    case ImageListing.Unreadable image when image.problem() instanceof DeviceException e -> throw e;
                    case ImageListing.Unreadable ignored -> AbsorbedImages.NONE;
                };
        boolean isKnown =
                switch (listing) {
                    case ImageListing.Incomplete image -> image.header().isPresent();
                    case ImageListing.Finished ignored -> true;
                    case ImageListing.Locked ignored -> true;
                    case ImageListing.Unreadable ignored -> false;
                };
        if (!isKnown || !ImageNames.isPartial(name)) {
            return BegunImage.Kind.UNKNOWN;
        }
        return absorbed.isEmpty() ? BegunImage.Kind.CAPTURE : BegunImage.Kind.MERGER;
    }

    private static boolean isBegun(String name) {
        return ImageNames.isImage(name) && ImageNames.isPartial(name);
    }
}
