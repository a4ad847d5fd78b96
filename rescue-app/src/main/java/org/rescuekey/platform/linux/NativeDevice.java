package org.rescuekey.platform.linux;

import java.nio.ByteBuffer;
import org.rescuekey.device.AlignedBuffers;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Bounds;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * What a block device of the kernel and a file used as a disk have in common.
 *
 * <p>Once a flush has failed, every later one fails as well: the kernel reports lost writes only once, and a second
 * flush would say that all is well. Thread rule as of {@link BlockDevice}.
 */
abstract sealed class NativeDevice implements BlockDevice permits LinuxBlockDevice, DiskFile {
    protected final NativeFile file;
    protected final AlignedIo io;
    private final long sizeBytes;
    private final SectorSize logicalSector;
    private final boolean readOnly;
    private final OnceFailedAlwaysFails flushing = new OnceFailedAlwaysFails();

    /** @param unitBytes what the kernel moves at once, see {@link AlignedIo} */
    protected NativeDevice(
            NativeFile file,
            int unitBytes,
            long sizeBytes,
            SectorSize logicalSector,
            boolean readOnly,
            AlignedBuffers bounce) {
        this.file = file;
        this.io = new AlignedIo(file, unitBytes, bounce);
        this.sizeBytes = sizeBytes;
        this.logicalSector = logicalSector;
        this.readOnly = readOnly;
    }

    /** Drops what the page cache holds, so that reads come from the medium. */
    abstract void dropCache() throws RescueException;

    @Override
    public final String name() {
        return file.name();
    }

    @Override
    public final long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public final SectorSize logicalSector() {
        return logicalSector;
    }

    @Override
    public final boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        Bounds.check(this, offsetBytes, buffer.remaining());
        io.read(offsetBytes, buffer);
    }

    @Override
    public final void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
        Bounds.check(this, offsetBytes, buffer.remaining());
        requireWritable("write to");
        io.write(offsetBytes, buffer);
    }

    @Override
    public void flush() throws RescueException {
        flushing.run(file::sync);
    }

    @Override
    public final void zero(Extent extent) throws RescueException {
        requireWritable("zero");
        requireSectors(extent);
        zeroSectors(extent);
    }

    @Override
    public final void discard(Extent extent) throws RescueException {
        requireWritable("discard");
        requireSectors(extent);
        discardSectors(extent);
    }

    @Override
    public final void close() throws RescueException {
        file.close();
    }

    protected abstract void zeroSectors(Extent extent) throws RescueException;

    protected abstract void discardSectors(Extent extent) throws RescueException;

    /** Tells whether an errno means that the device or its driver has no such function. */
    protected static boolean isNotOffered(int errno) {
        return errno == Abi.EOPNOTSUPP || errno == Abi.ENOTTY || errno == Abi.ENOSYS;
    }

    private void requireWritable(String action) throws DeviceException {
        if (readOnly) {
            throw new DeviceException("cannot " + action + " " + name() + ": it is a source", DeviceException.EROFS);
        }
    }

    private void requireSectors(Extent extent) {
        Bounds.check(this, extent.start(), extent.length());
        if (!logicalSector.divides(extent.start()) || !logicalSector.divides(extent.length())) {
            throw new IllegalArgumentException(extent + " is not whole sectors of " + logicalSector);
        }
    }
}
