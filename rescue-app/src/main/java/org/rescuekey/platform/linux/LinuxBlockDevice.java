package org.rescuekey.platform.linux;

import org.rescuekey.device.AlignedBuffers;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * A block device of the kernel: a disk, a partition, a loop device. Read and written past the page cache. Closing it
 * from another thread ends a long {@link #zero} or {@link #discard} at its next piece.
 */
final class LinuxBlockDevice extends NativeDevice {
    /** One request to the kernel cannot be stopped, so that long extents go in pieces. */
    private static final long PIECE_BYTES = 64L << 20;

    private final SectorSize physicalSector;

    private LinuxBlockDevice(NativeFile file, Geometry geometry, boolean readOnly, AlignedBuffers bounce) {
        super(file, geometry.logicalSector.bytes(), geometry.sizeBytes, geometry.logicalSector, readOnly, bounce);
        this.physicalSector = geometry.physicalSector;
    }

    /** Opens a block device for reading alone. */
    static LinuxBlockDevice openReadOnly(String path, AlignedBuffers bounce) throws RescueException {
        NativeFile file = NativeFile.open(path, Abi.O_RDONLY | Abi.O_DIRECT);
        try {
            return new LinuxBlockDevice(file, Geometry.of(file), true, bounce);
        } catch (RescueException e) {
            file.close();
            throw e;
        }
    }

    /** Opens a block device for writing; the kernel refuses while it, or a partition of it, is mounted or held. */
    static LinuxBlockDevice openExclusively(String path, AlignedBuffers bounce) throws RescueException {
        NativeFile file = NativeFile.open(path, Abi.O_RDWR | Abi.O_DIRECT | Abi.O_EXCL);
        try {
            if (file.ioctlGet("get the read-only flag", Abi.BLKROGET, Integer.BYTES) != 0) {
                throw new DeviceException(
                        "cannot open " + path + " for writing: it is read-only. " + ReadOnlyGuards.remedy(path),
                        DeviceException.EROFS);
            }
            return new LinuxBlockDevice(file, Geometry.of(file), false, bounce);
        } catch (RescueException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public SectorSize physicalSector() {
        return physicalSector;
    }

    @Override
    void dropCache() throws RescueException {
        file.ioctl("drop the cache", Abi.BLKFLSBUF);
    }

    @Override
    protected void zeroSectors(Extent extent) throws RescueException {
        for (long start = extent.start(); start < extent.end(); start += PIECE_BYTES) {
            Extent piece = Extent.between(start, Math.min(start + PIECE_BYTES, extent.end()));
            int errno = file.tryIoctl(Abi.BLKZEROOUT, piece);
            if (isNotOffered(errno)) {
                io.writeZeros(Extent.between(start, extent.end()));
                return;
            }
            if (errno != 0) {
                throw Errno.exception("zero " + name() + " at offset " + start, errno);
            }
        }
    }

    @Override
    protected void discardSectors(Extent extent) throws RescueException {
        for (long start = extent.start(); start < extent.end(); start += PIECE_BYTES) {
            Extent piece = Extent.between(start, Math.min(start + PIECE_BYTES, extent.end()));
            int errno = file.tryIoctl(Abi.BLKDISCARD, piece);
            if (isNotOffered(errno)) {
                return;
            }
            if (errno != 0) {
                throw Errno.exception("discard of " + name() + " at offset " + start, errno);
            }
        }
    }

    private record Geometry(long sizeBytes, SectorSize logicalSector, SectorSize physicalSector) {
        static Geometry of(NativeFile file) throws DeviceException {
            SectorSize logical = logicalSector(file);
            SectorSize physical = physicalSector(file, logical);
            long sizeBytes = logical.roundDown(file.ioctlGet("get the size", Abi.BLKGETSIZE64, Long.BYTES));
            if (sizeBytes == 0) {
                throw Errno.exception("open " + file.name(), Abi.ENOMEDIUM);
            }
            return new Geometry(sizeBytes, logical, physical);
        }

        private static SectorSize logicalSector(NativeFile file) throws DeviceException {
            long bytes = file.ioctlGet("get the logical sector size", Abi.BLKSSZGET, Integer.BYTES);
            try {
                return new SectorSize(Math.toIntExact(bytes));
            } catch (IllegalArgumentException e) {
                throw new DeviceException(
                        "cannot use " + file.name() + ": it reports sectors of " + bytes + " bytes", Abi.EINVAL, e);
            }
        }

        /** The physical size is advice only; some adapters report nonsense. */
        private static SectorSize physicalSector(NativeFile file, SectorSize logical) throws DeviceException {
            long bytes = file.ioctlGet("get the physical sector size", Abi.BLKPBSZGET, Integer.BYTES);
            boolean believable = Long.bitCount(bytes) == 1 && bytes >= logical.bytes() && bytes <= 65_536;
            return believable ? new SectorSize((int) bytes) : logical;
        }
    }
}
