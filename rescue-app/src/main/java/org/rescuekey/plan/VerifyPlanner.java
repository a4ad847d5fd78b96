package org.rescuekey.plan;

import java.util.List;
import org.rescuekey.plan.PlanResult.Planned;
import org.rescuekey.units.ByteCount;

/** Plans the verification of an image. Pure. */
public final class VerifyPlanner {
    private VerifyPlanner() {}

    /** Any image can be verified; what is found is the job's result. */
    public static PlanResult plan(Request.Verify request, ImageFacts image) {
        String what = request.quick() ? "structure" : "every block";
        return new Planned(new Plan(
                JobKind.VERIFY,
                "Verify " + image.path() + " (" + what + ")",
                List.of(),
                List.of(new Step.VerifyImage(image.path(), request.quick())),
                List.of(Effect.result("The image is only read; " + ByteCount.text(image.storedBytes()) + ".")),
                image.storedBytes(),
                0,
                "rescuekey verify " + Shell.quote(image.path()) + (request.quick() ? " --quick" : ""),
                Plan.Overwrite.NOTHING));
    }
}
