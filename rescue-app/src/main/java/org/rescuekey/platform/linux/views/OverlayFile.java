package org.rescuekey.platform.linux.views;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Bounds;
import org.rescuekey.device.OverlayDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * A sparse file without a name, for the changes of an {@link OverlayDevice}: in a folder of a disk, or in one that the
 * system keeps in memory. It takes no more room than what was written, and is gone when it is closed or the program ends,
 * in whatever way. Nothing of it has to reach a medium. Thread rule as of {@link BlockDevice}.
 */
public final class OverlayFile implements BlockDevice {
    private static final int ZEROS_BYTES = 64 << 10;

    private final Path folder;
    private final long sizeBytes;
    private final FileChannel channel;

    private OverlayFile(Path folder, long sizeBytes, FileChannel channel) {
        this.folder = folder;
        this.sizeBytes = sizeBytes;
        this.channel = channel;
    }

    /**
     * Makes one that nobody else can open.
     *
     * @param folder where there is room
     * @param sizeBytes how much it may take at most, in whole pieces of a view
     */
    public static OverlayFile create(Path folder, long sizeBytes) throws DeviceException {
        if (sizeBytes <= 0 || sizeBytes % OverlayDevice.FINE_PIECE_BYTES != 0) {
            throw new IllegalArgumentException("room of " + sizeBytes + " bytes");
        }
        try {
            Path file = Files.createTempFile(
                    folder,
                    ".rescuekey-view",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                return new OverlayFile(folder, sizeBytes, channel);
            } finally {
                Files.delete(file); // it lives on without its name until it is closed
            }
        } catch (IOException e) {
            throw new DeviceException(
                    "cannot keep the changes of a view in " + folder + ": " + e.getMessage(),
                    DeviceException.UNKNOWN,
                    e);
        }
    }

    @Override
    public String name() {
        return folder.toString();
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public SectorSize logicalSector() {
        return SectorSize.SECTOR_512;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    /** What was never written reads as zero. */
    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        Bounds.check(this, offsetBytes, buffer.remaining());
        try {
            long position = offsetBytes;
            while (buffer.hasRemaining()) {
                int count = channel.read(buffer, position);
                if (count < 0) {
                    buffer.put(new byte[Math.min(buffer.remaining(), ZEROS_BYTES)]);
                } else {
                    position += count;
                }
            }
        } catch (IOException e) {
            throw failed("read", offsetBytes, e);
        }
    }

    @Override
    public void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
        Bounds.check(this, offsetBytes, buffer.remaining());
        try {
            long position = offsetBytes;
            while (buffer.hasRemaining()) {
                position += channel.write(buffer, position);
            }
        } catch (IOException e) {
            throw failed("write", offsetBytes, e);
        }
    }

    /** The file system that ends before the room that was promised is the commonest of all failures here. */
    private DeviceException failed(String action, long offsetBytes, IOException e) {
        String reason = String.valueOf(e.getMessage());
        if (reason.contains("No space left")) {
            return new DeviceException(
                    folder + " is full: it has less than the " + ByteCount.text(sizeBytes)
                            + " that the changes of a view may need",
                    DeviceException.ENOSPC,
                    e);
        }
        return new DeviceException(
                "cannot " + action + " the changes of a view in " + folder + " at offset " + offsetBytes + ": "
                        + reason,
                DeviceException.EIO,
                e);
    }

    @Override
    public void flush() throws RescueException {
        if (!channel.isOpen()) {
            throw new DeviceException("the changes of a view in " + folder + " are closed", DeviceException.ENXIO);
        }
    }

    @Override
    public void zero(Extent extent) throws RescueException {
        Bounds.check(this, extent.start(), extent.length());
        ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(extent.length(), ZEROS_BYTES));
        for (long position = extent.start(); position < extent.end(); position += zeros.limit()) {
            write(position, zeros.clear().limit((int) Math.min(zeros.capacity(), extent.end() - position)));
        }
    }

    @Override
    public void close() throws RescueException {
        try {
            channel.close();
        } catch (IOException e) {
            throw failed("close", 0, e);
        }
    }
}
