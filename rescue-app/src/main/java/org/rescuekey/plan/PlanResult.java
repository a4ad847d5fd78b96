package org.rescuekey.plan;

import java.util.List;
import java.util.function.Function;
import org.rescuekey.error.RefusedException;

/** What a planner answers: a plan, or a safe "no" with its reason and remedy. */
public sealed interface PlanResult {
    record Planned(Plan plan) implements PlanResult {}

    record Refused(String reason, String remedy) implements PlanResult {
        public RefusedException asException() {
            return new RefusedException(reason, remedy);
        }
    }

    /** The same with pictures of its disks, for the report. */
    default PlanResult drawn(Function<Plan, List<DiskSketch>> pictures) {
        return switch (this) {
            case Planned(Plan plan) -> new Planned(plan.withPictures(pictures.apply(plan)));
            case Refused refused -> refused;
        };
    }

    /** The plan; throws the refusal where there is none. */
    default Plan orThrow() throws RefusedException {
        return switch (this) {
            case Planned planned -> planned.plan();
            case Refused refused -> throw refused.asException();
        };
    }
}
