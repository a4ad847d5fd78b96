package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.files.TreeFiles;
import org.rescuekey.filesystem.files.VolumeFiles;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.filesystem.runs.Allocation;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.ExtentSet;

/** A volume with ext2, ext3 or ext4. Immutable. */
public final class ExtVolume {
    private static final int USUAL_BLOCK_BYTES = 4096;
    private static final long ROOM_BYTES = 4 << 20;
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
     * An estimate of the smallest size that it can be given: what its files have, and for each group that is needed the structures of a
     * group. By the counts of its superblock. Meaningful only if there is no {@link #reasonForRaw()}.
     */
    public long leastBytes() throws MalformedDataException {
        checkSize();
        long structures = superblock.inodeTableBlocks()
                + 2L
                + 1
                + superblock.descriptorBlocks()
                + superblock.reservedDescriptorBlocks();
        long used = superblock.blockCount() - superblock.freeBlocks();
        // Where the structures of several groups stand together, resize2fs takes those of all groups with it.
        boolean isFlex = superblock.groupsInFlex() > 1;
        long own = isFlex ? 0 : superblock.groupCount() * (superblock.inodeTableBlocks() + 2L);
        long content = Math.max(0, used - own);
        if (isFlex && superblock.blockBytes() < USUAL_BLOCK_BYTES) {
            // Groups are small then, and it counts the structures of those that share a place several times.
            content += content * 2 / 3;
        }
        long room = Math.max(1, superblock.blocksPerGroup() - structures);
        long usedInodes = Math.max(0, superblock.inodeCount() - superblock.freeInodes());
        long groups = Math.max(
                (content + room - 1) / room,
                (usedInodes + superblock.inodesPerGroup() - 1) / superblock.inodesPerGroup());
        long forInodes = (groups - 1) * superblock.blocksPerGroup() + structures;
        // The inode tables of some groups stand together, and all of them have to find a new place before the old ones
        // are given up.
        long together = superblock.groupsInFlex() * superblock.inodeTableBlocks();
        long blocks = Math.max(content + groups * structures, forInodes) + together;
        // Files in more pieces than before have larger maps.
        long maps = superblock.blockCount() / 500 + blocks / 64;
        return Math.min(superblock.blockCount(), blocks + maps) * superblock.blockBytes() + ROOM_BYTES;
    }

    /** Its files, by path. */
    public VolumeFiles files() throws RescueException {
        checkSize();
        if (superblock.unknownIncompat() != 0) {
            throw new MalformedDataException(
                    "ext superblock",
                    ExtSuperblock.OFFSET_BYTES + 0x60L,
                    "features that are known",
                    Integer.toHexString(superblock.unknownIncompat()));
        }
        return new TreeFiles<>(new ExtTree(volume, superblock));
    }

    /**
     * The bytes in use: the allocation bitmaps, all metadata, and apart the blocks that are known to be bad, and what lies
     * before and behind the volume's blocks. Meaningful only if there is no {@link #reasonForRaw()}.
     */
    public Allocation allocation() throws RescueException {
        checkSize();
        superblock.checkChecksum();
        return new ExtUsedMap(volume, superblock).build();
    }

    private void checkSize() throws MalformedDataException {
        if (superblock.sizeBytes() > volume.sizeBytes()) {
            throw new MalformedDataException(
                    "ext superblock",
                    ExtSuperblock.OFFSET_BYTES + 4L,
                    "a volume of at most " + ByteCount.of(volume.sizeBytes()).exact(),
                    ByteCount.of(superblock.sizeBytes()).exact());
        }
    }
}
