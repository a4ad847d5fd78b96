package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.RescueException;

/** A device that does not answer one read or write, as an unplugged or failing disk: nothing interrupts the call. */
final class HangingDevice extends ForwardingDevice {
    final CountDownLatch hangs = new CountDownLatch(1);
    final CountDownLatch answer = new CountDownLatch(1);
    final AtomicInteger callsAfterwards = new AtomicInteger();
    private volatile boolean armed;
    private final boolean onRead;
    private final AtomicInteger callsBefore;

    /**
     * @param onRead it is a read that hangs, else a write
     * @param callsBefore so many of them answer first, once it is armed
     */
    HangingDevice(BlockDevice inner, boolean onRead, int callsBefore) {
        super(inner);
        this.onRead = onRead;
        this.callsBefore = new AtomicInteger(callsBefore);
    }

    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        pass(onRead);
        super.read(offsetBytes, buffer);
    }

    @Override
    public void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
        pass(!onRead);
        super.write(offsetBytes, buffer);
    }

    HangingDevice arm() {
        armed = true;
        return this;
    }

    private void pass(boolean counts) {
        if (hangs.getCount() == 0) {
            callsAfterwards.incrementAndGet();
        } else if (armed && counts && callsBefore.getAndDecrement() == 0) {
            hangs.countDown();
            hang();
        }
    }

    private void hang() {
        boolean interrupted = false;
        while (true) {
            try {
                answer.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
