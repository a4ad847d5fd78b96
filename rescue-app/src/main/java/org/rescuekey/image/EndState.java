package org.rescuekey.image;

/** How the making of an image ended, as its footer says. An image without a footer has none. */
public enum EndState {
    /** Every byte of the plan was read and stored. */
    COMPLETE(1, "complete"),
    /** As complete, but some sectors of the disk could not be read; the image says which. */
    COMPLETE_WITH_UNREADABLE(2, "complete with unreadable sectors"),
    /** The capture did not finish; what was stored was given an index by a recovery. Blocks are missing. */
    INCOMPLETE(3, "incomplete (recovered)");

    private final int code;
    private final String text;

    EndState(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** The number that stands for it in the footer. */
    public int code() {
        return code;
    }

    /** Tells whether the image may be restored without the user having asked for an incomplete one by name. */
    public boolean isRestorable() {
        return this != INCOMPLETE;
    }

    @Override
    public String toString() {
        return text;
    }
}
