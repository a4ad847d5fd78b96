package org.rescuekey.device;

import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.units.SectorSize;

class FileDeviceTest extends BlockDeviceContract {
    @TempDir
    private Path folder;

    @Override
    protected BlockDevice create(long sizeBytes, SectorSize sector) throws Exception {
        Path file = folder.resolve("disk");
        try (RandomAccessFile created = new RandomAccessFile(file.toFile(), "rw")) {
            created.setLength(0);
            created.setLength(sizeBytes);
        }
        return FileDevice.open(file, sector);
    }
}
