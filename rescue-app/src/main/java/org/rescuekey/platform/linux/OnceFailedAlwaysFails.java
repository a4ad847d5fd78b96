package org.rescuekey.platform.linux;

import org.jspecify.annotations.Nullable;
import org.rescuekey.error.DeviceException;

/** Runs an action until it fails for the first time; from then on each run fails with that failure. Any thread. */
final class OnceFailedAlwaysFails {
    private volatile @Nullable DeviceException failure;

    /** What is run. */
    @FunctionalInterface
    interface Action {
        void run() throws DeviceException;
    }

    void run(Action action) throws DeviceException {
        DeviceException earlier = failure;
        if (earlier != null) {
            throw new DeviceException(earlier.getMessage() + ", at an earlier attempt", earlier.errno(), earlier);
        }
        try {
            action.run();
        } catch (DeviceException e) {
            failure = e;
            throw e;
        }
    }
}
