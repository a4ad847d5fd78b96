package org.rescuekey.platform.linux;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the firmware and the kernel tell of the machine as a whole. */
final class MachineFacts {
    private static final String DMI = "/sys/class/dmi/id/";
    private static final String SECURE_BOOT =
            "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    private static final Pattern MEMORY = Pattern.compile("MemTotal:\\s+(\\d{1,15}) kB");
    /** What makers leave in fields that they never filled in. */
    private static final Pattern PLACEHOLDER = Pattern.compile(
            "(?i)(to be filled.*|default string|system (manufacturer|product name|version)|not specified|none|x\\.x|.)");

    private final SystemTree system;

    MachineFacts(SystemTree system) {
        this.system = system;
    }

    /** Maker and model; Lenovo puts the name that people know into the version. */
    String model() {
        Optional<String> maker = dmi("sys_vendor");
        boolean isLenovo = maker.filter(name -> name.equalsIgnoreCase("LENOVO")).isPresent();
        Optional<String> model = isLenovo ? dmi("product_version").or(() -> dmi("product_name")) : dmi("product_name");
        return (maker.orElse("") + " " + model.orElse("")).strip();
    }

    String firmware() {
        return system.exists("/sys/firmware/efi") ? "UEFI" : "BIOS";
    }

    /** The variable's content is four bytes of attributes and then one byte. */
    boolean secureBoot() {
        return system.bytes(SECURE_BOOT)
                .filter(bytes -> bytes.length == 5 && bytes[4] == 1)
                .isPresent();
    }

    long memoryBytes() {
        return system.text("/proc/meminfo")
                .map(MEMORY::matcher)
                .filter(Matcher::find)
                .map(found -> Long.parseLong(found.group(1)) * 1024)
                .orElse(0L);
    }

    private Optional<String> dmi(String field) {
        return system.text(DMI + field)
                .filter(text -> !PLACEHOLDER.matcher(text).matches());
    }
}
