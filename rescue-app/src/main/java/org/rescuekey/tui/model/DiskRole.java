package org.rescuekey.tui.model;

import java.util.List;
import java.util.Optional;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.inventory.Place;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.PlanResult.Refused;
import org.rescuekey.plan.SourceRules;
import org.rescuekey.plan.TargetRules;

/** What a disk is chosen for. */
public sealed interface DiskRole {
    /** The disk to back up. */
    record Source() implements DiskRole {}

    /**
     * The disk to restore to.
     *
     * @param image what is restored
     * @param place where the image lies
     * @param acceptUnreadable the user has agreed to zeros where the source could not be read
     */
    record Target(ImageFacts image, Place place, boolean acceptUnreadable) implements DiskRole {}

    /** The disk to clone. */
    record CloneSource() implements DiskRole {}

    /** The disk to clone to. */
    record CloneTarget(Cloning cloning) implements DiskRole {}

    /** The word for the disk in this role. */
    default String word() {
        return switch (this) {
            case Source source -> "source";
            case CloneSource source -> "source";
            case Target target -> "target";
            case CloneTarget target -> "target";
        };
    }

    /** What stands below the list of disks, a line each. */
    default List<String> notes() {
        return switch (this) {
            case Source source -> List.of();
            case Target target -> List.of();
            case CloneSource source ->
                List.of(
                        "Here a whole disk is cloned; single partitions on the command line:",
                        "rescuekey clone SOURCE --to TARGET --partition N=M");
            case CloneTarget target -> target.cloning().words();
        };
    }

    /** Why a disk cannot be chosen, and what to do; empty if it can, as far as is known without a plan. */
    default Optional<Refused> refusal(DiskInfo disk) {
        return switch (this) {
            case Source source -> Optional.empty();
            case Target target
            when disk.path().equals(target.place().diskPath()) ->
                Optional.of(new Refused(
                        disk.label() + " holds the image that is to be restored.",
                        "Choose another disk, or copy the image elsewhere first."));
            case Target target -> TargetRules.unusable(disk);
            case CloneSource source ->
                SourceRules.unusable(
                        disk,
                        disk.partitions().stream().map(PartitionInfo::number).toList());
            case CloneTarget target
            when isSource(target, disk) ->
                Optional.of(new Refused(disk.label() + " is the disk that is cloned.", "Choose another disk."));
            case CloneTarget target -> TargetRules.unusable(disk);
        };
    }

    /** The refusal in two or three words, for a list; empty if there is none. */
    default String refusalMark(DiskInfo disk) {
        if (refusal(disk).isEmpty()) {
            return "";
        }
        if (this instanceof CloneTarget target && isSource(target, disk)) {
            return "the source";
        }
        if (disk.bootMedium()) {
            return "this stick";
        }
        boolean holdsImage = this instanceof Target target
                && disk.path().equals(target.place().diskPath());
        boolean isToBeWritten = this instanceof Target || this instanceof CloneTarget;
        return holdsImage ? "holds the image" : disk.readOnly() && isToBeWritten ? "read-only" : "in use";
    }

    private static boolean isSource(CloneTarget target, DiskInfo disk) {
        return disk.path().equals(target.cloning().source().path());
    }
}
