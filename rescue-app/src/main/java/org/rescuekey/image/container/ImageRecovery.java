package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.EndState;
import org.rescuekey.image.Hash;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.ImageSummary;
import org.rescuekey.image.Totals;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageCodec;
import org.rescuekey.image.index.PageDirectory;
import org.rescuekey.image.index.PageReference;

/**
 * Makes an image readable that has lost its end or a part of its index, from its records alone. What was written is not
 * touched: a new index, root and footer are appended. The image is complete again only where an old footer or root proves
 * that every block was found; otherwise it is incomplete, and is restored on explicit request only.
 *
 * <p>Thread rule: no state; the file must not be in use.
 */
public final class ImageRecovery {
    private ImageRecovery() {}

    /**
     * What a scan found.
     *
     * @param header the image's header
     * @param description what it is of; empty if that is encrypted and the key is not open
     * @param state what the image would be after {@link #finish}
     * @param totals the blocks that are whole
     * @param damagedBytes the bytes of the file that belong to no whole record
     */
    public record Findings(
            String name,
            ImageHeader header,
            Optional<ImageDescription> description,
            EndState state,
            Totals totals,
            long damagedBytes) {}

    /** Looks what is there, without changing anything. */
    public static Findings scan(ImageStore store, String name) throws RescueException {
        return scan(store, name, ImageKeys.NONE);
    }

    /** The same of an image that may be encrypted; it is scanned without its key too. */
    public static Findings scan(ImageStore store, String name, ImageKeys keys) throws RescueException {
        try (ImageInput input = store.open(name);
                RecoveryScan scan = RecoveryScan.begin(store, input, keys)) {
            scan.run(ImageRecovery::countOnly);
            return new Findings(
                    name, scan.header(), scan.description(), scan.state(), scan.totals(), scan.damagedBytes());
        }
    }

    /**
     * Appends a new index, root and footer, and takes {@code .partial} from the name. An image in the making that has
     * a whole end already only gets its name.
     *
     * @throws RefusedException if the image needs no recovery, or its final name is taken
     */
    public static ImageSummary finish(ImageStore store, String name) throws RescueException {
        return finish(store, name, ImageKeys.NONE);
    }

    /**
     * The same of an image that may be encrypted. Without its key, the new index is not proven: see
     * {@link ImageReader#isIndexProven}.
     */
    public static ImageSummary finish(ImageStore store, String name, ImageKeys keys) throws RescueException {
        String finalName = ImageNames.finished(name);
        boolean isPartial = ImageNames.isPartial(name);
        if (isPartial && store.exists(finalName)) {
            throw new RefusedException(
                    "There is a file " + finalName + " in " + store.place() + " already.",
                    "Rename or move one of them.");
        }
        if (!hasWholeIndex(store, name, keys)) {
            try (ImageInput input = store.open(name);
                    RecoveryScan scan = RecoveryScan.begin(store, input, keys)) {
                append(store, name, scan);
            }
        } else if (!isPartial) {
            throw nothingToRecover(name);
        }
        if (isPartial) {
            store.rename(name, finalName);
        }
        store.sync();
        try (ImageReader reader = ImageReader.openLocked(store, finalName, keys)) {
            return reader.summary();
        }
    }

    private static RefusedException nothingToRecover(String name) {
        return new RefusedException(
                "The index of " + name + " is whole: there is nothing to recover.",
                "Verify it to find damaged blocks.");
    }

    /**
     * Looks what a recovery would find.
     *
     * @throws RefusedException if it would be refused since there is nothing to recover
     */
    public static Findings tryOut(ImageStore store, String name, ImageKeys keys) throws RescueException {
        if (!ImageNames.isPartial(name) && hasWholeIndex(store, name, keys)) {
            throw nothingToRecover(name);
        }
        return scan(store, name, keys);
    }

    private static void append(ImageStore store, String name, RecoveryScan scan) throws RescueException {
        long tag = HeaderCodec.tag(scan.header());
        PageCodec codec = PageCodec.of(scan.header());
        try (ImageOutput output = store.append(name)) {
            int padding = (int) (-output.positionBytes() & (BlockEntry.RECORD_ALIGNMENT - 1));
            output.append(ByteBuffer.allocate(padding));
            PageDirectory directory = scan.run(page -> PageStorage.append(output, page, codec, tag));
            scan.finisher(output).finish(directory, scan.state(), scan.descriptionOffsetBytes(), scan.totals());
        }
    }

    private static boolean hasWholeIndex(ImageStore store, String name, ImageKeys keys) throws RescueException {
        try (ImageReader reader = ImageReader.openLocked(store, name, keys)) {
            for (PageReference reference : reader.directory().pages()) {
                reader.page(reference);
            }
            return true;
        } catch (RefusedException | MalformedDataException | IntegrityException _) {
            return false;
        }
    }

    private static PageReference countOnly(IndexPage page) {
        return new PageReference(
                page.stream(), page.number(), 0, 1, 1, page.entries().size(), Hash.NONE);
    }
}
