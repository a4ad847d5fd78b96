package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageStore;

/**
 * The parts of an image as one file: part k stands at {@code [k * stride, (k + 1) * stride)}. What lies between a part's
 * end and the next part reads as zeros, and so does a part that is not there or belongs to another image: such are named
 * by {@link #losses()}. Damage to the marks of parts is named by {@link #repairs()}.
 *
 * <p>Thread rule: may be used by several threads.
 */
final class PartedInput implements ImageInput {
    private final String name;
    private final ImageHeader header;
    private final long stride;
    private final NavigableMap<Integer, ImageInput> parts = new TreeMap<>();
    private final List<String> losses = new ArrayList<>();
    private final List<String> repairs = new ArrayList<>();
    private int last;
    private boolean isLastEnded;

    private PartedInput(String name, ImageHeader header) {
        this.name = name;
        this.header = header;
        stride = PartMark.strideBytes(header);
    }

    /**
     * Opens all parts.
     *
     * @param first the first part; closed with this, also if this fails
     * @param files the names of the files of the later parts that are there
     */
    static PartedInput open(
            ImageStore store, String name, ImageInput first, ImageHeader header, SortedMap<Integer, String> files)
            throws RescueException {
        PartedInput input = new PartedInput(name, header);
        input.parts.put(0, first);
        try {
            for (var file : files.entrySet()) {
                input.parts.put(file.getKey(), store.open(file.getValue()));
            }
            input.check();
            return input;
        } catch (RescueException | RuntimeException e) {
            try {
                input.close();
            } catch (RescueException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private void check() throws RescueException {
        NavigableMap<Integer, PartMark.Begin> begins = new TreeMap<>();
        NavigableMap<Integer, ImageInput> foreign = new TreeMap<>();
        for (var part : parts.tailMap(1).entrySet()) {
            Optional<PartMark.Begin> begin = PartMark.readBegin(part.getValue());
            if (begin.isPresent()) {
                String other = otherThan(part.getKey(), begin.get());
                if (other.isEmpty()) {
                    begins.put(part.getKey(), begin.get());
                } else {
                    foreign.put(part.getKey(), part.getValue());
                    losses.add(sentence(part.getKey(), other));
                }
            }
        }
        parts.keySet().removeAll(foreign.keySet());
        for (ImageInput file : foreign.values()) {
            file.close();
        }
        last = begins.isEmpty() ? 0 : begins.lastKey();
        // One whose mark is damaged may follow, if the part before says that one does.
        while (hasEnd(last) && parts.containsKey(last + 1)) {
            last++;
        }
        isLastEnded = hasEnd(last);
        for (ImageInput stray : parts.tailMap(last, false).values()) {
            repairs.add(stray.name() + " is no part of " + name + ", though it is called so");
        }
        for (int part = 0; part <= last; part++) {
            checkPart(part, begins, foreign.containsKey(part));
        }
        if (isLastEnded && !foreign.containsKey(last + 1) && !ImageNames.isPartial(name)) {
            losses.add(sentence(last + 1, "is missing"));
        }
    }

    private void checkPart(int part, NavigableMap<Integer, PartMark.Begin> begins, boolean isForeign)
            throws RescueException {
        ImageInput file = parts.get(part);
        if (file == null) {
            if (!isForeign) {
                losses.add(sentence(part, "is missing"));
            }
            return;
        }
        if (part > 0 && !begins.containsKey(part)) {
            repairs.add(sentence(part, "is damaged at its beginning"));
        }
        if (file.sizeBytes() > stride) {
            losses.add(sentence(part, "is longer than a part can be"));
            return;
        }
        if (part < last && !hasEnd(part)) {
            PartMark.Begin next = begins.get(part + 1);
            if (next != null && next.previousBytes() != file.sizeBytes()) {
                losses.add(sentence(
                        part,
                        "has " + file.sizeBytes() + " bytes and not " + next.previousBytes() + ": it was cut off"));
            } else {
                repairs.add(sentence(part, "is damaged at its end"));
            }
        }
    }

    /** What a part is instead of the one that its name says; empty if it is that. */
    private String otherThan(int part, PartMark.Begin begin) {
        if (!begin.header().imageId().equals(header.imageId())) {
            return "belongs to another image";
        }
        return begin.part() == part ? "" : "is part " + (begin.part() + 1) + " of it";
    }

    private boolean hasEnd(int part) throws RescueException {
        ImageInput file = parts.get(part);
        return file != null && PartMark.hasEnd(file, header, part);
    }

    private String sentence(int part, String what) {
        return "Part " + (part + 1) + " of " + name + ", " + PartNames.of(name, part) + ", " + what;
    }

    long strideBytes() {
        return stride;
    }

    /** The number of the last part that is there. */
    int lastPart() {
        return last;
    }

    /** Whether the last part that is there ends with the mark that another one follows. */
    boolean isLastEnded() {
        return isLastEnded;
    }

    /** Whether the last part is no more than a beginning that was not finished. */
    boolean isLastTorn() throws RescueException {
        ImageInput file = parts.get(last);
        return last > 0
                && file != null
                && file.sizeBytes() <= PartMark.BEGIN_BYTES
                && PartMark.readBegin(file).isEmpty();
    }

    private long partBytes(int part) {
        ImageInput file = parts.get(part);
        return file == null ? 0 : file.sizeBytes();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long sizeBytes() {
        return last * stride + partBytes(last);
    }

    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        if (offsetBytes < 0 || offsetBytes > sizeBytes() - buffer.remaining()) {
            throw new DeviceException(
                    "Reading " + name + " failed: " + buffer.remaining() + " bytes at offset " + offsetBytes
                            + " are not in it",
                    DeviceException.EIO);
        }
        long position = offsetBytes;
        while (buffer.hasRemaining()) {
            int part = (int) (position / stride);
            long inPart = position - part * stride;
            int length = (int) Math.min(buffer.remaining(), stride - inPart);
            readPart(parts.get(part), inPart, length, buffer);
            position += length;
        }
    }

    private static void readPart(@Nullable ImageInput file, long offset, int length, ByteBuffer buffer)
            throws RescueException {
        int there = file == null ? 0 : Math.clamp(file.sizeBytes() - offset, 0, length);
        int end = buffer.position() + length;
        if (there > 0 && file != null) {
            ByteBuffer slice = buffer.duplicate();
            file.read(offset, slice.limit(buffer.position() + there));
            buffer.position(buffer.position() + there);
        }
        while (buffer.position() < end) {
            buffer.put((byte) 0);
        }
    }

    @Override
    public List<String> files() {
        return parts.values().stream().map(ImageInput::name).toList();
    }

    @Override
    public List<String> losses() {
        return List.copyOf(losses);
    }

    @Override
    public List<String> repairs() {
        return List.copyOf(repairs);
    }

    @Override
    public void close() throws RescueException {
        RescueException failure = null;
        for (ImageInput part : parts.values()) {
            try {
                part.close();
            } catch (RescueException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
