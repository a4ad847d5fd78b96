package org.rescuekey.platform.linux;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.rescuekey.device.AlignedBuffers;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * A regular file used as a disk. It never grows: its size when opened is the size of the disk. Uses O_DIRECT where its
 * file system offers that, and else keeps the page cache small by dropping what was moved. Thread rule as of
 * {@link org.rescuekey.device.BlockDevice}.
 */
final class DiskFile extends NativeDevice {
    private static final int COMMON_ALIGNMENT_BYTES = 4096;

    private final boolean direct;

    private DiskFile(
            NativeFile file,
            int unitBytes,
            long sizeBytes,
            SectorSize sector,
            boolean readOnly,
            AlignedBuffers bounce) {
        super(file, unitBytes, sizeBytes, sector, readOnly, bounce);
        this.direct = unitBytes != AlignedIo.ANY;
    }

    static DiskFile openReadOnly(String path, SectorSize sector, AlignedBuffers bounce) throws RescueException {
        return open(path, Abi.O_RDONLY, sector, bounce);
    }

    /** Opens a file for writing and locks it against every other program that locks, until it is closed. */
    static DiskFile openExclusively(String path, SectorSize sector, AlignedBuffers bounce) throws RescueException {
        DiskFile disk = open(path, Abi.O_RDWR, sector, bounce);
        try {
            lock(disk.file, true);
            return disk;
        } catch (RescueException e) {
            disk.close();
            throw e;
        }
    }

    /** Locks a file for as long as it is open: exclusively, or against exclusive locks only. */
    static void lock(NativeFile file, boolean exclusive) throws DeviceException {
        int errno = file.tryLock(exclusive);
        if (errno == Abi.EAGAIN || errno == DeviceException.EACCES) {
            throw Errno.exception("lock " + file.name(), DeviceException.EBUSY);
        }
        if (errno != 0) {
            throw Errno.exception("lock " + file.name(), errno);
        }
    }

    private static DiskFile open(String path, int flags, SectorSize sector, AlignedBuffers bounce)
            throws RescueException {
        NativeFile buffered = NativeFile.open(path, flags);
        try {
            FileStatus status = buffered.status();
            requireDisk(path, status, sector);
            boolean readOnly = flags == Abi.O_RDONLY;
            int unitBytes = unitBytes(status, sector);
            NativeFile direct = unitBytes == AlignedIo.ANY ? null : openDirect(path, flags, unitBytes, bounce);
            if (direct == null) {
                return new DiskFile(buffered, AlignedIo.ANY, status.sizeBytes(), sector, readOnly, bounce);
            }
            buffered.close();
            return new DiskFile(direct, unitBytes, status.sizeBytes(), sector, readOnly, bounce);
        } catch (RescueException e) {
            buffered.close();
            throw e;
        }
    }

    private static void requireDisk(String path, FileStatus status, SectorSize sector) throws RefusedException {
        if (!status.isRegularFile()) {
            throw new RefusedException(
                    path + " is neither a block device nor a file.", "Name a disk, a partition or a disk file.");
        }
        if (status.sizeBytes() < sector.bytes() || !sector.divides(status.sizeBytes())) {
            throw new RefusedException(
                    path + " has " + status.sizeBytes() + " bytes, which is no whole number of sectors of " + sector
                            + ".",
                    "Name a disk file of whole sectors; an image is none.");
        }
    }

    /** The unit of O_DIRECT, or ANY where it is not offered or would not reach the end of the file. */
    private static int unitBytes(FileStatus status, SectorSize sector) {
        int told = status.directAlignmentBytes();
        if (told == 0) {
            return AlignedIo.ANY;
        }
        int unitBytes = Math.max(told < 0 ? COMMON_ALIGNMENT_BYTES : told, sector.bytes());
        boolean usable = Integer.bitCount(unitBytes) == 1 && unitBytes <= 65_536;
        return usable && status.sizeBytes() % unitBytes == 0 ? unitBytes : AlignedIo.ANY;
    }

    /** Some file systems accept the flag and refuse the first read, so that one read is tried. */
    private static @Nullable NativeFile openDirect(String path, int flags, int unitBytes, AlignedBuffers bounce)
            throws RescueException {
        NativeFile direct;
        try {
            direct = NativeFile.open(path, flags | Abi.O_DIRECT);
        } catch (DeviceException e) {
            if (e.errno() == Abi.EINVAL) {
                return null;
            }
            throw e;
        }
        ByteBuffer probe = bounce.take();
        try {
            direct.readFully(0, probe.limit(unitBytes));
            return direct;
        } catch (DeviceException e) {
            if (e.errno() == Abi.EINVAL) {
                direct.close();
                return null;
            }
            return direct; // a bad sector: O_DIRECT works, and who reads there is told
        } finally {
            bounce.give(probe);
        }
    }

    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        int lengthBytes = buffer.remaining();
        super.read(offsetBytes, buffer);
        if (!direct && lengthBytes > 0) {
            file.dropCache(offsetBytes, lengthBytes);
        }
    }

    @Override
    public void flush() throws RescueException {
        super.flush();
        dropCache();
    }

    @Override
    void dropCache() throws RescueException {
        file.dropCache(0, 0);
    }

    @Override
    protected void zeroSectors(Extent extent) throws RescueException {
        int errno = file.tryPunchHole(extent);
        if (isNotOffered(errno)) {
            io.writeZeros(extent);
        } else if (errno != 0) {
            throw Errno.exception("zero " + name() + " at offset " + extent.start(), errno);
        }
    }

    /** Gives the extent's space back to the file system. */
    @Override
    protected void discardSectors(Extent extent) throws RescueException {
        int errno = file.tryPunchHole(extent);
        if (errno != 0 && !isNotOffered(errno)) {
            throw Errno.exception("discard of " + name() + " at offset " + extent.start(), errno);
        }
    }
}
