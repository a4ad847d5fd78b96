package org.rescuekey.filesystem.btrfs;

import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/** A volume with Btrfs: one of its devices, which may be the only one. Immutable. */
public final class BtrfsVolume {
    private static final long FLAG_WRITTEN = 1L;
    private static final long FLAG_RELOCATED = 1L << 1;
    private static final long FLAG_ERRORS = 1L << 2;
    private static final long FLAG_SEEDING = 1L << 32;

    private final BlockDevice volume;
    private final BtrfsSuperblock superblock;

    private BtrfsVolume(BlockDevice volume, BtrfsSuperblock superblock) {
        this.volume = volume;
        this.superblock = superblock;
    }

    /**
     * Opens a volume whose superblock bears the mark.
     *
     * @throws MalformedDataException if the superblock's checksum or its fields are wrong
     */
    public static BtrfsVolume open(BlockDevice volume) throws RescueException {
        return new BtrfsVolume(volume, BtrfsSuperblock.read(volume));
    }

    public String label() {
        return superblock.label();
    }

    public String uuid() {
        return superblock.uuid();
    }

    public long clusterBytes() {
        return superblock.sectorBytes();
    }

    /** The size of the part of the file system that is on this device. */
    public long sizeBytes() {
        return superblock.deviceBytes();
    }

    /** Over how many devices the file system is spread. */
    public long deviceCount() {
        return superblock.deviceCount();
    }

    /**
     * Tells whether files were flushed to a log that was not yet worked in. The blocks of the log, and those of the
     * files that only the log names, count as free in all trees.
     */
    public boolean needsReplay() {
        return superblock.logRoot() != 0;
    }

    public boolean hasErrors() {
        return (superblock.flags() & FLAG_ERRORS) != 0;
    }

    /** Why its trees cannot be relied on or understood, as a sentence; empty if they can, as far as the superblock tells. */
    public String reasonForRaw() {
        List<String> features =
                BtrfsFeature.notUnderstood(superblock.compat(), superblock.roCompat(), superblock.incompat());
        if (!features.isEmpty()) {
            return "It uses features that are not known here (" + String.join(", ", features) + ").";
        }
        if (needsReplay()) {
            return "Its log was not replayed, so what it says is free may be in use.";
        }
        if (hasErrors()) {
            return "It has errors, so what it says is free may be in use.";
        }
        if ((superblock.flags() & FLAG_SEEDING) != 0) {
            return "It is a seed that other volumes build on.";
        }
        long unknown = superblock.flags() & ~(FLAG_WRITTEN | FLAG_RELOCATED);
        if (unknown != 0) {
            return "It is being changed as a whole or is not one to mount (flags " + Long.toHexString(unknown) + ").";
        }
        return "";
    }

    /**
     * Reads how its space is laid out. Meaningful only if there is no {@link #reasonForRaw()}.
     *
     * @throws MalformedDataException if something in it is damaged
     */
    public BtrfsLayout layout() throws RescueException {
        if (superblock.deviceBytes() > volume.sizeBytes()) {
            throw new MalformedDataException(
                    "Btrfs superblock",
                    BtrfsSuperblock.OFFSET_BYTES,
                    "a device of at least " + superblock.deviceBytes() + " bytes",
                    volume.sizeBytes() + " bytes");
        }
        return BtrfsLayout.read(volume, superblock);
    }
}
