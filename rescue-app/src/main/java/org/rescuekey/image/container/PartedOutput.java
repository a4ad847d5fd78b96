package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.index.BlockEntry;

/**
 * Appends to an image that may be divided into parts, which its header tells: the first bytes that are appended. What is
 * appended at once, a record, never straddles parts: when it does not fit, the part gets its end and is flushed, and the
 * next one is begun and flushed, name included, before anything follows.
 */
final class PartedOutput implements ImageOutput {
    private final ImageStore store;
    private final String name;
    private ImageOutput current;
    private @Nullable ImageHeader header;
    private long stride;
    private int part;
    private boolean isEnded;

    private PartedOutput(ImageStore store, String name, ImageOutput current) {
        this.store = store;
        this.name = name;
        this.current = current;
    }

    /** A new image. */
    static PartedOutput create(ImageStore store, String name) throws RescueException {
        return new PartedOutput(store, name, store.create(name));
    }

    /** An image in one file. */
    static PartedOutput append(ImageStore store, String name) throws RescueException {
        return new PartedOutput(store, name, store.append(name));
    }

    /**
     * An image in parts, behind its last one.
     *
     * @param lastFile the name of that one's file
     * @param lastPart its number
     * @param isEnded whether it has its end mark, so that what is appended goes into the next
     */
    static PartedOutput append(
            ImageStore store, String name, ImageHeader header, String lastFile, int lastPart, boolean isEnded)
            throws RescueException {
        PartedOutput output = new PartedOutput(store, name, store.append(lastFile));
        try {
            output.part = lastPart;
            output.isEnded = isEnded;
            output.divide(header);
            output.align();
            return output;
        } catch (RescueException | RuntimeException e) {
            try {
                output.close();
            } catch (RescueException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private void divide(ImageHeader imageHeader) {
        header = imageHeader;
        stride = PartMark.strideBytes(imageHeader);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long positionBytes() {
        return part * stride + current.positionBytes();
    }

    @Override
    public long placeFor(int lengthBytes) throws RescueException {
        makeRoomFor(lengthBytes);
        return positionBytes();
    }

    @Override
    public void append(ByteBuffer buffer) throws RescueException {
        if (header == null && current.positionBytes() == 0 && part == 0) {
            learn(buffer.duplicate());
        }
        makeRoomFor(buffer.remaining());
        current.append(buffer);
    }

    private void learn(ByteBuffer first) throws RescueException {
        if (first.remaining() < HeaderCodec.BYTES || !HeaderCodec.hasMagic(first)) {
            return;
        }
        byte[] bytes = new byte[HeaderCodec.BYTES];
        first.get(bytes);
        try {
            ImageHeader found = HeaderCodec.decode(name, 0, bytes);
            if (found.partLimitBytes() > 0) {
                divide(found);
            }
        } catch (MalformedDataException _) {
            // Not an image: whatever it is, it is one file.
        }
    }

    private void makeRoomFor(int lengthBytes) throws RescueException {
        ImageHeader image = header;
        if (image == null) {
            return;
        }
        boolean fits = !isEnded && current.positionBytes() + lengthBytes + PartMark.END_BYTES <= stride;
        if (fits) {
            return;
        }
        if (PartMark.BEGIN_BYTES + lengthBytes + PartMark.END_BYTES > stride) {
            throw new RefusedException(
                    name + " is divided into parts of " + image.partLimitBytes() + " bytes, and something of "
                            + lengthBytes + " bytes that must not be divided does not fit into one.",
                    "Choose larger parts.");
        }
        if (part + 1 >= PartNames.MAX_PARTS) {
            throw new RefusedException(
                    name + " would have more than " + PartNames.MAX_PARTS + " parts.", "Choose larger parts.");
        }
        begin(image);
    }

    private void begin(ImageHeader image) throws RescueException {
        if (!isEnded) {
            align();
            long length = current.positionBytes() + PartMark.END_BYTES;
            if (length <= stride) {
                current.append(PartMark.end(image, part, length));
            }
        }
        current.flush();
        long previous = current.positionBytes();
        current.close();
        current = store.create(PartNames.of(name, part + 1));
        part++;
        isEnded = false;
        current.append(PartMark.begin(image, part, previous));
        current.flush();
        store.sync();
    }

    /** Behind what a cut has torn, records begin on their boundary again. */
    private void align() throws RescueException {
        int padding = (int) (-current.positionBytes() & (BlockEntry.RECORD_ALIGNMENT - 1));
        if (padding > 0) {
            current.append(ByteBuffer.allocate(padding));
        }
    }

    @Override
    public void flush() throws RescueException {
        current.flush();
    }

    @Override
    public void close() throws RescueException {
        current.close();
    }
}
