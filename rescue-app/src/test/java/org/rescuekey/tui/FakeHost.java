package org.rescuekey.tui;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** A system whose shell runs until the test lets it end. */
final class FakeHost implements TuiHost {
    final CountDownLatch began = new CountDownLatch(1);
    final CountDownLatch finish = new CountDownLatch(1);

    @Override
    public boolean ownsMachine() {
        return false;
    }

    @Override
    public void runShell() throws IOException {
        began.countDown();
        try {
            finish.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void powerOff() throws IOException {
        throw new IOException("not here");
    }

    @Override
    public void reboot() throws IOException {
        throw new IOException("not here");
    }
}
