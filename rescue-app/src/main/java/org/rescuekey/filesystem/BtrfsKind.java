package org.rescuekey.filesystem;

import java.util.EnumSet;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.btrfs.BtrfsLayout;
import org.rescuekey.filesystem.btrfs.BtrfsVolume;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.ExtentSet;

/** Btrfs. */
final class BtrfsKind implements Kind {
    private static final long SMALLEST_BYTES = 256 << 20;
    private static final long ROOM_BYTES = 128 << 20;

    @Override
    public VolumeInfo describe(BlockDevice volume, Probe probe) throws RescueException {
        BtrfsVolume btrfs = BtrfsVolume.open(volume);
        Answers answers = new Answers();
        Set<VolumeState> states = EnumSet.noneOf(VolumeState.class);
        if (btrfs.needsReplay()) {
            states.add(VolumeState.NEEDS_JOURNAL_REPLAY);
        }
        if (btrfs.hasErrors()) {
            states.add(VolumeState.HAS_ERRORS);
        }
        if (btrfs.deviceCount() > 1) {
            answers.note("It is one of " + btrfs.deviceCount() + " devices of its file system.");
        }
        if (btrfs.reasonForRaw().isEmpty()
                && answers.orElse(false, "Its trees", () -> btrfs.layout().isBalancePending())) {
            answers.note("A balance of it was begun and is not finished.");
        }
        return new VolumeInfo(
                FileSystemType.BTRFS,
                btrfs.label(),
                btrfs.uuid(),
                btrfs.clusterBytes(),
                btrfs.sizeBytes(),
                states,
                answers.notes());
    }

    @Override
    public UsedMap map(BlockDevice volume, Probe probe, PageFiles pageFiles) throws RescueException {
        BtrfsVolume btrfs = BtrfsVolume.open(volume);
        String reason = btrfs.reasonForRaw();
        if (!reason.isEmpty()) {
            return UsedMap.raw(volume, reason);
        }
        BtrfsLayout layout = btrfs.layout();
        reason = layout.reasonForRaw();
        return reason.isEmpty() ? UsedMap.of(Kind.toSectors(volume, layout.used())) : UsedMap.raw(volume, reason);
    }

    @Override
    public Owners owners(BlockDevice volume, ExtentSet bytes, SearchWatch watch) {
        return Owners.unknown(bytes, "Which files these are is not known for Btrfs.");
    }

    /** Its chunks have to be moved together, for which it needs room; the system refuses to go below 256 MiB. */
    @Override
    public MinimumSize minimumSize(BlockDevice volume) throws RescueException {
        BtrfsVolume btrfs = BtrfsVolume.open(volume);
        if (btrfs.deviceCount() > 1) {
            return MinimumSize.fixed(volume, "is one of several devices of its file system (Btrfs)");
        }
        long used = btrfs.layout().used().totalBytes();
        return MinimumSize.from(volume, Math.max(SMALLEST_BYTES, used + used / 8 + ROOM_BYTES));
    }

    @Override
    public String reasonAgainstWriting(BlockDevice volume) throws RescueException {
        BtrfsVolume btrfs = BtrfsVolume.open(volume);
        String reason = btrfs.reasonForRaw();
        return reason.isEmpty() ? btrfs.layout().reasonForRaw() : reason;
    }
}
