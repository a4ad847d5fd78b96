package org.rescuekey.filesystem.ntfs;

/** What the log of a volume says of the changes that were made last. */
public enum LogState {
    /** All of them are on the volume. */
    CLOSED(""),
    /**
     * The log is of version 2, which Windows 8 and later turn back to version 1 when they give a volume up. They did
     * not: the volume was cut off, or Windows keeps it as its own over hibernation and Fast Startup.
     */
    KEPT_BACK(
            "Windows did not give it up, as after Fast Startup or a power cut, so what it says is free may be in use."),
    /** Some may stand in the log only, or it cannot be told. */
    TO_REPLAY("Its journal was not replayed, so what it says is free may be in use.");

    private final String reasonForRaw;

    LogState(String reasonForRaw) {
        this.reasonForRaw = reasonForRaw;
    }

    /** Why the volume's bitmap cannot be relied on, as a sentence; empty if it can. */
    public String reasonForRaw() {
        return reasonForRaw;
    }
}
