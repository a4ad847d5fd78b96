package org.rescuekey.image;

/** What the blocks of an image are hashed with. Pages and the root are SHA-256 always. */
public enum HashAlgorithm {
    /** Finds damage and change at the speed of memory; seeded at random per image set. No proof against an attacker. */
    XXH3_128(1, 16, "XXH3-128"),
    /** Evidence: nobody can make another block with the same hash. */
    SHA_256(2, 32, "SHA-256");

    private final int code;
    private final int lengthBytes;
    private final String text;

    HashAlgorithm(int code, int lengthBytes, String text) {
        this.code = code;
        this.lengthBytes = lengthBytes;
        this.text = text;
    }

    /** The number that stands for it in the header. */
    public int code() {
        return code;
    }

    /** How many of a {@link Hash}'s bytes it fills. */
    public int lengthBytes() {
        return lengthBytes;
    }

    @Override
    public String toString() {
        return text;
    }
}
