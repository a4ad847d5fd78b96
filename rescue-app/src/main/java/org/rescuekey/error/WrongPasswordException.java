package org.rescuekey.error;

/** The password opens none of the key slots that could be tried. Not damage: those are found before a password is. */
public final class WrongPasswordException extends RescueException {
    public WrongPasswordException(String message) {
        super(message);
    }
}
