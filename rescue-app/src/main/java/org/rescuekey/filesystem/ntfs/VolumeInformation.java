package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import org.rescuekey.error.MalformedDataException;

/**
 * What $Volume says of the state of a volume.
 *
 * @param majorVersion of NTFS: 1 up to Windows NT 4, 3 since Windows 2000
 * @param minorVersion 1 since Windows XP
 * @param flags one bit for each thing that is to be known before the volume is used
 */
record VolumeInformation(int majorVersion, int minorVersion, int flags) {
    private static final int BYTES = 12;

    /** Set while it is mounted for writing, and when an error was met. */
    private static final int DIRTY = 0x0001;
    /** The log is to get another size when the volume is mounted or checked next. Nothing was done for it yet. */
    private static final int RESIZE_LOG_FILE = 0x0002;
    /**
     * Bits that leave the bitmap as good as it was: the volume is to be upgraded, was used by Windows NT 4, deletes its
     * journal of changes, repairs identifiers, was made by Windows 10 (not documented, but set), was changed by a check.
     */
    private static final int HARMLESS = 0x0004 | 0x0008 | 0x0010 | 0x0020 | 0x0080 | 0x8000;
    /** A check has begun and not ended. */
    private static final int CHECK_UNDERWAY = 0x4000;

    static VolumeInformation parse(ByteBuffer value) throws MalformedDataException {
        if (value.limit() < BYTES) {
            throw new MalformedDataException("$Volume", 0, "its state", value.limit() + " bytes");
        }
        ByteBuffer bytes = value.slice().order(ByteOrder.LITTLE_ENDIAN);
        return new VolumeInformation(bytes.get(8) & 0xFF, bytes.get(9) & 0xFF, bytes.getShort(10) & 0xFFFF);
    }

    boolean isDirty() {
        return (flags & (DIRTY | CHECK_UNDERWAY)) != 0;
    }

    boolean isResizePending() {
        return (flags & RESIZE_LOG_FILE) != 0;
    }

    /** Why the bitmap cannot be relied on, as a sentence; empty if it can. */
    String reasonForRaw() {
        int unknown = flags & ~(DIRTY | RESIZE_LOG_FILE | HARMLESS | CHECK_UNDERWAY);
        if (majorVersion != 1 && majorVersion != 3) {
            return "It is of a version of NTFS that is not known (" + majorVersion + "." + minorVersion + ").";
        }
        if ((flags & DIRTY) != 0) {
            return "It was not closed properly or has errors, so what it says is free may be in use.";
        }
        if ((flags & CHECK_UNDERWAY) != 0) {
            return "A check of it was begun and not finished, so what it says is free may be in use.";
        }
        return unknown == 0
                ? ""
                : String.format(Locale.ROOT, "It is in a state that is not known (flags 0x%04X).", unknown);
    }
}
