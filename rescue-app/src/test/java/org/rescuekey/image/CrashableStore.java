package org.rescuekey.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;

/**
 * An image store in memory that fails at its n-th change and then behaves as a machine without power: what lay on the
 * medium is what had been flushed, and of the rest as much as {@link Survival} says.
 */
public final class CrashableStore implements ImageStore {
    /** What becomes of bytes that were written but not flushed. */
    public enum Survival {
        ALL,
        NOTHING,
        /** A prefix of random length. */
        PREFIX,
        /** The length, but only the bytes behind a random place: the last were written first. */
        SUFFIX,
        /** Random sectors of them; the others read as zero. */
        SECTORS
    }

    private static final int SECTOR_BYTES = 512;

    private static final class Content {
        private byte[] bytes = new byte[0];
        private int durableBytes;
    }

    private final Map<String, Content> files = new TreeMap<>();
    private final Map<String, Content> durableNames = new TreeMap<>();
    private int changesLeft;
    private boolean isDead;

    public CrashableStore() {
        this(Integer.MAX_VALUE);
    }

    /** @param changes how many changes succeed before one fails */
    public CrashableStore(int changes) {
        changesLeft = changes;
    }

    public void failAfter(int changes) {
        changesLeft = changes;
    }

    public boolean hasFailed() {
        return isDead;
    }

    /** Puts a whole file there. */
    public void put(String name, byte[] bytes) {
        Content content = new Content();
        content.bytes = bytes.clone();
        content.durableBytes = bytes.length;
        files.put(name, content);
        durableNames.put(name, content);
    }

    /** All bytes of a file. */
    public byte[] get(String name) throws RescueException {
        return content(name).bytes.clone();
    }

    /** The store that is found after the power is back. */
    public CrashableStore afterCut(Survival survival, Random random) {
        CrashableStore after = new CrashableStore();
        // Names that were not synced may be there or not: a rename has happened or it has not.
        Map<String, Content> names = random.nextBoolean() ? files : durableNames;
        names.forEach((name, content) -> after.put(name, survivors(content, survival, random)));
        return after;
    }

    private static byte[] survivors(Content content, Survival survival, Random random) {
        int durable = content.durableBytes;
        int unsafe = content.bytes.length - durable;
        return switch (survival) {
            case ALL -> content.bytes;
            case NOTHING -> Arrays.copyOf(content.bytes, durable);
            case PREFIX -> Arrays.copyOf(content.bytes, durable + random.nextInt(unsafe + 1));
            case SUFFIX -> {
                byte[] bytes = content.bytes.clone();
                Arrays.fill(bytes, durable, durable + random.nextInt(unsafe + 1), (byte) 0);
                yield bytes;
            }
            case SECTORS -> {
                byte[] bytes = content.bytes.clone();
                for (int at = durable; at < bytes.length; at++) {
                    int sectorEnd = Math.min(bytes.length, (at / SECTOR_BYTES + 1) * SECTOR_BYTES);
                    if (random.nextBoolean()) {
                        Arrays.fill(bytes, at, sectorEnd, (byte) 0);
                    }
                    at = sectorEnd - 1;
                }
                yield bytes;
            }
        };
    }

    private void change() throws DeviceException {
        if (isDead || changesLeft-- <= 0) {
            isDead = true;
            throw new DeviceException("no space is left", DeviceException.ENOSPC);
        }
    }

    private Content content(String name) throws DeviceException {
        Content content = files.get(name);
        if (content == null) {
            throw new DeviceException(name + " is not there", DeviceException.ENOENT);
        }
        return content;
    }

    @Override
    public String place() {
        return "memory";
    }

    @Override
    public List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public boolean exists(String name) {
        return files.containsKey(name);
    }

    @Override
    public ImageInput open(String name) throws RescueException {
        return new Input(name, content(name).bytes);
    }

    @Override
    public ImageOutput create(String name) throws RescueException {
        change();
        if (files.containsKey(name)) {
            throw new DeviceException(name + " is there", StoreErrors.EEXIST);
        }
        files.put(name, new Content());
        return append(name);
    }

    @Override
    public ImageOutput append(String name) throws RescueException {
        return new Output(name, content(name));
    }

    /** A write that fails has torn what was there: a part is new, a sector is gone, the rest is old. */
    @Override
    public void overwrite(String name, long offsetBytes, ByteBuffer buffer) throws RescueException {
        Content content = content(name);
        byte[] bytes = content.bytes.clone();
        int at = (int) offsetBytes;
        int length = buffer.remaining();
        try {
            change();
            buffer.get(bytes, at, length);
        } catch (DeviceException e) {
            buffer.get(bytes, at, length / 2);
            Arrays.fill(bytes, at + length / 2, Math.min(at + length, at + length / 2 + SECTOR_BYTES), (byte) 0);
            throw e;
        } finally {
            content.bytes = bytes;
        }
    }

    @Override
    public void rename(String name, String newName) throws RescueException {
        Content content = content(name);
        if (files.containsKey(newName)) {
            throw new DeviceException(newName + " is there", StoreErrors.EEXIST);
        }
        change();
        files.remove(name);
        files.put(newName, content);
    }

    @Override
    public void delete(String name) throws RescueException {
        content(name);
        change();
        files.remove(name);
    }

    @Override
    public long sizeBytes(String name) throws RescueException {
        return content(name).bytes.length;
    }

    @Override
    public long freeBytes() {
        return 1L << 40;
    }

    @Override
    public void sync() throws RescueException {
        change();
        durableNames.clear();
        durableNames.putAll(files);
    }

    private record Input(String name, ByteBuffer content) implements ImageInput {
        Input(String name, byte[] bytes) {
            this(name, ByteBuffer.wrap(bytes));
        }

        @Override
        public long sizeBytes() {
            return content.capacity();
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            int length = buffer.remaining();
            if (offsetBytes < 0 || offsetBytes > content.capacity() - length) {
                throw new DeviceException("read outside " + name, DeviceException.EIO);
            }
            buffer.put(content.slice((int) offsetBytes, length));
        }

        @Override
        public void close() {}
    }

    private final class Output implements ImageOutput {
        private final String name;
        private final Content content;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Output(String name, Content content) {
            this.name = name;
            this.content = content;
            bytes.writeBytes(content.bytes);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long positionBytes() {
            return bytes.size();
        }

        @Override
        public void append(ByteBuffer buffer) throws RescueException {
            byte[] more = new byte[buffer.remaining()];
            buffer.get(more);
            try {
                change();
                bytes.writeBytes(more);
            } catch (DeviceException e) {
                // A failing write may have written a part.
                bytes.write(more, 0, more.length / 2);
                throw e;
            } finally {
                content.bytes = bytes.toByteArray();
            }
        }

        @Override
        public void flush() throws RescueException {
            change();
            content.durableBytes = bytes.size();
        }

        @Override
        public void close() {}
    }
}
