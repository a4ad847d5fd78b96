package org.rescuekey.image;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;

/**
 * Several stores that get the same: every change is made in all of them, in their order. One in which a change fails is told
 * of and left alone from then on, with what it holds; the others go on. Only when none is left does a change fail, for the reason
 * of the last one. What is read comes from the first that is left.
 *
 * <p>Thread rule: confined to one thread, as what it opens.
 */
public final class MirroredStore implements ImageStore {
    private final List<ImageStore> left;
    private final BiConsumer<ImageStore, RescueException> lost;

    /**
     * Several stores as one.
     *
     * @param stores at least one
     * @param lost hears of each that fails, once
     */
    public MirroredStore(List<ImageStore> stores, BiConsumer<ImageStore, RescueException> lost) {
        this.left = new ArrayList<>(stores);
        this.lost = lost;
    }

    /** A change to one store. */
    @FunctionalInterface
    private interface Change {
        void in(ImageStore store) throws RescueException;
    }

    /** The stores in which nothing has failed so far. */
    public List<ImageStore> left() {
        return List.copyOf(left);
    }

    /** Leaves a store alone from now on; fails for this reason if it was the last one. */
    public void drop(ImageStore store, RescueException reason) throws RescueException {
        if (left.remove(store)) {
            lost.accept(store, reason);
        }
        if (left.isEmpty()) {
            throw reason;
        }
    }

    private void each(Change change) throws RescueException {
        for (ImageStore store : left()) {
            try {
                change.in(store);
            } catch (CancelledException e) {
                throw e;
            } catch (RescueException e) {
                drop(store, e);
            }
        }
    }

    private ImageStore first() throws DeviceException {
        if (left.isEmpty()) {
            throw new DeviceException("No place is left", DeviceException.ENXIO);
        }
        return left.getFirst();
    }

    @Override
    public String place() {
        return left.stream().map(ImageStore::place).collect(Collectors.joining(" and "));
    }

    @Override
    public List<String> list() throws RescueException {
        return first().list();
    }

    /** Whether any of the stores has it, so that what is free is free in all. */
    @Override
    public boolean exists(String name) throws RescueException {
        boolean[] found = new boolean[1];
        each(store -> found[0] |= store.exists(name));
        return found[0];
    }

    @Override
    public ImageInput open(String name) throws RescueException {
        return first().open(name);
    }

    @Override
    public ImageOutput create(String name) throws RescueException {
        Output output = new Output(name);
        each(store -> output.outputs.put(store, store.create(name)));
        return output;
    }

    /** Every store but those in which the file is not as long as in the first. */
    @Override
    public ImageOutput append(String name) throws RescueException {
        Output output = new Output(name);
        each(store -> output.outputs.put(store, store.append(name)));
        long length = output.positionBytes();
        output.each(opened -> {
            if (opened.positionBytes() != length) {
                throw new DeviceException(name + " is not the same everywhere", DeviceException.EIO);
            }
        });
        return output;
    }

    @Override
    public void overwrite(String name, long offsetBytes, ByteBuffer bytes) throws RescueException {
        each(store -> store.overwrite(name, offsetBytes, bytes.duplicate()));
        bytes.position(bytes.limit());
    }

    @Override
    public void rename(String name, String newName) throws RescueException {
        each(store -> store.rename(name, newName));
    }

    @Override
    public void delete(String name) throws RescueException {
        each(store -> store.delete(name));
    }

    @Override
    public long sizeBytes(String name) throws RescueException {
        return first().sizeBytes(name);
    }

    /** What the fullest of them has. */
    @Override
    public long freeBytes() throws RescueException {
        long[] least = {Long.MAX_VALUE};
        each(store -> least[0] = Math.min(least[0], store.freeBytes()));
        return least[0];
    }

    @Override
    public void sync() throws RescueException {
        each(ImageStore::sync);
    }

    /** One file in all stores. */
    private final class Output implements ImageOutput {
        private final String name;
        private final Map<ImageStore, ImageOutput> outputs = new LinkedHashMap<>();

        Output(String name) {
            this.name = name;
        }

        /** A change to one file. */
        @FunctionalInterface
        private interface FileChange {
            void in(ImageOutput output) throws RescueException;
        }

        private void each(FileChange change) throws RescueException {
            try {
                MirroredStore.this.each(store -> {
                    ImageOutput output = outputs.get(store);
                    if (output != null) {
                        change.in(output);
                    }
                });
            } finally {
                closeLost();
            }
        }

        /** A file that was left alone is closed at once: nobody will, and its place may be wanted back. */
        private void closeLost() {
            for (ImageStore store : List.copyOf(outputs.keySet())) {
                ImageOutput lost = left.contains(store) ? null : outputs.remove(store);
                if (lost != null) {
                    try {
                        lost.close();
                    } catch (RescueException _) {
                        // It failed before, and that was told.
                    }
                }
            }
        }

        @Override
        public String name() {
            return name;
        }

        /** The same in all of them; where all have failed, nothing asks any more. */
        @Override
        public long positionBytes() {
            return outputs.isEmpty() ? 0 : outputs.values().iterator().next().positionBytes();
        }

        @Override
        public long placeFor(int lengthBytes) throws RescueException {
            long[] place = new long[1];
            each(output -> place[0] = output.placeFor(lengthBytes));
            return place[0];
        }

        @Override
        public void append(ByteBuffer buffer) throws RescueException {
            each(output -> output.append(buffer.duplicate()));
            buffer.position(buffer.limit());
        }

        @Override
        public void flush() throws RescueException {
            each(ImageOutput::flush);
        }

        @Override
        public void close() throws RescueException {
            each(ImageOutput::close);
        }
    }
}
