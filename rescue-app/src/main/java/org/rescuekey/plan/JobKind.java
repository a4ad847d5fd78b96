package org.rescuekey.plan;

/** The jobs that a plan can describe. */
public enum JobKind {
    CAPTURE("Back up"),
    RESTORE("Restore"),
    CLONE("Clone"),
    VERIFY("Verify"),
    WRITE_STICK("Write stick"),
    CONSOLIDATE("Consolidate"),
    PRUNE("Prune");

    private final String label;

    JobKind(String label) {
        this.label = label;
    }

    /** What a confirmed plan of this kind does to what it names, as a verb. */
    public String verb() {
        return this == CONSOLIDATE || this == PRUNE ? "delete" : "overwrite";
    }

    /** The name on screens and in reports. */
    public String label() {
        return label;
    }
}
