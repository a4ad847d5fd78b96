package org.rescuekey.tui.model;

import java.util.Optional;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Place;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.PlanResult.Refused;
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

    /** Why a disk cannot be chosen, and what to do; empty if it can, as far as is known without a plan. */
    default Optional<Refused> refusal(DiskInfo disk) {
        return switch (this) {
            case Source() -> Optional.empty();
            case Target target
            when disk.path().equals(target.place().diskPath()) ->
                Optional.of(new Refused(
                        disk.label() + " holds the image that is to be restored.",
                        "Choose another disk, or copy the image elsewhere first."));
            case Target target -> TargetRules.unusable(disk);
        };
    }

    /** The refusal in two or three words, for a list; empty if there is none. */
    default String refusalMark(DiskInfo disk) {
        if (refusal(disk).isEmpty()) {
            return "";
        }
        if (disk.bootMedium()) {
            return "this stick";
        }
        boolean holdsImage = this instanceof Target target
                && disk.path().equals(target.place().diskPath());
        return holdsImage ? "holds the image" : disk.readOnly() ? "read-only" : "in use";
    }
}
