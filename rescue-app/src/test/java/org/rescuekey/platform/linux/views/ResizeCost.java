package org.rescuekey.platform.linux.views;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.device.OverlayDevice;
import org.rescuekey.engine.JobControl;
import org.rescuekey.platform.linux.AtExit;
import org.rescuekey.platform.linux.Programs;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.SectorSize;

/**
 * What it costs to make an NTFS volume smaller on a view of a file. Not in the build; run by hand with the file, the new
 * size, a folder for the overlay, and the bytes of its pieces.
 */
final class ResizeCost {
    private ResizeCost() {}

    @SuppressWarnings("SystemOut")
    public static void main(String... args) throws IOException {
        Path volume = Path.of(args[0]);
        long newBytes = Long.parseLong(args[1]);
        int pieceBytes = Integer.parseInt(args[3]);
        Path folder = Files.createTempDirectory("views");
        Attachments attachments = new Attachments(folder, new Programs(), new AtExit());
        NtfsResizer resizer = new NtfsResizer(new VolumeTool(attachments, new Programs()));
        JobControl control = new JobControl(_ -> {});
        try (BlockDevice base = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512);
                OverlayDevice view = new OverlayDevice(
                        "the view",
                        base,
                        base.sizeBytes(),
                        OverlayFile.create(Path.of(args[2]), base.sizeBytes() & -4096),
                        pieceBytes)) {
            long start = System.nanoTime();
            long minimum = resizer.minimum(view, control).bytes();
            long estimated = System.nanoTime();
            resizer.resize(view, newBytes, control);
            long resized = System.nanoTime();
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            System.out.printf(
                    "minimum %s in %.2f s; to %s in %.2f s; overlay %s; heap %s%n",
                    ByteCount.text(minimum),
                    (estimated - start) / 1e9,
                    ByteCount.text(newBytes),
                    (resized - estimated) / 1e9,
                    ByteCount.text(view.storedBytes()),
                    ByteCount.text(runtime.totalMemory() - runtime.freeMemory()));
        }
    }
}
