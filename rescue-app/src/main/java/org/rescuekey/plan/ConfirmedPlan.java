package org.rescuekey.plan;

import java.util.Locale;
import org.rescuekey.error.RefusedException;

/** A plan that may run: either it overwrites nothing, or the user named its digest or its target. */
public final class ConfirmedPlan {
    private final Plan plan;

    private ConfirmedPlan(Plan plan) {
        this.plan = plan;
    }

    public Plan plan() {
        return plan;
    }

    /** A plan that overwrites nothing needs no confirmation. */
    public static ConfirmedPlan harmless(Plan plan) throws RefusedException {
        if (!plan.overwrites().isNothing()) {
            throw new RefusedException(
                    "This is to " + plan.kind().verb() + " " + plan.overwrites().description()
                            + " and was not confirmed.",
                    "Look at the plan, then repeat the command with --confirm " + plan.digest() + ".");
        }
        return new ConfirmedPlan(plan);
    }

    /** Confirms by the digest of a plan that was shown before. */
    public static ConfirmedPlan byDigest(Plan plan, String digest) throws RefusedException {
        if (!plan.digest().equals(digest.strip().toLowerCase(Locale.ROOT))) {
            throw new RefusedException(
                    "The plan that was confirmed (" + digest + ") is not the plan of now (" + plan.digest()
                            + "): the target, the image or the request has changed.",
                    "Look at the new plan with --dry-run and confirm that.");
        }
        return new ConfirmedPlan(plan);
    }

    /** Confirms by what the user typed; an empty target needs no more than the Enter key. */
    public static ConfirmedPlan byPhrase(Plan plan, String typed) throws RefusedException {
        boolean matches = plan.overwrites().phrase().equalsIgnoreCase(typed.strip());
        if (!matches && (plan.overwrites().holdsData() || !typed.isBlank())) {
            throw new RefusedException(
                    "\"" + typed.strip() + "\" is not the " + plan.overwrites().phraseMeaning() + " of "
                            + plan.overwrites().description() + ".",
                    "Nothing was written. Check that this is what you mean.");
        }
        return new ConfirmedPlan(plan);
    }
}
