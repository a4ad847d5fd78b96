package org.rescuekey.platform.linux;

import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.BlockDeviceContract;
import org.rescuekey.units.SectorSize;

class DiskFileContractTest extends BlockDeviceContract {
    @TempDir
    private Path folder;

    @Override
    protected BlockDevice create(long sizeBytes, SectorSize sector) throws Exception {
        Path file = folder.resolve("disk");
        try (RandomAccessFile created = new RandomAccessFile(file.toFile(), "rw")) {
            created.setLength(0);
            created.setLength(sizeBytes);
        }
        return new LinuxDevices(sector, new AtExit()).openTarget(file.toString());
    }
}
