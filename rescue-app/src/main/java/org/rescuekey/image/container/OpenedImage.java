package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.Hash;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageLink;
import org.rescuekey.image.index.PageDirectory;

/**
 * What is read and checked when an image is opened.
 *
 * @param header the header
 * @param headerHash SHA-256 of the header's 2,048 bytes
 * @param footer the footer
 * @param description the description; empty if it is encrypted and was read without its key
 * @param descriptionRecord its record
 * @param directory all pages of the index
 * @param repairs damage that was made good from a copy, as sentences
 */
record OpenedImage(
        ImageHeader header,
        Hash headerHash,
        Footer footer,
        Optional<ImageDescription> description,
        MetaRecord descriptionRecord,
        PageDirectory directory,
        List<String> repairs) {

    /**
     * A header and its bytes, from the first place where it is whole.
     *
     * @param repairs the places before that where it is damaged
     */
    record FoundHeader(ImageHeader header, ByteBuffer bytes, List<String> repairs) {
        byte[] toBytes() {
            byte[] copy = new byte[bytes.capacity()];
            bytes.duplicate().clear().get(copy);
            return copy;
        }
    }

    /** Whether who wrote the index had the key, if the image is encrypted: otherwise blocks may have been left out. */
    boolean isIndexProven() {
        return !header.isEncrypted() || !footer.mac().isNone();
    }

    /**
     * Reads and checks.
     *
     * @param keys where they open the image, what only who has the key can know is checked too
     */
    static OpenedImage read(ImageInput input, ImageKeys keys) throws RescueException {
        FoundHeader found = findHeader(input);
        Footer footer = readFooter(input);
        List<String> repairs = new ArrayList<>(found.repairs());
        repairs.addAll(input.repairs());
        long tag = HeaderCodec.tag(found.header());
        long end = footer.fileBytes() - Footer.BYTES;
        MetaRecord root = MetaRecord.read(
                input, footer.rootOffsetBytes(), end, RecordKind.INDEX_ROOT, PageDirectory.MAX_BYTES, tag);
        if (root.header().state() != footer.state().code()) {
            throw new IntegrityException("Root and footer of " + input.name() + " tell different end states");
        }
        checkMac(input.name(), found.header(), footer, keys);
        MetaRecord description = readDescription(input, footer, found.header(), keys, end, repairs);
        Hash actual = Footer.rootHash(
                found.toBytes(), description.header().hash(), root.header().hash());
        if (!actual.equals(footer.rootHash())) {
            throw new IntegrityException("The root hash of " + input.name() + " is " + actual + ", but its footer says "
                    + footer.rootHash() + ": the image was damaged or put together from several");
        }
        Optional<ImageDescription> decoded = description.isLocked()
                ? Optional.empty()
                : Optional.of(
                        new DescriptionCodec().decode(input.name(), description.offsetBytes(), description.plain()));
        PageDirectory directory = PageDirectory.decode("page directory of " + input.name(), root.plain(), end);
        return new OpenedImage(
                withParentName(input.name(), found.header(), directory),
                Sha256.of(found.toBytes()),
                footer,
                decoded,
                description,
                directory,
                List.copyOf(repairs));
    }

    private static void checkMac(String name, ImageHeader header, Footer footer, ImageKeys keys)
            throws IntegrityException {
        Hash said = footer.mac();
        boolean isChecked = header.isEncrypted() && keys.opens(header) && !said.isNone();
        if (!header.isEncrypted() && !said.isNone()) {
            throw new IntegrityException("The footer of " + name + " has a MAC, but the image is not encrypted");
        }
        if (isChecked && !said.equals(keys.mac(header, footer.authenticated()))) {
            throw new IntegrityException("The index of " + name
                    + " was changed by someone without the password, or is of an image set with another key");
        }
    }

    /** The header tells what the parent is; what it was called stands in the directory. */
    private static ImageHeader withParentName(String name, ImageHeader header, PageDirectory directory)
            throws IntegrityException {
        if (header.parent().isEmpty()) {
            return header;
        }
        ImageLink parent = header.parent().get();
        return directory.images().stream()
                .filter(parent::isSame)
                .findFirst()
                .map(header::withParent)
                .orElseThrow(() -> new IntegrityException(
                        "The index of " + name + " does not refer to the parent that its header names"));
    }

    /**
     * Finds the header: at the beginning, behind that, or in the footer. Of an encrypted image, the one with the newest key
     * slots, since a change of passwords may have been cut off.
     */
    static FoundHeader findHeader(ImageInput input) throws RescueException {
        long size = input.sizeBytes();
        long[] places = {0, HeaderCodec.BYTES, size - HeaderCodec.BYTES};
        List<String> repairs = new ArrayList<>();
        boolean isOurs = false;
        MalformedDataException first = null;
        FoundHeader newest = null;
        for (long place : places) {
            if (place < 0 || place > size - HeaderCodec.BYTES) {
                continue;
            }
            byte[] bytes = readBytes(input, place, HeaderCodec.BYTES);
            isOurs |= HeaderCodec.hasMagic(ByteBuffer.wrap(bytes));
            try {
                ImageHeader header = HeaderCodec.decode(input.name(), place, bytes);
                if (!header.isEncrypted() && newest == null) {
                    return new FoundHeader(header, ByteBuffer.wrap(bytes), List.copyOf(repairs));
                }
                if (newest == null || header.hasNewerSlots(newest.header())) {
                    newest = new FoundHeader(header, ByteBuffer.wrap(bytes), List.of());
                }
            } catch (MalformedDataException e) {
                repairs.add("The header of " + input.name() + " at offset " + place + " is damaged; a copy was used");
                first = first == null ? e : first;
            }
        }
        if (newest != null) {
            return new FoundHeader(newest.header(), newest.bytes(), List.copyOf(repairs));
        }
        throw isOurs && first != null ? first : notAnImage(input, size);
    }

    /** Tells whether a mark of ours stands where a header should; a file too short for one may be a beginning. */
    static boolean hasMark(ImageInput input) throws RescueException {
        long size = input.sizeBytes();
        if (size < HeaderCodec.BYTES) {
            return size == 0 || HeaderCodec.hasMagic(ByteBuffer.wrap(readBytes(input, 0, (int) Math.min(8, size))));
        }
        for (long place : new long[] {0, HeaderCodec.BYTES, size - HeaderCodec.BYTES}) {
            if (place <= size - HeaderCodec.BYTES
                    && HeaderCodec.hasMagic(ByteBuffer.wrap(readBytes(input, place, HeaderCodec.BYTES)))) {
                return true;
            }
        }
        return false;
    }

    private static RescueException notAnImage(ImageInput input, long size) throws RescueException {
        if (size == 0) {
            return incomplete(input.name());
        }
        byte[] start = readBytes(input, 0, (int) Math.min(8, size));
        boolean isBeginning = size < HeaderCodec.BYTES && HeaderCodec.hasMagic(ByteBuffer.wrap(start));
        return isBeginning
                ? incomplete(input.name())
                : new MalformedDataException(
                        input.name() + " is not a Rescue Key image: its beginning",
                        0,
                        "the magic of an image",
                        HexText.of(start));
    }

    private static Footer readFooter(ImageInput input) throws RescueException {
        long offset = input.sizeBytes() - Footer.BYTES;
        if (offset < HeaderCodec.PLACE_BYTES) {
            throw incomplete(input.name());
        }
        byte[] bytes = readBytes(input, offset, Footer.BYTES);
        try {
            return Footer.decode(input.name(), offset, bytes);
        } catch (MalformedDataException e) {
            RefusedException refused = incomplete(input.name());
            refused.addSuppressed(e);
            throw refused;
        }
    }

    /** Both copies are looked at, so that damage to the second is not found only when the first is gone. */
    private static MetaRecord readDescription(
            ImageInput input, Footer footer, ImageHeader header, ImageKeys keys, long end, List<String> repairs)
            throws RescueException {
        MetaRecord good = null;
        RescueException first = null;
        for (long offset : new long[] {footer.descriptionOffsetBytes(), footer.descriptionCopyOffsetBytes()}) {
            try {
                MetaRecord record = MetaRecord.readDescription(input, offset, end, header, keys);
                good = good == null ? record : good;
            } catch (MalformedDataException | IntegrityException e) {
                repairs.add(
                        "The description of " + input.name() + " at offset " + offset + " is damaged; a copy was used");
                first = e;
            }
        }
        if (good == null) {
            throw first == null ? incomplete(input.name()) : first;
        }
        return good;
    }

    static RefusedException incomplete(String name) {
        return new RefusedException(
                name + " is incomplete: it has no valid end, because its capture did not finish or its end was lost.",
                "Use another image, or recover what this one holds.");
    }

    static byte[] readBytes(ImageInput input, long offset, int length) throws RescueException {
        byte[] bytes = new byte[length];
        input.read(offset, ByteBuffer.wrap(bytes));
        return bytes;
    }
}
