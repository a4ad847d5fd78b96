package org.rescuekey.platform.linux;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.rescuekey.units.PlainText;

/**
 * What a disk is by its maker: from the udev database, which asks the device itself, and where that says nothing from
 * sysfs.
 *
 * @param model empty where unknown, as the others
 */
record Hardware(String model, String serial, String wwn, String bus) {
    private static final Pattern ESCAPE = Pattern.compile("\\\\x([0-9a-fA-F]{2})");
    private static final Pattern USB = Pattern.compile("/usb\\d");
    private static final Pattern ATA = Pattern.compile("/ata\\d");
    /** Kernel names tell the driver, and most drivers know one bus. */
    private static final Map<String, String> BUS_OF_DRIVER = Map.of(
            "nvme", "nvme", "mmcblk", "mmc", "loop", "loop", "vd", "virtio", "xvd", "xen", "nbd", "nbd", "md", "raid");

    /** The header of SCSI's page of the serial number. */
    private static final int PAGE_HEADER_BYTES = 4;

    /** What a device says of itself is shown on a terminal, which must take none of it for a command. */
    Hardware {
        model = PlainText.of(model);
        serial = PlainText.of(serial);
        wwn = PlainText.of(wwn);
    }

    static Hardware of(String disk, SystemTree system, BlockTree blocks) {
        Map<String, String> udev = udev(system, blocks.number(disk));
        String folder = "/sys/block/" + disk;
        return new Hardware(
                model(disk, udev, folder, system, blocks),
                serial(udev, folder, system),
                wwn(udev, folder, system),
                bus(disk, folder, system));
    }

    /** The properties that udev keeps of a device, lines of "E:KEY=VALUE". */
    private static Map<String, String> udev(SystemTree system, String deviceNumber) {
        Map<String, String> properties = new HashMap<>();
        for (String line : system.lines("/run/udev/data/b" + deviceNumber)) {
            int equals = line.indexOf('=');
            if (line.startsWith("E:") && equals > 0) {
                properties.put(
                        line.substring(2, equals), line.substring(equals + 1).strip());
            }
        }
        return properties;
    }

    private static String model(
            String disk, Map<String, String> udev, String folder, SystemTree system, BlockTree blocks) {
        Optional<String> backingFile = blocks.backingFile(disk);
        if (backingFile.isPresent()) {
            return "loop device of " + backingFile.get();
        }
        Optional<String> raidLevel = system.text(folder + "/md/level");
        if (raidLevel.isPresent()) {
            return "RAID set (" + raidLevel.get() + ")";
        }
        Optional<String> model = first(List.of(
                property(udev, "ID_MODEL_ENC").map(Hardware::unescape),
                property(udev, "ID_MODEL").map(text -> text.replace('_', ' ')),
                system.text(folder + "/device/model"),
                system.text(folder + "/device/name")));
        Optional<String> vendor = system.text(folder + "/device/vendor")
                .filter(text -> !text.equals("ATA") && !text.startsWith("0x"))
                .filter(text -> !startsWith(model.orElse(""), text));
        return Stream.of(vendor, model).flatMap(Optional::stream).reduce("", (a, b) -> (a + " " + b).strip());
    }

    private static String serial(Map<String, String> udev, String folder, SystemTree system) {
        return first(List.of(
                        property(udev, "ID_SCSI_SERIAL"),
                        property(udev, "ID_SERIAL_SHORT"),
                        system.text(folder + "/device/serial"),
                        system.text(folder + "/serial"),
                        system.bytes(folder + "/device/vpd_pg80").map(Hardware::serialOfPage)))
                .orElse("");
    }

    private static String wwn(Map<String, String> udev, String folder, SystemTree system) {
        return first(List.of(
                        property(udev, "ID_WWN_WITH_EXTENSION"),
                        property(udev, "ID_WWN"),
                        system.text(folder + "/wwid"),
                        system.text(folder + "/device/wwid")))
                .map(text -> text.startsWith("naa.") ? "0x" + text.substring(4) : text)
                .filter(text -> !text.startsWith("t10.")) // only the model and the serial number again
                .orElse("");
    }

    private static String bus(String disk, String folder, SystemTree system) {
        String where = system.realPath(folder).orElse(folder) + "/"
                + system.realPath(folder + "/device").orElse("");
        if (USB.matcher(where).find()) {
            return "usb";
        }
        for (Map.Entry<String, String> driver : BUS_OF_DRIVER.entrySet()) {
            if (disk.startsWith(driver.getKey())) {
                return driver.getValue();
            }
        }
        if (where.contains("/virtio")) {
            return "virtio";
        }
        return ATA.matcher(where).find() ? "sata" : "scsi";
    }

    private static Optional<String> first(List<Optional<String>> candidates) {
        return candidates.stream()
                .flatMap(Optional::stream)
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .findFirst();
    }

    private static Optional<String> property(Map<String, String> udev, String key) {
        return Optional.ofNullable(udev.get(key));
    }

    private static boolean startsWith(String text, String beginning) {
        return text.toLowerCase(Locale.ROOT).startsWith(beginning.toLowerCase(Locale.ROOT));
    }

    /** udev writes blanks and all but plain characters as "\x20". */
    private static String unescape(String text) {
        return ESCAPE.matcher(text)
                .replaceAll(
                        match -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16))))
                .strip();
    }

    private static String serialOfPage(byte[] page) {
        if (page.length <= PAGE_HEADER_BYTES) {
            return "";
        }
        String text = new String(page, PAGE_HEADER_BYTES, page.length - PAGE_HEADER_BYTES, StandardCharsets.US_ASCII);
        return text.replace("\0", "").strip();
    }
}
