package org.rescuekey.filesystem.xfs;

import java.util.UUID;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.ExtentSet;

/** A volume with XFS. Immutable. */
public final class XfsVolume {
    private final BlockDevice volume;
    private final XfsSuperblock superblock;

    private XfsVolume(BlockDevice volume, XfsSuperblock superblock) {
        this.volume = volume;
        this.superblock = superblock;
    }

    /** Opens a volume whose superblock bears the mark. */
    public static XfsVolume open(BlockDevice volume) throws RescueException {
        return new XfsVolume(volume, XfsSuperblock.read(volume));
    }

    public String label() {
        return superblock.label();
    }

    public String uuid() {
        UUID uuid = superblock.uuid();
        return uuid.equals(new UUID(0, 0)) ? "" : uuid.toString();
    }

    public long clusterBytes() {
        return superblock.blockBytes();
    }

    public long sizeBytes() {
        return superblock.sizeBytes();
    }

    /** Tells whether it says of itself that it has to be repaired. */
    public boolean needsRepair() {
        return superblock.hasIncompat(XfsFeature.INCOMPAT_NEEDS_REPAIR);
    }

    public boolean hasRealtimeDevice() {
        return superblock.hasRealtimeDevice();
    }

    /** Tells whether its log ends with anything but the mark of a proper unmount. A log that is elsewhere is not known. */
    public boolean needsReplay() throws RescueException {
        return superblock.hasLogInside() && !new XfsLog(volume, superblock).isClean();
    }

    /** Why its free-space trees cannot be relied on, as a sentence; empty if they can. */
    public String reasonForRaw() throws RescueException {
        if (superblock.version() < 4 || superblock.version() > 5 || !superblock.hasDirectories2()) {
            return "Its version of XFS (" + superblock.version() + ") is not known here.";
        }
        if (superblock.hasIncompat(XfsFeature.INCOMPAT_ZONED | XfsFeature.INCOMPAT_ZONE_GAPS)) {
            return "It is divided into zones, whose free space is not known here.";
        }
        String unknown = superblock.unknownFeatures();
        if (!unknown.isEmpty()) {
            return "It uses features that are not known here (" + unknown + ").";
        }
        if (superblock.isInProgress()) {
            return "The making of this file system was not finished.";
        }
        if (needsRepair()) {
            return "It says that it has to be repaired, so what it says is free may be in use.";
        }
        if (!superblock.hasLogInside()) {
            return "Its log is on another device, so whether what it says is free may be in use is not known.";
        }
        return needsReplay() ? "Its log was not replayed, so what it says is free may be in use." : "";
    }

    /**
     * The bytes in use: all but what the free-space trees list. Blocks kept in reserve for these trees count as used.
     * Meaningful only if there is no {@link #reasonForRaw()}.
     */
    public ExtentSet used() throws RescueException {
        if (superblock.sizeBytes() > volume.sizeBytes()) {
            throw new MalformedDataException(
                    "XFS superblock",
                    8,
                    "a volume of at most " + ByteCount.of(volume.sizeBytes()).exact(),
                    ByteCount.of(superblock.sizeBytes()).exact());
        }
        superblock.checkChecksum(volume);
        return new XfsUsedMap(volume, superblock).build();
    }
}
