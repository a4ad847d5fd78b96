package org.rescuekey.tui.model;

/** What the user wants once a job is complete; after any other end the machine stays on. */
public enum AfterJob {
    STAY("stay here"),
    POWER_OFF("power off"),
    RESTART("restart");

    private final String label;

    AfterJob(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    AfterJob next() {
        return switch (this) {
            case STAY -> POWER_OFF;
            case POWER_OFF -> RESTART;
            case RESTART -> STAY;
        };
    }
}
