package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rescuekey.crypto.KeySlots;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.Encryption;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageStore;

/**
 * Puts other key slots into the header of an encrypted image: the only change that a finished image ever sees. Neither the
 * root hash nor anything else that images say of each other is over the slots.
 *
 * <p>The header stands in three places. They are written one after the other, each flushed, those that are not whole first and
 * the one that readers use last: at every moment one place is whole that is not being written. A cut leaves places with
 * older slots beside newer ones; readers take the newest, and writing again completes it.
 *
 * <p>Thread rule: no state; nobody else may write to the file.
 */
public final class KeySlotsWriter {
    private KeySlotsWriter() {}

    /** The newest key slots of an image, finished or not; it must be encrypted. */
    public static KeySlots read(ImageStore store, String name) throws RescueException {
        return slots(header(store, name));
    }

    /** The header of an image, finished or not. */
    public static ImageHeader header(ImageStore store, String name) throws RescueException {
        try (ImageInput input = store.open(name)) {
            return OpenedImage.findHeader(input).header();
        }
    }

    /** Whether every place of the header is whole and has these slots. */
    public static boolean hasEverywhere(ImageStore store, String name, KeySlots slots) throws RescueException {
        try (ImageInput input = store.open(name)) {
            byte[] wanted = HeaderCodec.withSlots(OpenedImage.findHeader(input).toBytes(), slots);
            for (long place : places(input)) {
                if (!Arrays.equals(wanted, OpenedImage.readBytes(input, place, HeaderCodec.BYTES))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Writes the slots to every place of the header that does not have them. */
    public static void write(ImageStore store, String name, KeySlots slots) throws RescueException {
        byte[] wanted;
        List<Long> order;
        try (ImageInput input = store.open(name)) {
            OpenedImage.FoundHeader found = OpenedImage.findHeader(input);
            slots(found.header());
            wanted = HeaderCodec.withSlots(found.toBytes(), slots);
            order = order(input, found.toBytes(), wanted);
        }
        for (long place : order) {
            store.overwrite(name, place, ByteBuffer.wrap(wanted));
        }
    }

    /** Not whole, whole but not used, used: within each group from the end of the file, which is a sector of its own. */
    private static List<Long> order(ImageInput input, byte[] used, byte[] wanted) throws RescueException {
        List<Long> damaged = new ArrayList<>();
        List<Long> others = new ArrayList<>();
        List<Long> last = new ArrayList<>();
        for (long place : places(input).reversed()) {
            byte[] bytes = OpenedImage.readBytes(input, place, HeaderCodec.BYTES);
            if (Arrays.equals(bytes, wanted)) {
                continue;
            }
            if (!isWhole(input.name(), place, bytes)) {
                damaged.add(place);
            } else {
                (Arrays.equals(bytes, used) ? last : others).add(place);
            }
        }
        damaged.addAll(others);
        damaged.addAll(last);
        return damaged;
    }

    /** An image without a whole footer has no header at its end: something else may stand there. */
    private static List<Long> places(ImageInput input) throws RescueException {
        List<Long> places = new ArrayList<>(List.of(0L, (long) HeaderCodec.BYTES));
        long footer = input.sizeBytes() - Footer.BYTES;
        if (footer >= HeaderCodec.PLACE_BYTES && isFooter(input, footer)) {
            places.add(footer + Footer.HEADER_COPY_AT);
        }
        return places;
    }

    private static boolean isFooter(ImageInput input, long offset) throws RescueException {
        try {
            Footer.decode(input.name(), offset, OpenedImage.readBytes(input, offset, Footer.BYTES));
            return true;
        } catch (MalformedDataException _) {
            return false;
        }
    }

    private static boolean isWhole(String name, long place, byte[] bytes) throws RescueException {
        try {
            HeaderCodec.decode(name, place, bytes);
            return true;
        } catch (MalformedDataException _) {
            return false;
        }
    }

    private static KeySlots slots(ImageHeader header) throws RefusedException {
        return header.encryption()
                .map(Encryption::slots)
                .orElseThrow(() -> new RefusedException(
                        "The image is not encrypted, so it has no passwords.",
                        "Capture with --encrypt to begin an encrypted image set."));
    }
}
