package org.rescuekey.error;

/** Our own format in a version that this program does not read. */
public final class FormatVersionException extends RescueException {
    private final boolean tooNew;

    private FormatVersionException(String message, boolean tooNew) {
        super(message);
        this.tooNew = tooNew;
    }

    public static FormatVersionException tooNew(String name, String version) {
        return new FormatVersionException(
                name + " was made by a newer Rescue Key (format " + version + "); use that or a later version", true);
    }

    public static FormatVersionException tooOld(String name, String version) {
        return new FormatVersionException(
                name + " has format " + version + ", which this Rescue Key no longer reads; use an earlier version",
                false);
    }

    public boolean isTooNew() {
        return tooNew;
    }
}
