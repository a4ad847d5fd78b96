package org.rescuekey.image.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.index.BlockEntry;

/** Tells what images lie in a store. One file that cannot be read does not hide the others. */
public final class ImageCatalog {
    private ImageCatalog() {}

    /** All files of a store that are images by their name, sorted by name. */
    public static List<ImageListing> list(ImageStore store) throws RescueException {
        List<ImageListing> listings = new ArrayList<>();
        for (String name : store.list()) {
            if (ImageNames.isImage(name)) {
                listings.add(look(store, name));
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
        long fileBytes = store.sizeBytes(name);
        try (ImageFile file = ImageFile.open(store, name)) {
            return new ImageListing.Finished(
                    file.summary(),
                    file.opened().description(),
                    file.opened().directory().absorbed(),
                    file.opened().repairs());
        } catch (RefusedException _) {
            return incomplete(store, name, fileBytes);
        } catch (RescueException e) {
            return new ImageListing.Unreadable(name, fileBytes, e);
        }
    }

    private static ImageListing incomplete(ImageStore store, String name, long fileBytes) throws RescueException {
        try (ImageInput input = store.open(name)) {
            Optional<ImageHeader> header = Optional.empty();
            Optional<ImageDescription> description = Optional.empty();
            try {
                header = Optional.of(OpenedImage.findHeader(input).header());
                description = Optional.of(firstDescription(input, header.get()));
            } catch (MalformedDataException | IntegrityException | RefusedException _) {
                // What is not there is left out: the listing is for people.
                return new ImageListing.Incomplete(name, fileBytes, header, description);
            }
            return new ImageListing.Incomplete(name, fileBytes, header, description);
        }
    }

    /** The description that follows the header. */
    private static ImageDescription firstDescription(ImageInput input, ImageHeader header) throws RescueException {
        long offset = HeaderCodec.PLACE_BYTES;
        MetaRecord record = MetaRecord.read(
                input,
                offset,
                input.sizeBytes() & -BlockEntry.RECORD_ALIGNMENT,
                RecordKind.DESCRIPTION,
                DescriptionCodec.MAX_BYTES,
                HeaderCodec.tag(header));
        return new DescriptionCodec().decode(input.name(), offset, record.plain());
    }
}
