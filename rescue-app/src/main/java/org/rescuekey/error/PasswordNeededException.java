package org.rescuekey.error;

/** What was asked for is encrypted, and none of the keys that are open opens it. Neither damage nor a wrong password. */
public final class PasswordNeededException extends RescueException {
    /** @param what names what is encrypted, such as an image's file */
    public PasswordNeededException(String what) {
        super(what + " is encrypted and needs its password.");
    }
}
