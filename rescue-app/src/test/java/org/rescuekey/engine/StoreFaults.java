package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;

/**
 * A way in which the place of the images goes wrong: at its n-th change (names, appends, flushes) or at its n-th read,
 * counted over all stores that were decorated with it. Safe for several threads.
 */
final class StoreFaults {
    /** What is hit. */
    enum Hit {
        /** A change fails and does nothing. */
        CHANGE,
        /** As CHANGE, but half of what was to be appended reaches the file. */
        TORN_CHANGE,
        /** A read fails. */
        READ,
        /** A read succeeds with one bit of it wrong. */
        FLIPPED_READ
    }

    private final Hit hit;
    private final long first;
    private final boolean lasting;
    private final int errno;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong struck = new AtomicLong();

    private StoreFaults(Hit hit, long first, boolean lasting, int errno) {
        this.hit = hit;
        this.first = first;
        this.lasting = lasting;
        this.errno = errno;
    }

    static StoreFaults only(Hit hit, long call, int errno) {
        return new StoreFaults(hit, call, false, errno);
    }

    static StoreFaults from(Hit hit, long call, int errno) {
        return new StoreFaults(hit, call, true, errno);
    }

    boolean hasStruck() {
        return struck.get() > 0;
    }

    ImageStore on(ImageStore inner) {
        return new Store(inner);
    }

    private boolean strikes(boolean change) {
        if (change != (hit == Hit.CHANGE || hit == Hit.TORN_CHANGE)) {
            return false;
        }
        long call = calls.incrementAndGet();
        boolean strikes = lasting ? call >= first : call == first;
        if (strikes) {
            struck.incrementAndGet();
        }
        return strikes;
    }

    private void change(String what) throws DeviceException {
        if (strikes(true)) {
            throw new DeviceException(what + " failed (errno " + errno + ")", errno);
        }
    }

    private final class Store extends UnflushedStore {
        Store(ImageStore inner) {
            super(inner);
        }

        @Override
        public ImageInput open(String name) throws RescueException {
            return new Input(super.open(name));
        }

        @Override
        public ImageOutput create(String name) throws RescueException {
            change("Creating " + name);
            return new FaultyOutput(super.create(name));
        }

        @Override
        public ImageOutput append(String name) throws RescueException {
            change("Opening " + name);
            return new FaultyOutput(super.append(name));
        }

        @Override
        public void rename(String name, String newName) throws RescueException {
            change("Renaming " + name);
            super.rename(name, newName);
        }

        @Override
        public void delete(String name) throws RescueException {
            change("Deleting " + name);
            super.delete(name);
        }

        @Override
        public void sync() throws RescueException {
            change("Flushing the directory");
        }
    }

    private final class FaultyOutput extends UnflushedStore.Output {
        FaultyOutput(ImageOutput inner) {
            super(inner);
        }

        @Override
        public void append(ByteBuffer buffer) throws RescueException {
            if (strikes(true)) {
                if (hit == Hit.TORN_CHANGE) {
                    super.append(buffer.slice(buffer.position(), buffer.remaining() / 2));
                }
                throw new DeviceException("Writing " + name() + " failed (errno " + errno + ")", errno);
            }
            super.append(buffer);
        }

        @Override
        public void flush() throws RescueException {
            change("Flushing " + name());
        }
    }

    private final class Input implements ImageInput {
        private final ImageInput inner;

        Input(ImageInput inner) {
            this.inner = inner;
        }

        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public long sizeBytes() {
            return inner.sizeBytes();
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            boolean strikes = strikes(false);
            if (strikes && hit == Hit.READ) {
                throw new DeviceException("Reading " + name() + " failed (errno " + errno + ")", errno);
            }
            int start = buffer.position();
            inner.read(offsetBytes, buffer);
            if (strikes) {
                int middle = (start + buffer.position()) / 2;
                buffer.put(middle, (byte) (buffer.get(middle) ^ 4));
            }
        }

        @Override
        public void close() throws RescueException {
            inner.close();
        }
    }
}
