package org.rescuekey.windows.system;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.windows.hive.Hive;
import org.rescuekey.windows.hive.HiveKey;
import org.rescuekey.windows.hive.HiveValue;

/** An installed Windows' hive \Windows\System32\config\SYSTEM. Immutable. */
public final class SystemHive {
    private final Hive hive;

    private SystemHive(Hive hive) {
        this.hive = hive;
    }

    /**
     * The hive in this file's bytes, which are kept.
     *
     * @throws MalformedDataException if it is no sound hive, or one of something else
     */
    public static SystemHive parse(byte[] file) throws MalformedDataException, RefusedException {
        Hive hive = Hive.parse(file, "the registry hive SYSTEM");
        if (hive.key("Select").isEmpty()) {
            throw new MalformedDataException("the registry hive SYSTEM", 0, "a key \"Select\"", "none");
        }
        return new SystemHive(hive);
    }

    /** Tells whether Windows was interrupted while it wrote; such a hive is not edited. */
    public boolean isDirty() {
        return hive.isDirty();
    }

    Hive hive() {
        return hive;
    }

    /** The number of the control set that is used at the next start. */
    public OptionalInt currentControlSet() throws MalformedDataException {
        Optional<HiveKey> select = hive.key("Select");
        Optional<HiveValue> current =
                select.isEmpty() ? Optional.empty() : select.get().value("Current");
        return current.map(HiveValue::number).orElseGet(OptionalInt::empty);
    }

    /** All control sets: which one a start falls back to is not known beforehand. */
    List<HiveKey> controlSets() throws MalformedDataException {
        List<HiveKey> sets = new ArrayList<>();
        for (HiveKey key : hive.root().children()) {
            if (key.name().matches("(?i)ControlSet\\d{3}")) {
                sets.add(key);
            }
        }
        return sets;
    }
}
