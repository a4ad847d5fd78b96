package org.rescuekey.filesystem;

/**
 * What stands in the way of using a volume's file system as it is. None of these stops a capture; each of them stops a
 * job that would write into the file system.
 */
public enum VolumeState {
    DIRTY(
            "was not closed properly",
            "Start its own system once and shut it down, or let that system check the volume."),
    HIBERNATED(
            "belongs to a system that is hibernated or was shut down with Fast Startup",
            "Start that system and choose Restart, or shut it down with Fast Startup turned off."),
    BITLOCKER_LOCKED(
            "is encrypted with BitLocker and locked",
            "Unlock it with its password or recovery key, or capture all of its sectors as they are."),
    NEEDS_JOURNAL_REPLAY(
            "has changes in its journal that were not yet carried out",
            "Start its own system once and shut it down; the changes are carried out then."),
    HAS_ERRORS(
            "has errors that its system has found but not repaired",
            "Let its own system check and repair the volume, after a capture of it as it is."),
    RESIZE_PENDING(
            "waits for its own system to change the size of its journal",
            "Start its own system once and shut it down, or let that system check the volume.");

    private final String words;
    private final String remedy;

    VolumeState(String words, String remedy) {
        this.words = words;
        this.remedy = remedy;
    }

    /** Ends the sentence that the volume's name begins: "sda2 was not closed properly". */
    public String words() {
        return words;
    }

    /** What the user can do about it, as a sentence. */
    public String remedy() {
        return remedy;
    }
}
