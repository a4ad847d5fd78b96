package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageStore;

/** A place whose files do not answer a read until the test lets them. */
final class HangingStore {
    final CountDownLatch hangs = new CountDownLatch(1);
    final CountDownLatch answer = new CountDownLatch(1);

    ImageStore over(ImageStore store) {
        return new UnflushedStore(store) {
            @Override
            public ImageInput open(String name) throws RescueException {
                return hanging(super.open(name));
            }
        };
    }

    private ImageInput hanging(ImageInput input) {
        return new ImageInput() {
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
                hangs.countDown();
                try {
                    answer.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new CancelledException("interrupted");
                }
                input.read(offsetBytes, buffer);
            }

            @Override
            public void close() throws RescueException {
                input.close();
            }
        };
    }
}
