package org.rescuekey.plan;

import org.rescuekey.error.RefusedException;

/** What a planner answers: a plan, or a safe "no" with its reason and remedy. */
public sealed interface PlanResult {
    record Planned(Plan plan) implements PlanResult {}

    record Refused(String reason, String remedy) implements PlanResult {
        public RefusedException asException() {
            return new RefusedException(reason, remedy);
        }
    }

    /** The plan; throws the refusal where there is none. */
    default Plan orThrow() throws RefusedException {
        return switch (this) {
            case Planned planned -> planned.plan();
            case Refused refused -> throw refused.asException();
        };
    }
}
