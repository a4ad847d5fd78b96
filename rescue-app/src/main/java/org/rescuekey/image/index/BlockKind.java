package org.rescuekey.image.index;

/** What is known of a block. A block that an image does not list was not used: nothing of it was captured. */
public enum BlockKind {
    /** Its bytes are stored. Units in the unreadable mask hold zero where a sector could not be read. */
    DATA(1),
    /** Every byte that was read is zero; nothing is stored. */
    ZERO(2),
    /** None of its used units could be read; nothing is stored. */
    UNREADABLE(3);

    private final int code;

    BlockKind(int code) {
        this.code = code;
    }

    /** The number that stands for it in records and pages. */
    public int code() {
        return code;
    }
}
