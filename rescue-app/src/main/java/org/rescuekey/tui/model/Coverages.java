package org.rescuekey.tui.model;

import org.rescuekey.plan.Coverage;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;

/** The key that changes how much of a disk is read, and the words for it, which are the same wherever it is asked. */
final class Coverages {
    private Coverages() {}

    /** X, labelled with what it changes to. */
    static Binding<Action> binding(Coverage now) {
        return Binding.of(
                Action.NEXT_COVERAGE,
                switch (next(now)) {
                    case NEEDED -> "Used sectors";
                    case USED -> "Page files too";
                    case ALL -> "Every sector";
                },
                "Reads what the file systems use, without or with page files and swap space, or every sector.",
                Key.of('x'));
    }

    static Coverage next(Coverage now) {
        return switch (now) {
            case NEEDED -> Coverage.USED;
            case USED -> Coverage.ALL;
            case ALL -> Coverage.NEEDED;
        };
    }

    /** How much of each partition is read, in a few words. */
    static String words(Coverage coverage) {
        return switch (coverage) {
            case NEEDED -> "what is in use";
            case USED -> "what is in use, page files too";
            case ALL -> "every sector";
        };
    }
}
