package org.rescuekey.error;

/** A safe "no" before a single byte is written: the reason, and what the user can do about it. */
public final class RefusedException extends RescueException {
    private final String reason;
    private final String remedy;

    public RefusedException(String reason, String remedy) {
        super(reason + " " + remedy);
        this.reason = reason;
        this.remedy = remedy;
    }

    public String reason() {
        return reason;
    }

    public String remedy() {
        return remedy;
    }
}
