package org.rescuekey.engine;

/** How a job ended. Only the first is success without reservation; exit codes are those of the manual. */
public enum JobState {
    /** Every byte of the plan was read, written, flushed and verified. */
    COMPLETE(0, "Complete"),
    /** As complete, but sectors of the source could not be read; they are listed. */
    COMPLETE_WITH_UNREADABLE(4, "Complete with unreadable sectors"),
    /** Stopped before the end; what is there says so itself. */
    INCOMPLETE(5, "Incomplete"),
    /** A verification found damage. */
    DAMAGED(6, "Damage found"),
    /** The user cancelled. */
    CANCELLED(130, "Cancelled"),
    /** A safe "no": nothing was written. */
    REFUSED(3, "Refused"),
    /** The job could not do what was asked. */
    FAILED(1, "Failed");

    private final int exitCode;
    private final String label;

    JobState(int exitCode, String label) {
        this.exitCode = exitCode;
        this.label = label;
    }

    public int exitCode() {
        return exitCode;
    }

    public String label() {
        return label;
    }

    public boolean isSuccess() {
        return this == COMPLETE;
    }
}
