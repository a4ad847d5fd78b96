package org.rescuekey.windows.bcd;

import org.rescuekey.windows.hive.HiveValue;

/**
 * An element of a boot store that names a device. Immutable.
 *
 * @param object the object that has it
 * @param code its code
 * @param value its data
 */
public record DeviceElement(BootObject object, int code, HiveValue value) {
    /** The place for a line of text. */
    public String place() {
        return "boot store, " + object.words() + ", " + name();
    }

    /** What bcdedit calls it. */
    public String name() {
        return BootElements.name(code);
    }
}
