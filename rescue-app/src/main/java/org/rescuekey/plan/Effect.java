package org.rescuekey.plan;

/**
 * What a plan does to the world, in plain words, or what a user should know before it runs.
 *
 * @param kind how much it matters
 * @param words one sentence
 */
public record Effect(Kind kind, String words) {
    /** How much an effect matters; losses are always shown first. */
    public enum Kind {
        /** Data on the target that will be gone. */
        LOSS,
        /** A state of the source or target that the user should know of, with its remedy. */
        WARNING,
        /** What will be there afterwards. */
        RESULT,
        /** What to do before the first start from the target. */
        FIRST_START
    }

    public static Effect loss(String words) {
        return new Effect(Kind.LOSS, words);
    }

    public static Effect warning(String words) {
        return new Effect(Kind.WARNING, words);
    }

    public static Effect firstStart(String words) {
        return new Effect(Kind.FIRST_START, words);
    }

    public static Effect result(String words) {
        return new Effect(Kind.RESULT, words);
    }
}
