package org.rescuekey.filesystem;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/**
 * BitLocker: what is free in the volume is encrypted too, so all of it counts as used. Its metadata tell in clear text
 * whether a key lies open, as it does while BitLocker is suspended, and whether it is on its way in or out.
 */
final class BitLockerKind implements Kind {
    private static final String MARK = "-FVE-FS-";
    private static final int METADATA_BYTES = 64 << 10;
    private static final int BLOCK_HEADER_BYTES = 64;
    private static final int HEADER_BYTES = 48;
    private static final int ENTRY_HEADER_BYTES = 8;
    private static final int ENTRY_MASTER_KEY = 2;
    private static final int VALUE_MASTER_KEY = 8;
    private static final int PROTECTION = ENTRY_HEADER_BYTES + 26;
    private static final int STATE_ENCRYPTED = 4;

    @Override
    public VolumeInfo describe(BlockDevice volume, Probe probe) throws RescueException {
        Answers answers = new Answers();
        if (answers.orElse(false, "Its metadata", () -> isOpen(metadata(volume, probe)))) {
            answers.note("BitLocker is suspended or was not yet activated: a key to it lies open on it.");
        }
        if (answers.orElse(false, "Its metadata", () -> isChanging(metadata(volume, probe)))) {
            answers.note("BitLocker is being turned on or off.");
        }
        return new VolumeInfo(
                FileSystemType.BITLOCKER,
                "",
                "",
                0,
                0,
                Set.of(VolumeState.BITLOCKER_LOCKED),
                answers.notes().stream().distinct().toList());
    }

    @Override
    public UsedMap map(BlockDevice volume, Probe probe, PageFiles pageFiles) {
        return UsedMap.raw(
                volume, FileSystemType.BITLOCKER.label() + ": what is free in it is not known, so all of it is used.");
    }

    /** The first copy of the metadata that bears the mark, cut off where the volume ends. */
    private static ByteBuffer metadata(BlockDevice volume, Probe probe) throws RescueException {
        for (long offset : copies(probe)) {
            if (offset > 0 && offset <= volume.sizeBytes() - BLOCK_HEADER_BYTES - HEADER_BYTES) {
                long length = Math.min(METADATA_BYTES, volume.sizeBytes() - offset);
                ByteBuffer block = Reads.at(volume, offset, length, "BitLocker metadata");
                if (isMarked(block)) {
                    return block;
                }
            }
        }
        throw new MalformedDataException("BitLocker metadata", 0, "one of three copies", "none");
    }

    private static List<Long> copies(Probe probe) {
        if (!probe.has(3, MARK)) {
            return List.of(probe.u64(440), probe.u64(448), probe.u64(456));
        }
        // Vista has the boot sector of NTFS, with the number of a cluster where that names the second file table.
        boolean isVista = probe.u8(1) == 0x52;
        long clusterBytes = (probe.u32(11) & 0xFFFF) * probe.u8(13);
        return isVista
                ? List.of(probe.u64(56) * clusterBytes)
                : List.of(probe.u64(176), probe.u64(184), probe.u64(192));
    }

    private static boolean isMarked(ByteBuffer block) {
        for (int i = 0; i < MARK.length(); i++) {
            if (block.get(i) != MARK.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Its state and the one that it is to have; the first version, of Vista, keeps no such thing. */
    private static boolean isChanging(ByteBuffer block) {
        boolean isSecondVersion = block.getShort(10) == 2;
        return isSecondVersion && (block.getShort(12) != STATE_ENCRYPTED || block.getShort(14) != STATE_ENCRYPTED);
    }

    /** Tells whether one of the copies of the master key is protected by nothing. */
    private static boolean isOpen(ByteBuffer block) {
        ByteBuffer entries = block.slice(BLOCK_HEADER_BYTES, block.limit() - BLOCK_HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        long end = Math.min(entries.limit(), entries.getInt(0) & 0xFFFF_FFFFL);
        int at = HEADER_BYTES;
        while (at + ENTRY_HEADER_BYTES <= end) {
            int length = entries.getShort(at) & 0xFFFF;
            if (length < ENTRY_HEADER_BYTES || at + length > end) {
                return false;
            }
            boolean isMasterKey = entries.getShort(at + 2) == ENTRY_MASTER_KEY
                    && entries.getShort(at + 4) == VALUE_MASTER_KEY
                    && length >= PROTECTION + 2;
            if (isMasterKey && entries.getShort(at + PROTECTION) == 0) {
                return true;
            }
            at += length;
        }
        return false;
    }

    @Override
    public MinimumSize minimumSize(BlockDevice volume) {
        return MinimumSize.fixed(volume, "is encrypted with BitLocker, so that its size cannot be changed here");
    }
}
