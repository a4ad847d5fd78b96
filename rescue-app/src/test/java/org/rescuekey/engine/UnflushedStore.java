package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.List;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;

/** A store that leaves its files in the system's cache, so that tests do not wait for a medium. */
class UnflushedStore implements ImageStore {
    private final ImageStore inner;

    UnflushedStore(ImageStore inner) {
        this.inner = inner;
    }

    @Override
    public String place() {
        return inner.place();
    }

    @Override
    public List<String> list() throws RescueException {
        return inner.list();
    }

    @Override
    public boolean exists(String name) throws RescueException {
        return inner.exists(name);
    }

    @Override
    public ImageInput open(String name) throws RescueException {
        return inner.open(name);
    }

    @Override
    public ImageOutput create(String name) throws RescueException {
        return new Output(inner.create(name));
    }

    @Override
    public ImageOutput append(String name) throws RescueException {
        return new Output(inner.append(name));
    }

    @Override
    public void overwrite(String name, long offsetBytes, ByteBuffer bytes) throws RescueException {
        inner.overwrite(name, offsetBytes, bytes);
    }

    @Override
    public void rename(String name, String newName) throws RescueException {
        inner.rename(name, newName);
    }

    @Override
    public void delete(String name) throws RescueException {
        inner.delete(name);
    }

    @Override
    public long sizeBytes(String name) throws RescueException {
        return inner.sizeBytes(name);
    }

    @Override
    public long freeBytes() throws RescueException {
        return inner.freeBytes();
    }

    @Override
    public void sync() throws RescueException {}

    /** An output that does not flush. */
    static class Output implements ImageOutput {
        private final ImageOutput inner;

        Output(ImageOutput inner) {
            this.inner = inner;
        }

        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public long positionBytes() {
            return inner.positionBytes();
        }

        @Override
        public void append(ByteBuffer buffer) throws RescueException {
            inner.append(buffer);
        }

        @Override
        public void flush() throws RescueException {}

        @Override
        public void close() throws RescueException {
            inner.close();
        }
    }
}
