package org.rescuekey.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** A regular file as a device, for tests on volumes that real tools made. Its size is that of the file when opened. */
public final class FileDevice implements BlockDevice {
    private final Path file;
    private final FileChannel channel;
    private final long sizeBytes;
    private final SectorSize sector;
    private final boolean readOnly;

    private FileDevice(Path file, SectorSize sector, boolean readOnly) throws IOException {
        this.file = file;
        this.sector = sector;
        this.readOnly = readOnly;
        this.channel = readOnly
                ? FileChannel.open(file, StandardOpenOption.READ)
                : FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.sizeBytes = sector.roundDown(channel.size());
    }

    /** Opens a file for reading and writing; what exceeds whole sectors at its end is left out. */
    public static FileDevice open(Path file, SectorSize sector) throws IOException {
        return new FileDevice(file, sector, false);
    }

    public static FileDevice openReadOnly(Path file, SectorSize sector) throws IOException {
        return new FileDevice(file, sector, true);
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public SectorSize logicalSector() {
        return sector;
    }

    @Override
    public boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        Bounds.check(this, offsetBytes, buffer.remaining());
        long position = offsetBytes;
        try {
            while (buffer.hasRemaining()) {
                int count = channel.read(buffer, position);
                if (count < 0) {
                    throw new DeviceException(name() + " ended early", DeviceException.EIO);
                }
                position += count;
            }
        } catch (RescueException e) {
            throw e;
        } catch (IOException e) {
            throw new DeviceException(name() + ": " + e.getMessage(), DeviceException.EIO, e);
        }
    }

    @Override
    public void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
        Bounds.check(this, offsetBytes, buffer.remaining());
        if (readOnly) {
            throw new DeviceException(name() + " is read-only", DeviceException.EROFS);
        }
        long position = offsetBytes;
        try {
            while (buffer.hasRemaining()) {
                position += channel.write(buffer, position);
            }
        } catch (IOException e) {
            throw new DeviceException(name() + ": " + e.getMessage(), DeviceException.EIO, e);
        }
    }

    @Override
    public void flush() throws RescueException {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw new DeviceException(name() + ": " + e.getMessage(), DeviceException.EIO, e);
        }
    }

    @Override
    public void zero(Extent extent) throws RescueException {
        Bounds.check(this, extent.start(), extent.length());
        ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(extent.length(), 1 << 20));
        for (long position = extent.start(); position < extent.end(); position += zeros.limit()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), extent.end() - position));
            write(position, zeros);
        }
    }

    @Override
    public void close() throws RescueException {
        try {
            channel.close();
        } catch (IOException e) {
            throw new DeviceException(name() + ": " + e.getMessage(), DeviceException.EIO, e);
        }
    }
}
