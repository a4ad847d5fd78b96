package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.plan.PlanResult.Planned;
import org.rescuekey.plan.PlanResult.Refused;
import org.rescuekey.units.ByteCount;

/** Plans the making of a bootable stick. Pure. */
public final class StickPlanner {
    private StickPlanner() {}

    /**
     * Plans the copy of an ISO to a disk that is not in use.
     *
     * @param isoBytes the ISO's size
     */
    public static PlanResult plan(Request.WriteStick request, long isoBytes, DiskInfo disk) {
        Optional<Refused> unusable = TargetRules.unusable(disk);
        if (unusable.isPresent()) {
            return unusable.get();
        }
        if (isoBytes > disk.sizeBytes()) {
            return new Refused(
                    disk.label() + " is too small: "
                            + ByteCount.of(isoBytes - disk.sizeBytes()).exact() + " are missing.",
                    "Choose a USB disk of at least " + ByteCount.text(isoBytes) + ".");
        }
        List<Effect> effects = new ArrayList<>(TargetRules.losses(disk));
        if (!disk.removable() && !disk.bus().equals("usb")) {
            effects.add(Effect.warning(disk.label() + " is not a USB disk. Is it the one you mean?"));
        }
        effects.add(Effect.result("A stick that starts PCs with UEFI, with Secure Boot on or off, and with BIOS."));
        return new Planned(new Plan(
                JobKind.WRITE_STICK,
                "Write " + request.iso() + " to " + disk.label() + " (" + disk.path() + ")",
                List.of(
                        new Precondition.DiskIs(Precondition.Role.TARGET, disk.path(), disk.fingerprint()),
                        new Precondition.NotInUse(disk.path()),
                        new Precondition.Apart(request.iso(), disk.path())),
                List.of(new Step.CopyFile(request.iso(), isoBytes, disk.path()), new Step.ReadBack()),
                effects,
                isoBytes,
                isoBytes,
                "rescuekey write-stick " + Shell.quote(request.target()) + " --iso " + Shell.quote(request.iso()),
                TargetRules.overwrite(disk)));
    }
}
