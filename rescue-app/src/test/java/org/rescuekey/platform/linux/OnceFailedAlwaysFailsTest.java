package org.rescuekey.platform.linux;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.rescuekey.error.DeviceException;

class OnceFailedAlwaysFailsTest {
    private final OnceFailedAlwaysFails flushing = new OnceFailedAlwaysFails();

    @Test
    void aFlushAfterAFailedOneDoesNotSayThatAllIsWell() throws DeviceException {
        flushing.run(() -> {});
        flushing.run(() -> {});
        assertThatThrownBy(() -> flushing.run(() -> {
                    throw new DeviceException("cannot flush", DeviceException.EIO);
                }))
                .hasMessage("cannot flush");
        assertThatThrownBy(() -> flushing.run(() -> {}))
                .isInstanceOf(DeviceException.class)
                .hasMessage("cannot flush, at an earlier attempt")
                .extracting(failure -> ((DeviceException) failure).errno())
                .isEqualTo(DeviceException.EIO);
    }
}
