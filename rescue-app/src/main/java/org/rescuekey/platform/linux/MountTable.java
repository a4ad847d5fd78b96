package org.rescuekey.platform.linux;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rescuekey.inventory.Mount;

/**
 * What the system has mounted, from /proc/self/mountinfo: that file, other than /proc/mounts, gives the device's number,
 * which holds whatever name it was mounted by.
 */
final class MountTable {
    private static final String FILE = "/proc/self/mountinfo";
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

    private final List<Entry> entries;

    private MountTable(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * One mount.
     *
     * @param deviceNumber "MAJOR:MINOR"; major 0 where the file system is on no device or on several
     */
    record Entry(String deviceNumber, Mount mount) {}

    static MountTable read(SystemTree system) {
        return new MountTable(system.lines(FILE).stream()
                .flatMap(line -> parse(line).stream())
                .toList());
    }

    List<Entry> entries() {
        return entries;
    }

    /** The mounts of a device, by its number or, as for Btrfs, by the path that it was mounted by. */
    List<Mount> of(String deviceNumber, String path, SystemTree system) {
        List<Mount> mounts = new ArrayList<>();
        for (Entry entry : entries) {
            boolean same = entry.deviceNumber().equals(deviceNumber)
                    || (entry.deviceNumber().startsWith("0:")
                            && entry.mount().source().startsWith("/dev/")
                            && system.realPath(entry.mount().source())
                                    .orElse(entry.mount().source())
                                    .equals(path));
            if (same) {
                mounts.add(entry.mount());
            }
        }
        return mounts;
    }

    /** The mount that an absolute path lies in: the last one with the longest mount point above it. */
    Optional<Entry> containing(String absolutePath) {
        return entries.stream()
                .filter(entry -> isAbove(entry.mount().mountPoint(), absolutePath))
                .max(Comparator.comparingInt(
                                (Entry entry) -> entry.mount().mountPoint().length())
                        .thenComparingInt(entries::lastIndexOf));
    }

    static boolean isAbove(String folder, String absolutePath) {
        return folder.equals("/") || absolutePath.equals(folder) || absolutePath.startsWith(folder + "/");
    }

    /**
     * A line is: id, parent, major:minor, root, mount point, options, any number of tags, "-", type, source, options. The
     * first options are those of the mount, the last those of the volume, whatever mount it is reached through.
     */
    private static Optional<Entry> parse(String line) {
        List<String> fields = Arrays.asList(line.split(" ", -1));
        int separator = fields.indexOf("-");
        if (separator < 6 || fields.size() < separator + 4) {
            return Optional.empty();
        }
        boolean volumeReadOnly = hasOption(fields.get(separator + 3), "ro");
        boolean readOnly = volumeReadOnly || hasOption(fields.get(5), "ro");
        Mount mount = new Mount(
                unescape(fields.get(separator + 2)),
                unescape(fields.get(4)),
                unescape(fields.get(separator + 1)),
                readOnly,
                volumeReadOnly);
        return Optional.of(new Entry(fields.get(2), mount));
    }

    private static boolean hasOption(String options, String option) {
        return Arrays.asList(options.split(",", -1)).contains(option);
    }

    /** White space and backslashes stand as three octal digits. */
    private static String unescape(String field) {
        return ESCAPE.matcher(field)
                .replaceAll(
                        match -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 8))));
    }
}
