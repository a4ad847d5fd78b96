package org.rescuekey;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.rescuekey.error.RescueException;

/** Runs code on hostile bytes: it ends in a {@link RescueException} at worst, and takes no more memory than is said. */
public final class Bounded {
    private Bounded() {}

    /** What is run. */
    @FunctionalInterface
    public interface Body {
        void run() throws RescueException;
    }

    /** Runs twice, and counts the second time: the first may load classes. */
    public static void run(long maxBytes, Body body) {
        once(body);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        once(body);
        long taken = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(taken).as("bytes of memory taken").isLessThanOrEqualTo(maxBytes);
    }

    private static void once(Body body) {
        try {
            body.run();
        } catch (RescueException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
