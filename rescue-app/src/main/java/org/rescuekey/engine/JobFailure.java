package org.rescuekey.engine;

import org.rescuekey.error.RescueException;

/** Why a job stopped, together with the state in which it leaves things. Stays inside the engine. */
final class JobFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final RescueException reason;
    private final String consequence;
    private final boolean started;

    /**
     * @param reason what went wrong
     * @param consequence what state things are in, as a sentence
     * @param started whether the job had begun to write
     */
    JobFailure(RescueException reason, String consequence, boolean started) {
        super(reason);
        this.reason = reason;
        this.consequence = consequence;
        this.started = started;
    }

    RescueException reason() {
        return reason;
    }

    String consequence() {
        return consequence;
    }

    /** Whether the job had begun to write. */
    boolean started() {
        return started;
    }
}
