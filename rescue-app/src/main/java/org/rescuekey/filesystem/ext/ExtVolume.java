package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.filesystem.runs.Allocation;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.ExtentSet;

/** A volume with ext2, ext3 or ext4. Immutable. */
public final class ExtVolume {
    private static final int STATE_CLOSED = 0x1;
    private static final int STATE_ERRORS = 0x2;

    private final BlockDevice volume;
    private final ExtSuperblock superblock;

    private ExtVolume(BlockDevice volume, ExtSuperblock superblock) {
        this.volume = volume;
        this.superblock = superblock;
    }

    /** Tells whether 1024 little-endian bytes are a superblock whose fields fit each other, beyond its short mark. */
    public static boolean isPlausible(ByteBuffer superblock) {
        try {
            return new ExtSuperblock(superblock).groupCount() > 0;
        } catch (MalformedDataException e) {
            return false;
        }
    }

    /**
     * Tells whether 1024 little-endian bytes are a copy of a superblock that belongs where it stands, in the second group.
     *
     * @param offsetBytes where it stands on the volume
     */
    public static boolean isCopy(ByteBuffer superblock, long offsetBytes) {
        try {
            ExtSuperblock copy = new ExtSuperblock(superblock);
            return copy.copyInGroup() == 1 && copy.groupFirstBlock(1) * copy.blockBytes() == offsetBytes;
        } catch (MalformedDataException e) {
            return false;
        }
    }

    /** Opens a volume whose superblock bears the mark. */
    public static ExtVolume open(BlockDevice volume) throws RescueException {
        return new ExtVolume(volume, ExtSuperblock.read(volume));
    }

    /** 2, 3 or 4, told by the features in use. */
    public int version() {
        if (superblock.hasFeaturesOfExt4()) {
            return 4;
        }
        return superblock.hasCompat(ExtFeature.COMPAT_HAS_JOURNAL) ? 3 : 2;
    }

    public String label() {
        return superblock.label();
    }

    public String uuid() {
        return superblock.uuid();
    }

    public long clusterBytes() {
        return superblock.clusterBytes();
    }

    public long sizeBytes() {
        return superblock.sizeBytes();
    }

    /** Tells whether this is only the journal of a volume that is elsewhere. */
    public boolean isJournalDevice() {
        return superblock.hasIncompat(ExtFeature.INCOMPAT_JOURNAL_DEVICE);
    }

    public boolean needsRecovery() {
        return superblock.hasIncompat(ExtFeature.INCOMPAT_RECOVER);
    }

    public boolean isDirty() {
        return (superblock.state() & STATE_CLOSED) == 0;
    }

    public boolean hasErrors() {
        return (superblock.state() & STATE_ERRORS) != 0;
    }

    /** Tells whether it bears the mark of a system that has it mounted or is checking it, or was when it stopped. */
    public boolean isHeld() throws RescueException {
        return MountProtection.isHeld(volume, superblock);
    }

    /** Why its bitmaps cannot be relied on, as a sentence; empty if they can. */
    public String reasonForRaw() throws RescueException {
        if (isJournalDevice()) {
            return "It is the journal of another volume.";
        }
        if (superblock.unknownIncompat() != 0 || superblock.unknownRoCompat() != 0) {
            return "It uses features that are not known here (incompat "
                    + Integer.toHexString(superblock.unknownIncompat()) + ", ro_compat "
                    + Integer.toHexString(superblock.unknownRoCompat()) + ").";
        }
        if (needsRecovery()) {
            return "Its journal was not replayed, so what it says is free may be in use.";
        }
        if (isDirty() || hasErrors()) {
            return "It was not closed properly or has errors, so what it says is free may be in use.";
        }
        if (isHeld()) {
            return "A system has it mounted or is checking it, or did not end that, so what it says is free may be in use.";
        }
        return "";
    }

    /** Tells which files and structures some bytes belong to, as far as that can be read. */
    public Owners owners(ExtentSet bytes, SearchWatch watch) throws RescueException {
        return new ExtOwnerSearch(volume, superblock, bytes, watch).search();
    }

    /**
     * The bytes in use: the allocation bitmaps, all metadata, and apart the blocks that are known to be bad, and what lies
     * before and behind the volume's blocks. Meaningful only if there is no {@link #reasonForRaw()}.
     */
    public Allocation allocation() throws RescueException {
        if (superblock.sizeBytes() > volume.sizeBytes()) {
            throw new MalformedDataException(
                    "ext superblock",
                    ExtSuperblock.OFFSET_BYTES + 4L,
                    "a volume of at most " + ByteCount.of(volume.sizeBytes()).exact(),
                    ByteCount.of(superblock.sizeBytes()).exact());
        }
        superblock.checkChecksum();
        return new ExtUsedMap(volume, superblock).build();
    }
}
