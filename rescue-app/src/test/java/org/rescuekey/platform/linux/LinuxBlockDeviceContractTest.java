package org.rescuekey.platform.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.BlockDeviceContract;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.SectorSize;

/** The contract on loop devices, which are taken away when their device is closed. */
@Tag("loop")
class LinuxBlockDeviceContractTest extends BlockDeviceContract {
    @TempDir
    private Path folder;

    @Override
    protected BlockDevice create(long sizeBytes, SectorSize sector) throws Exception {
        LoopDisk loop = LoopDisk.create(Files.createTempDirectory(folder, "loop"), sizeBytes, sector.bytes());
        return new OnLoop(new LinuxDevices(new AtExit()).openTarget(loop.path()), loop);
    }

    private static final class OnLoop extends ForwardingDevice {
        private final LoopDisk loop;
        private boolean closed;

        OnLoop(BlockDevice inner, LoopDisk loop) {
            super(inner);
            this.loop = loop;
        }

        @Override
        public void close() throws RescueException {
            super.close();
            if (closed) {
                return;
            }
            closed = true;
            try {
                loop.close();
            } catch (java.io.IOException e) {
                throw new DeviceException("the loop device stays", DeviceException.EBUSY, e);
            }
        }
    }
}
