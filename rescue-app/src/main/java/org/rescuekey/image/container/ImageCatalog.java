package org.rescuekey.image.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.AbsorbedImages;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.PageDirectory;

/** Tells what images lie in a store. One file that cannot be read does not hide the others. */
public final class ImageCatalog {
    private ImageCatalog() {}

    /** Gives the keys for an image, or {@link ImageKeys#NONE} if they are not open. */
    @FunctionalInterface
    public interface KeySource {
        ImageKeys of(ImageHeader header);
    }

    /** All files of a store that are images by their name, sorted by name. */
    public static List<ImageListing> list(ImageStore store) throws RescueException {
        return list(store, header -> ImageKeys.NONE);
    }

    /** The same with the keys that are open. */
    public static List<ImageListing> list(ImageStore store, KeySource keys) throws RescueException {
        List<ImageListing> listings = new ArrayList<>();
        for (String name : store.list()) {
            if (ImageNames.isImage(name)) {
                listings.add(look(store, name, keys));
            }
        }
        return listings;
    }

    /**
     * Looks at one file, without the images that it builds on.
     *
     * @throws DeviceException if it is not there
     */
    public static ImageListing look(ImageStore store, String name) throws RescueException {
        return look(store, name, header -> ImageKeys.NONE);
    }

    /** The same with the keys that are open. */
    public static ImageListing look(ImageStore store, String name, KeySource keys) throws RescueException {
        long fileBytes = store.sizeBytes(name);
        try (ImageFile file = ImageFile.open(store, name, keysFor(store, name, keys))) {
            file.requireAllParts();
            if (file.opened().description().isEmpty()) {
                return new ImageListing.Locked(
                        file.summary(),
                        file.opened().directory().absorbed(),
                        file.opened().repairs());
            }
            return new ImageListing.Finished(
                    file.summary(),
                    file.opened().description().get(),
                    file.opened().directory().absorbed(),
                    file.opened().repairs());
        } catch (RefusedException _) {
            return incomplete(store, name, fileBytes, keys);
        } catch (RescueException e) {
            return new ImageListing.Unreadable(name, fileBytes, e);
        }
    }

    private static ImageListing incomplete(ImageStore store, String name, long fileBytes, KeySource keys)
            throws RescueException {
        try (ImageInput input = store.open(name)) {
            Optional<ImageHeader> header = Optional.empty();
            Optional<ImageDescription> description = Optional.empty();
            AbsorbedImages absorbed = AbsorbedImages.NONE;
            try {
                ImageHeader found = OpenedImage.findHeader(input).header();
                header = Optional.of(found);
                MetaRecord record = firstDescription(input, found, keys.of(found));
                absorbed = firstAbsorbed(input, found, record);
                description = record.isLocked()
                        ? Optional.empty()
                        : Optional.of(new DescriptionCodec().decode(name, record.offsetBytes(), record.plain()));
            } catch (MalformedDataException | IntegrityException | RefusedException _) {
                // What is not there is left out: the listing is for people.
                return new ImageListing.Incomplete(name, fileBytes, header, description, absorbed);
            }
            return new ImageListing.Incomplete(name, fileBytes, header, description, absorbed);
        }
    }

    /** A header that cannot be read needs no keys: what is wrong with it is told when the image is opened. */
    private static ImageKeys keysFor(ImageStore store, String name, KeySource keys) throws RescueException {
        try (ImageInput input = store.open(name)) {
            return keys.of(OpenedImage.findHeader(input).header());
        } catch (DeviceException e) {
            throw e;
        } catch (RescueException _) {
            return ImageKeys.NONE;
        }
    }

    /** The description that follows the header. */
    private static MetaRecord firstDescription(ImageInput input, ImageHeader header, ImageKeys keys)
            throws RescueException {
        return MetaRecord.readDescription(input, HeaderCodec.PLACE_BYTES, endOf(input), header, keys);
    }

    /** What a consolidation writes behind the description before any block; empty if there is nothing of the kind. */
    private static AbsorbedImages firstAbsorbed(ImageInput input, ImageHeader header, MetaRecord description)
            throws RescueException {
        long offset = description.offsetBytes() + description.header().recordBytes();
        long end = endOf(input);
        try {
            MetaRecord checkpoint = MetaRecord.read(
                    input, offset, end, RecordKind.CHECKPOINT, PageDirectory.MAX_BYTES, HeaderCodec.tag(header));
            return PageDirectory.decode("first index of " + input.name(), checkpoint.plain(), end)
                    .absorbed();
        } catch (MalformedDataException | IntegrityException _) {
            return AbsorbedImages.NONE;
        }
    }

    private static long endOf(ImageInput input) {
        return input.sizeBytes() & -BlockEntry.RECORD_ALIGNMENT;
    }
}
