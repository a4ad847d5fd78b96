package org.rescuekey.error;

/** The user cancelled. */
public final class CancelledException extends RescueException {
    public CancelledException(String message) {
        super(message);
    }
}
