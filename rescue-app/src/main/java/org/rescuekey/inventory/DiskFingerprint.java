package org.rescuekey.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What tells one disk, in its present state, from every other: compared when a plan is made and again before its first
 * write. A name such as /dev/sda is no part of it, because names change between boots.
 *
 * @param serial the serial number, empty where the device has none
 * @param wwn the world wide name, empty where the device has none
 * @param sizeBytes the size
 * @param logicalSectorBytes the logical sector size
 * @param tableSha256 {@link TableHash} of the partition table in lower-case hex, empty where it could not be read
 */
public record DiskFingerprint(String serial, String wwn, long sizeBytes, int logicalSectorBytes, String tableSha256) {

    /** One line for plans, confirmations and logs: serial, WWN, exact size and the start of the table's hash. */
    public String text() {
        List<String> parts = new ArrayList<>();
        if (!serial.isEmpty()) {
            parts.add("serial " + serial);
        }
        if (!wwn.isEmpty()) {
            parts.add("WWN " + wwn);
        }
        parts.add(String.format(Locale.ROOT, "%,d bytes", sizeBytes));
        parts.add("sectors of " + logicalSectorBytes);
        parts.add(tableSha256.isEmpty() ? "table unreadable" : "table " + abbreviated(tableSha256));
        return String.join(", ", parts);
    }

    /** In words each point in which another disk differs from this one; empty where it is the same in the same state. */
    public List<String> differencesTo(DiskFingerprint other) {
        List<String> differences = new ArrayList<>();
        difference(differences, "serial", serial, other.serial);
        difference(differences, "WWN", wwn, other.wwn);
        difference(differences, "size", sizeBytes + " bytes", other.sizeBytes + " bytes");
        difference(differences, "sector size", logicalSectorBytes + " bytes", other.logicalSectorBytes + " bytes");
        if (!tableSha256.equals(other.tableSha256)) {
            differences.add("partition table was " + orNone(abbreviated(tableSha256)) + ", is "
                    + orNone(abbreviated(other.tableSha256)));
        }
        return List.copyOf(differences);
    }

    private static void difference(List<String> differences, String what, String expected, String actual) {
        if (!expected.equals(actual)) {
            differences.add(what + " was " + orNone(expected) + ", is " + orNone(actual));
        }
    }

    private static String orNone(String value) {
        return value.isEmpty() ? "none" : value;
    }

    private static String abbreviated(String sha256) {
        return sha256.substring(0, Math.min(12, sha256.length()));
    }
}
