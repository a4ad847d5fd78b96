package org.rescuekey.windows.system;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.windows.hive.HiveEditor;
import org.rescuekey.windows.hive.HiveKey;
import org.rescuekey.windows.hive.HiveValue;

/**
 * The drivers that Windows reads its own disk with. A Windows that never saw an NVMe or AHCI disk starts their drivers
 * only when they are asked for, which is too late for the disk it boots from (stop code 0x7B). Pure.
 *
 * <p>The drivers that come with Windows can be started at boot, in every control set, where their file exists; drivers of
 * makers (Intel RST, VMD, RAID) belong to their hardware and are only told.
 */
public final class StorageDrivers {
    private static final int AT_BOOT = 0;
    private static final int PATH_MAX = 260;
    private static final List<String> INBOX = List.of("storahci", "stornvme", "pciide", "intelide", "atapi", "msahci");
    private static final List<String> OF_MAKERS = List.of(
            "iaStorV",
            "iaStorAV",
            "iaStorA",
            "iaStorAC",
            "iaStorAVC",
            "iaStorVD",
            "vmd",
            "iaVROC",
            "nvraid",
            "nvstor",
            "vsmraid",
            "amdsata",
            "amdsbs",
            "rcraid",
            "rcbottom",
            "megasas",
            "megasas2i",
            "secnvme");

    /**
     * A storage driver as one control set knows it. Immutable.
     *
     * @param controlSet such as "ControlSet001"
     * @param name such as "stornvme"
     * @param isInbox whether it comes with Windows
     * @param hasFile whether its file exists
     * @param start when it starts: 0 at boot, 3 on demand, 4 never; empty if that is not said in a number
     * @param override what replaces that, if anything
     */
    public record Driver(
            String controlSet, String name, boolean isInbox, boolean hasFile, OptionalInt start, OptionalInt override) {
        /** Tells whether it can read the disk that Windows boots from. */
        public boolean startsAtBoot() {
            return hasFile && start.orElse(-1) == AT_BOOT && override.orElse(AT_BOOT) == AT_BOOT;
        }

        public String words() {
            return name + " (" + controlSet + "): Start " + startText(start)
                    + (override.isPresent() ? ", StartOverride " + startText(override) : "")
                    + (hasFile ? "" : ", its file is missing");
        }
    }

    private record Entry(Driver driver, Optional<HiveValue> start, Optional<HiveValue> override) {}

    private final SystemHive system;
    private final List<Entry> entries;

    private StorageDrivers(SystemHive system, List<Entry> entries) {
        this.system = system;
        this.entries = entries;
    }

    /**
     * The storage drivers of an installed Windows.
     *
     * @param fileExists tells whether the Windows folder has a file at this path, such as "System32\drivers\stornvme.sys"
     */
    public static StorageDrivers of(SystemHive system, Predicate<String> fileExists) throws MalformedDataException {
        List<Entry> entries = new ArrayList<>();
        for (HiveKey set : system.controlSets()) {
            Optional<HiveKey> services = set.child("Services");
            if (services.isPresent()) {
                for (String name : INBOX) {
                    add(set.name(), services.get().child(name), true, fileExists, entries);
                }
                for (String name : OF_MAKERS) {
                    add(set.name(), services.get().child(name), false, fileExists, entries);
                }
            }
        }
        return new StorageDrivers(system, List.copyOf(entries));
    }

    private static void add(
            String set, Optional<HiveKey> service, boolean isInbox, Predicate<String> fileExists, List<Entry> entries)
            throws MalformedDataException {
        if (service.isEmpty()) {
            return;
        }
        Optional<HiveValue> start = service.get().value("Start");
        Optional<HiveKey> overrides = service.get().child("StartOverride");
        Optional<HiveValue> override =
                overrides.isEmpty() ? Optional.empty() : overrides.get().value("0");
        String name = service.get().name();
        String file = file(name, service.get().value("ImagePath").flatMap(HiveValue::text));
        Driver driver = new Driver(set, name, isInbox, fileExists.test(file), number(start), number(override));
        entries.add(new Entry(driver, start, override));
    }

    /** The driver's file below the Windows folder. */
    private static String file(String name, Optional<String> imagePath) {
        String usual = "System32\\drivers\\" + name + ".sys";
        return imagePath
                .map(path -> path.replaceFirst("(?i)^(\\\\SystemRoot\\\\|%SystemRoot%\\\\)", ""))
                .filter(path -> path.length() <= PATH_MAX
                        && path.toLowerCase(Locale.ROOT).startsWith("system32\\"))
                .orElse(usual);
    }

    private static OptionalInt number(Optional<HiveValue> value) {
        return value.map(HiveValue::number).orElseGet(OptionalInt::empty);
    }

    SystemHive system() {
        return system;
    }

    /** All that were found, in the order of the control sets. */
    public List<Driver> drivers() {
        return entries.stream().map(Entry::driver).toList();
    }

    /**
     * Lets the drivers that come with Windows start at boot.
     *
     * @param notes takes what is left alone, and why
     */
    void startAtBoot(HiveEditor editor, List<String> notes) {
        for (Entry entry : entries) {
            Driver driver = entry.driver();
            if (driver.isInbox() && driver.hasFile()) {
                set(driver, "Start", entry.start(), editor, notes);
                set(driver, "StartOverride", entry.override(), editor, notes);
            } else if (!driver.startsAtBoot()) {
                notes.add("storage driver " + driver.words() + ": left alone");
            }
        }
    }

    private static void set(
            Driver driver, String what, Optional<HiveValue> value, HiveEditor editor, List<String> notes) {
        String place = "storage driver " + driver.name() + " (" + driver.controlSet() + "), " + what;
        OptionalInt number = number(value);
        if (number.isPresent()) {
            editor.setNumber(
                    value.orElseThrow(),
                    AT_BOOT,
                    place + ": " + startText(number) + " -> " + startText(OptionalInt.of(AT_BOOT)));
        } else if (value.isPresent() || what.equals("Start")) {
            notes.add(place + ": not a number, left alone");
        }
    }

    private static String startText(OptionalInt start) {
        if (start.isEmpty()) {
            return "unknown";
        }
        return start.getAsInt()
                + switch (start.getAsInt()) {
                    case 0 -> " (at boot)";
                    case 1 -> " (with the system)";
                    case 2 -> " (automatic)";
                    case 3 -> " (on demand)";
                    case 4 -> " (never)";
                    default -> "";
                };
    }
}
