package org.rescuekey.crypto;

/**
 * What one try of a password costs. Stored in each key slot, so that a later version can ask for more without harm to
 * what is there.
 *
 * <p>Invariant: within the limits of this class. They bound what a hostile image can make its reader do: all eight slots
 * together cost at most {@code 8 * MAX_WORK_KIB}, about a minute on a slow PC.
 *
 * @param memoryKib memory in KiB, at least 8 a lane
 * @param passes how often the memory is gone through
 * @param lanes how many threads could share the work; part of the function, not of the machine
 */
public record Argon2Settings(int memoryKib, int passes, int lanes) {
    public static final int MAX_MEMORY_KIB = 1 << 20;
    public static final int MAX_PASSES = 64;
    public static final int MAX_LANES = 16;
    /** Memory times passes. */
    public static final long MAX_WORK_KIB = 2L << 20;

    /**
     * RFC 9106, second recommended option (for where 2 GiB is too much): 64 MiB, 3 passes, 4 lanes. Stronger than OWASP's
     * minimum of 19 MiB and 2 passes, and fits the program's heap on a PC of 512 MiB.
     */
    public static final Argon2Settings STANDARD = new Argon2Settings(64 << 10, 3, 4);

    public Argon2Settings {
        if (!isAllowed(memoryKib, passes, lanes)) {
            throw new IllegalArgumentException(text(memoryKib, passes, lanes));
        }
    }

    /** The limits, for unsigned fields that were read from an image. */
    static boolean isAllowed(long memoryKib, long passes, long lanes) {
        return lanes >= 1
                && lanes <= MAX_LANES
                && passes >= 1
                && passes <= MAX_PASSES
                && memoryKib >= 8 * lanes
                && memoryKib <= MAX_MEMORY_KIB
                && memoryKib * passes <= MAX_WORK_KIB;
    }

    static String text(long memoryKib, long passes, long lanes) {
        return memoryKib + " KiB, " + passes + " passes, " + lanes + " lanes";
    }

    @Override
    public String toString() {
        return "Argon2id with " + text(memoryKib, passes, lanes);
    }
}
