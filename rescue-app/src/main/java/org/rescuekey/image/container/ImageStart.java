package org.rescuekey.image.container;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageCodec;
import org.rescuekey.image.index.PageReference;

/**
 * What an {@link ImageWriter} begins with: header and description, new or as an unfinished image has them, and which
 * blocks it may refer to instead of storing them. Immutable.
 */
final class ImageStart {
    final ImageHeader header;
    final byte[] headerBytes;
    /** Missing in a merger of encrypted images, whose description is not open. */
    final @Nullable StreamBounds bounds;

    final MetaRecord.Encoded descriptionRecord;
    final @Nullable Ancestry ancestry;
    final ImageSeal seal;
    /** Prove the end of the image, if it is encrypted and they open it. */
    final ImageKeys provingKeys;

    final @Nullable ResumePoint resumed;

    private ImageStart(
            ImageHeader header,
            byte[] headerBytes,
            @Nullable StreamBounds bounds,
            MetaRecord.Encoded descriptionRecord,
            @Nullable Ancestry ancestry,
            ImageSeal seal,
            ImageKeys provingKeys,
            @Nullable ResumePoint resumed) {
        this.header = header;
        this.headerBytes = headerBytes;
        this.bounds = bounds;
        this.descriptionRecord = descriptionRecord;
        this.ancestry = ancestry;
        this.seal = seal;
        this.provingKeys = provingKeys;
        this.resumed = resumed;
    }

    /** A new image. */
    static ImageStart fresh(
            ImageHeader header, ImageDescription description, @Nullable Ancestry ancestry, ImageSeal seal) {
        seal.check(header);
        byte[] encoded = new DescriptionCodec().encode(description);
        return new ImageStart(
                header,
                HeaderCodec.encode(header),
                new StreamBounds(description, header.blockSize()),
                MetaRecord.encodeDescription(encoded, HeaderCodec.tag(header), seal),
                ancestry,
                seal,
                seal.keys(),
                null);
    }

    /** An image that is put together from records of others, which takes no key. */
    static ImageStart merger(ImageHeader header, MetaRecord description, Ancestry ancestry, ImageKeys keys) {
        MetaRecord.Encoded record = description.copy(HeaderCodec.tag(header));
        return new ImageStart(header, HeaderCodec.encode(header), null, record, ancestry, ImageSeal.NONE, keys, null);
    }

    /** An unfinished image, with the parent that its header names. */
    static ImageStart resumed(ResumePoint point, @Nullable ImageReader parent, ImageSeal seal) {
        ImageHeader header = point.header();
        seal.check(header);
        boolean isParentRight = parent == null
                ? header.parent().isEmpty()
                : header.parent().filter(parent.link()::isSame).isPresent();
        if (!isParentRight) {
            throw new IllegalArgumentException("another parent than that of the unfinished image");
        }
        return new ImageStart(
                header,
                point.headerBytes(),
                new StreamBounds(point.description(), header.blockSize()),
                point.descriptionRecord(),
                parent == null ? null : Ancestry.ofParent(parent),
                seal,
                seal.keys(),
                point);
    }

    /** A new image needs a name that is not taken. */
    static void requireFree(ImageStore store, String name) throws RescueException {
        for (String taken : List.of(name, ImageNames.partial(name))) {
            if (store.exists(taken)) {
                throw new RefusedException(
                        "There is a file " + taken + " in " + store.place() + " already.",
                        ImageNames.isPartial(taken)
                                ? "Recover or delete what that unfinished image holds, or choose another name."
                                : "Choose another name.");
            }
        }
    }

    /** The number of the file that holds a block that is known already, in the image's table; 0 is the image itself. */
    int numberOf(BlockEntry known) {
        if (resumed != null && ResumePoint.isOwn(known)) {
            return 0;
        }
        if (ancestry == null) {
            throw new IllegalStateException("an image without a parent");
        }
        return ancestry.numberOf(known);
    }

    /** Where a page with these blocks is already, in the unfinished file or in the images that it builds on; or null. */
    @Nullable
    PageReference placeOf(IndexPage page, PageCodec codec) throws RescueException {
        PageReference old = ancestry == null ? null : ancestry.pageLike(page);
        return old == null && resumed != null ? resumed.placeOf(page, codec.encode(page)) : old;
    }
}
