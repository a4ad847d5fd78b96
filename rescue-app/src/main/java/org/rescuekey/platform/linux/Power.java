package org.rescuekey.platform.linux;

import java.util.List;
import org.rescuekey.error.DeviceException;

/** Ends the running system. Who calls this has made sure that no job is running and none has failed. */
public final class Power {
    private final Programs programs = new Programs();

    public void off() throws DeviceException {
        systemctl("poweroff");
    }

    public void restart() throws DeviceException {
        systemctl("reboot");
    }

    private void systemctl(String verb) throws DeviceException {
        Programs.Result result = programs.run(List.of("systemctl", verb));
        if (!result.isSuccess()) {
            throw new DeviceException(
                    "systemctl " + verb + " gave exit status " + result.exitStatus() + ": " + result.output(),
                    DeviceException.UNKNOWN);
        }
    }
}
