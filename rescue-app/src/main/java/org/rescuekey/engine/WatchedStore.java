package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.List;
import org.rescuekey.engine.DeviceWatch.Action;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;

/** A store of images of which a {@link DeviceWatch} sees every call that waits for it. Safe for several threads, as the store is. */
final class WatchedStore implements ImageStore {
    private static final long NOWHERE = -1;

    private final ImageStore store;
    private final DeviceWatch watch;

    WatchedStore(ImageStore store, DeviceWatch watch) {
        this.store = store;
        this.watch = watch;
    }

    @Override
    public String place() {
        return store.place();
    }

    @Override
    public List<String> list() throws RescueException {
        return watch.ask(place(), Action.LOOK_UP, NOWHERE, store::list);
    }

    @Override
    public boolean exists(String name) throws RescueException {
        return watch.ask(place(), Action.LOOK_UP, NOWHERE, () -> store.exists(name));
    }

    @Override
    public ImageInput open(String name) throws RescueException {
        return new Input(watch.ask(place(), Action.OPEN, NOWHERE, () -> store.open(name)));
    }

    @Override
    public ImageOutput create(String name) throws RescueException {
        return opened(() -> store.create(name));
    }

    @Override
    public ImageOutput append(String name) throws RescueException {
        return opened(() -> store.append(name));
    }

    private ImageOutput opened(DeviceWatch.Question<ImageOutput> opening) throws RescueException {
        return new Output(watch.ask(place(), Action.OPEN, NOWHERE, () -> {
            watch.touchTarget();
            return opening.ask();
        }));
    }

    @Override
    public void overwrite(String name, long offsetBytes, ByteBuffer bytes) throws RescueException {
        watch.give(pathOf(name), Action.WRITE, offsetBytes, () -> store.overwrite(name, offsetBytes, bytes));
    }

    @Override
    public void rename(String name, String newName) throws RescueException {
        watch.give(place(), Action.WRITE, NOWHERE, () -> store.rename(name, newName));
    }

    @Override
    public void delete(String name) throws RescueException {
        watch.give(place(), Action.WRITE, NOWHERE, () -> store.delete(name));
    }

    @Override
    public long sizeBytes(String name) throws RescueException {
        return watch.ask(place(), Action.LOOK_UP, NOWHERE, () -> store.sizeBytes(name));
    }

    @Override
    public long freeBytes() throws RescueException {
        return watch.ask(place(), Action.LOOK_UP, NOWHERE, store::freeBytes);
    }

    @Override
    public void sync() throws RescueException {
        watch.give(place(), Action.FLUSH, NOWHERE, store::sync);
    }

    private String pathOf(String name) {
        return place() + "/" + name;
    }

    /** A file that is read. */
    private final class Input implements ImageInput {
        private final ImageInput input;
        private final String path;

        Input(ImageInput input) {
            this.input = input;
            this.path = pathOf(input.name());
        }

        @Override
        public String name() {
            return input.name();
        }

        @Override
        public long sizeBytes() {
            return input.sizeBytes();
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            watch.atFile(path, offsetBytes);
            watch.give(path, Action.READ, offsetBytes, () -> input.read(offsetBytes, buffer));
        }

        @Override
        public List<String> files() {
            return input.files();
        }

        @Override
        public List<String> losses() {
            return input.losses();
        }

        @Override
        public List<String> repairs() {
            return input.repairs();
        }

        @Override
        public void close() throws RescueException {
            watch.give(path, Action.CLOSE, NOWHERE, input::close);
        }
    }

    /** A file that is written. */
    private final class Output implements ImageOutput {
        private final ImageOutput output;
        private final String path;

        Output(ImageOutput output) {
            this.output = output;
            this.path = pathOf(output.name());
        }

        @Override
        public String name() {
            return output.name();
        }

        @Override
        public long positionBytes() {
            return output.positionBytes();
        }

        @Override
        public long placeFor(int lengthBytes) throws RescueException {
            return watch.ask(path, Action.WRITE, positionBytes(), () -> output.placeFor(lengthBytes));
        }

        @Override
        public void append(ByteBuffer buffer) throws RescueException {
            watch.give(path, Action.WRITE, positionBytes(), () -> output.append(buffer));
        }

        @Override
        public void flush() throws RescueException {
            watch.give(path, Action.FLUSH, NOWHERE, output::flush);
        }

        @Override
        public void close() throws RescueException {
            watch.give(path, Action.CLOSE, NOWHERE, output::close);
        }
    }
}
