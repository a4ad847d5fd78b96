package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.plan.PlanResult.Refused;
import org.rescuekey.units.ByteCount;

/** Which targets are never written to, what a target loses, and what confirms it. Pure. */
public final class TargetRules {
    private TargetRules() {}

    /** Why a disk can never be a target now, in words; empty if it can. Front ends show it beside the disk. */
    public static Optional<Refused> unusable(DiskInfo disk) {
        if (disk.bootMedium()) {
            return Optional.of(new Refused(
                    disk.label() + " (" + disk.path() + ") is what this system was started from.",
                    "Choose another disk as the target."));
        }
        if (disk.readOnly()) {
            return Optional.of(new Refused(
                    disk.label() + " (" + disk.path() + ") is read-only.",
                    "Remove its write protection, or choose another disk. If a program that read it as a source was"
                            + " killed, \"blockdev --setrw " + disk.path() + "\" makes it writable again."));
        }
        return disk.inUseReason()
                .map(reason -> new Refused(
                        disk.label() + " (" + disk.path() + ") is in use: " + reason + ".",
                        "Unmount it, or choose another disk."));
    }

    static Optional<Refused> refusal(Request.Restore request, ImageFacts image, TargetSurvey target) {
        ImageDescription description = image.description();
        // An image that was not recovered has no index, and no root hash.
        boolean isIndexed = image.state() == ImageFacts.State.INCOMPLETE
                && !image.rootHash().isEmpty();
        boolean isUsable = image.isRestorable() || (isIndexed && request.acceptDamage());
        if (!isUsable || description == null) {
            return Optional.of(new Refused(
                    image.path() + " cannot be restored: " + image.problem(),
                    isIndexed
                            ? "Choose another image, or restore what this one holds with --accept-damage."
                            : "Choose another image, or recover it."));
        }
        if (image.state() == ImageFacts.State.COMPLETE_WITH_UNREADABLE && !request.acceptUnreadable()) {
            return Optional.of(new Refused(
                    "Some sectors of the source could not be read when this image was made; they would become zeros.",
                    "If that is acceptable, repeat with --accept-unreadable."));
        }
        DiskInfo disk = target.disk();
        if (target.holdsImage()) {
            return Optional.of(new Refused(
                    disk.label() + " (" + disk.path() + ") holds the image that is to be restored.",
                    "Copy the image to another disk, or choose another target."));
        }
        Optional<Refused> unusable = unusable(disk);
        return unusable.isPresent()
                ? unusable
                : otherSectors(description.disk().logicalSectorBytes(), "The image is of a disk with", disk);
    }

    /** File systems count in sectors: on a disk with other ones they are not readable. */
    static Optional<Refused> otherSectors(int sectorBytes, String whoHas, DiskInfo target) {
        int targetSector = target.logicalSector().bytes();
        return sectorBytes == targetSector
                ? Optional.empty()
                : Optional.of(new Refused(
                        whoHas + " sectors of " + sectorBytes + " bytes, the target has sectors of " + targetSector
                                + " bytes.",
                        "Choose a target with sectors of " + sectorBytes + " bytes."));
    }

    /** What a user must type to confirm that this disk is overwritten. */
    static Plan.Overwrite overwrite(DiskInfo disk) {
        String serial = disk.serial().strip();
        boolean bySerial = serial.length() >= 4;
        String phrase =
                bySerial ? serial.substring(serial.length() - 4) : String.valueOf(Math.round(disk.sizeBytes() / 1e9));
        String meaning = bySerial ? "last four characters of the serial number" : "size in GB";
        return new Plan.Overwrite(
                disk.path(), disk.label() + " (" + disk.path() + ")", phrase, meaning, holdsData(disk));
    }

    /** One line for the disk and one for each volume on it. */
    static List<Effect> losses(DiskInfo disk) {
        List<Effect> losses = new ArrayList<>();
        if (!holdsData(disk)) {
            losses.add(Effect.loss("Nothing is known to be on " + disk.label() + " (" + disk.path() + ")."));
            return losses;
        }
        losses.add(Effect.loss("Everything on " + disk.label() + " (" + disk.path() + "), "
                + disk.partitions().size() + " partitions."));
        for (PartitionInfo partition : disk.partitions()) {
            String content = partition
                    .volume()
                    .map(TargetRules::text)
                    .orElse(partition.partition().typeName());
            String used = partition.usedBytes().isPresent()
                    ? ", " + ByteCount.text(partition.usedBytes().getAsLong()) + " used"
                    : "";
            losses.add(Effect.loss("Partition " + partition.number() + ": " + content + ", "
                    + ByteCount.text(partition.partition().extent().length()) + used));
        }
        disk.wholeDiskVolume()
                .filter(volume -> volume.type() != FileSystemType.EMPTY)
                .ifPresent(volume -> losses.add(Effect.loss("The volume on the whole disk: " + text(volume))));
        return losses;
    }

    /** Without a table a disk is empty only where that was seen; what could not be read or believed may hold data. */
    private static boolean holdsData(DiskInfo disk) {
        if (disk.wholeDiskVolume().isPresent()) {
            return disk.wholeDiskVolume().get().type() != FileSystemType.EMPTY;
        }
        return !disk.partitions().isEmpty()
                || disk.tableKind().isEmpty()
                || !disk.findings().isEmpty();
    }

    private static String text(VolumeInfo volume) {
        return volume.label().isEmpty() ? volume.type().label() : volume.type().label() + ", " + volume.label();
    }
}
