package org.rescuekey.image.container;

import java.io.Closeable;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageLink;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.ImageSummary;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageCodec;
import org.rescuekey.image.index.PageReference;

/**
 * One image's own file, opened and checked, without the images that it refers to: numbers of images in it are those of
 * its own image table.
 *
 * <p>Thread rule: may be used by several threads.
 */
final class ImageFile implements Closeable {
    private final ImageInput input;
    private final OpenedImage opened;
    private final PageCodec pageCodec;
    private final long endBytes;

    private ImageFile(ImageInput input, OpenedImage opened) {
        this.input = input;
        this.opened = opened;
        pageCodec = PageCodec.of(opened.header());
        endBytes = opened.footer().fileBytes() - Footer.BYTES;
    }

    /** @param keys what they do not open is read as far as that goes */
    static ImageFile open(ImageStore store, String name, ImageKeys keys) throws RescueException {
        ImageInput input = store.open(name);
        try {
            return new ImageFile(input, OpenedImage.read(input, keys));
        } catch (RescueException | RuntimeException e) {
            try {
                input.close();
            } catch (RescueException suppressed) {
                e.addSuppressed(suppressed);
            }
            if (e instanceof RefusedException && !input.losses().isEmpty()) {
                throw lost(input);
            }
            throw e;
        }
    }

    /** One without a valid end, of which enough is known to open those that it refers to. */
    static ImageFile unfinished(ImageInput input, OpenedImage known) {
        return new ImageFile(input, known);
    }

    private static IntegrityException lost(ImageInput input) {
        return new IntegrityException(String.join("; ", input.losses()) + ".");
    }

    /** @throws IntegrityException if parts of the file are missing, cut off or not of it */
    void requireAllParts() throws IntegrityException {
        if (!input.losses().isEmpty()) {
            throw lost(input);
        }
    }

    ImageInput input() {
        return input;
    }

    OpenedImage opened() {
        return opened;
    }

    ImageHeader header() {
        return opened.header();
    }

    String name() {
        return input.name();
    }

    long tag() {
        return HeaderCodec.tag(header());
    }

    /** The offset behind the last record. */
    long endBytes() {
        return endBytes;
    }

    /** How another image refers to this one. */
    ImageLink link() {
        return new ImageLink(header().imageId(), opened.footer().rootHash(), name());
    }

    ImageSummary summary() {
        Footer footer = opened.footer();
        return new ImageSummary(
                name(),
                header(),
                footer.state(),
                footer.totals(),
                footer.rootHash(),
                footer.fileBytes(),
                opened.isIndexProven());
    }

    /** Reads a page that lies in this file; the numbers of images in it are those of this image's table. */
    IndexPage load(PageReference reference) throws RescueException {
        MetaRecord record = MetaRecord.read(
                input, reference.offsetBytes(), endBytes, RecordKind.INDEX_PAGE, PageCodec.MAX_BYTES, tag());
        String what = "index page " + reference.number() + " of stream " + reference.stream() + " of " + name();
        boolean isTheOne = record.header().stream() == reference.stream()
                && record.header().block() == reference.firstBlock()
                && record.header().hash().equals(reference.hash());
        if (!isTheOne) {
            throw new IntegrityException("The " + what + " is not the one that the directory lists");
        }
        IndexPage page = pageCodec.decode(
                what,
                reference.stream(),
                reference.number(),
                record.plain(),
                endBytes,
                opened.directory().images().size());
        if (page.entries().size() != reference.blocks()) {
            throw new IntegrityException(
                    "The " + what + " lists " + page.entries().size() + " blocks and not " + reference.blocks());
        }
        return page;
    }

    @Override
    public void close() throws RescueException {
        input.close();
    }
}
