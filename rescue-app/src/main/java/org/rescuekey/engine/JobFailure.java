package org.rescuekey.engine;

/**
 * Why a job stopped after it had begun to write, be it for want of memory or a mistake in this program, and the state in
 * which it leaves things. Stays inside the engine.
 */
final class JobFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final Throwable reason;
    private final String consequence;
    private final JobState state;

    /**
     * @param reason what went wrong
     * @param consequence what state things are in, as a sentence
     * @param state how the job ended, unless it was cancelled
     */
    JobFailure(Throwable reason, String consequence, JobState state) {
        super(reason);
        this.reason = reason;
        this.consequence = consequence;
        this.state = state;
    }

    Throwable reason() {
        return reason;
    }

    String consequence() {
        return consequence;
    }

    /** How the job ended, unless it was cancelled. */
    JobState state() {
        return state;
    }
}
