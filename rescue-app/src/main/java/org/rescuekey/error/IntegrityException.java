package org.rescuekey.error;

/** Data whose check does not match: damage found before it reached a target. */
public final class IntegrityException extends RescueException {
    public IntegrityException(String message) {
        super(message);
    }
}
