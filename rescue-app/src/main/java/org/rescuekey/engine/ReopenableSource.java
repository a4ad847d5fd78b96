package org.rescuekey.engine;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * A source that can be opened again: a disk that fell off its bus and came back answers to a new handle only. What comes
 * back must be the same disk, which is the opener's matter. Nothing can be written through it. For one thread; its owner closes it.
 */
final class ReopenableSource implements BlockDevice {
    /** A disk that falls off more often is not saved by this. */
    private static final int MOST = 8;

    /** Opens the disk again and proves that it is the one that it was; throws where it is not there, or another one. */
    @FunctionalInterface
    interface Opener {
        BlockDevice open() throws RescueException;
    }

    private final @Nullable Opener opener;
    private final String name;
    private final long sizeBytes;
    private final SectorSize logicalSector;
    private final SectorSize physicalSector;
    private BlockDevice current;
    private int reopened;

    private ReopenableSource(BlockDevice first, @Nullable Opener opener) {
        this.opener = opener;
        current = first;
        name = first.name();
        sizeBytes = first.sizeBytes();
        logicalSector = first.logicalSector();
        physicalSector = first.physicalSector();
    }

    /** One that is opened again by the opener. */
    static ReopenableSource of(BlockDevice first, Opener opener) {
        return new ReopenableSource(first, opener);
    }

    /** One that is never opened again. */
    static ReopenableSource fixed(BlockDevice device) {
        return new ReopenableSource(device, null);
    }

    /** Opens the disk again; false if that is not possible, and then everything is as it was. */
    boolean reopen() {
        Opener present = opener;
        if (present == null || reopened == MOST) {
            return false;
        }
        reopened++;
        BlockDevice next;
        try {
            next = present.open();
        } catch (RescueException _) {
            return false; // the error that led here says more
        }
        boolean isSame = next.sizeBytes() == sizeBytes && next.logicalSector().equals(logicalSector);
        BlockDevice old = isSame ? current : next;
        current = isSame ? next : current;
        try {
            old.close();
        } catch (RescueException _) {
            return isSame; // a handle of a disk that has gone
        }
        return isSame;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public SectorSize logicalSector() {
        return logicalSector;
    }

    @Override
    public SectorSize physicalSector() {
        return physicalSector;
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    /** Reads; where the disk has gone, once more after it was opened again. */
    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        int position = buffer.position();
        try {
            current.read(offsetBytes, buffer);
        } catch (DeviceException e) {
            if (e.isUnreadableSector() || !reopen()) {
                throw e;
            }
            current.read(offsetBytes, buffer.position(position));
        }
    }

    @Override
    public void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
        throw new DeviceException(name + " is a source", DeviceException.EROFS);
    }

    @Override
    public void flush() {}

    @Override
    public void zero(Extent extent) throws RescueException {
        throw new DeviceException(name + " is a source", DeviceException.EROFS);
    }

    @Override
    public void close() throws RescueException {
        current.close();
    }
}
