package org.rescuekey.windows.hive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.rescuekey.filesystem.Tool;

/** What libhivex, which knows nothing of our walker, reads in a hive. */
public final class HiveOracle {
    private static final HexFormat HEX = HexFormat.ofDelimiter(",");

    private HiveOracle() {}

    /** Every key by its path, with every value as "name=type:bytes" in the order of the names. */
    public static Map<String, List<String>> tree(byte[] hive) throws IOException {
        Path file = Files.createTempFile("hive", "");
        try {
            Files.write(file, hive);
            String said = Tool.run("env", "PERL_UNICODE=S", "hivexregedit", "--export", file, "\\");
            return parse(new String(said.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
        } finally {
            Files.delete(file);
        }
    }

    /** The same, as our walker reads it. */
    public static Map<String, List<String>> ours(byte[] file) throws IOException {
        record Place(HiveKey key, String path) {}
        Map<String, List<String>> tree = new TreeMap<>();
        Deque<Place> waiting = new ArrayDeque<>();
        waiting.add(new Place(Hive.parse(file).root(), ""));
        while (!waiting.isEmpty()) {
            Place place = waiting.remove();
            List<String> values = new ArrayList<>();
            for (HiveValue value : place.key().values()) {
                values.add(value.name() + "=" + value.type() + ":" + bounded(HEX.formatHex(value.data())));
            }
            tree.put(place.path().isEmpty() ? "\\" : place.path(), sorted(values));
            for (HiveKey child : place.key().children()) {
                waiting.add(new Place(child, place.path() + "\\" + child.name()));
            }
        }
        return tree;
    }

    /** Both readings agree. */
    public static void agrees(byte[] hive) throws IOException {
        Map<String, List<String>> ours = ours(hive);
        Map<String, List<String>> theirs = tree(hive);
        assertThat(ours.keySet()).isEqualTo(theirs.keySet());
        ours.forEach((path, values) -> assertThat(values).as(path).isEqualTo(theirs.get(path)));
    }

    private static Map<String, List<String>> parse(String text) {
        Map<String, List<String>> tree = new TreeMap<>();
        List<String> values = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith("[")) {
                values = new ArrayList<>();
                tree.put(line.substring(1, line.length() - 1), values);
            } else if (line.startsWith("\"") || line.startsWith("@")) {
                values.add(value(line));
            }
        }
        tree.replaceAll((path, unsorted) -> sorted(unsorted));
        return tree;
    }

    private static String value(String line) {
        int end = line.startsWith("@") ? 1 : line.indexOf("\"=", 1) + 1;
        String name = line.startsWith("@") ? "" : line.substring(1, end - 1).replaceAll("\\\\(.)", "$1");
        String data = line.substring(end + 1);
        if (data.startsWith("dword:")) {
            byte[] bytes = HexFormat.of().parseHex(data.substring(6));
            return name + "=4:" + HEX.formatHex(new byte[] {bytes[3], bytes[2], bytes[1], bytes[0]});
        }
        int type = Integer.parseInt(data.substring(4, data.indexOf(')')), 16);
        return name + "=" + type + ":"
                + bounded(data.substring(data.indexOf(':') + 1).toLowerCase(Locale.ROOT));
    }

    /** Large values by their length and a hash, so that a failure can be read. */
    private static String bounded(String hex) {
        return hex.length() < 300 ? hex : (hex.length() + 1) / 3 + " bytes, hash " + hex.hashCode();
    }

    private static List<String> sorted(List<String> values) {
        return values.stream().sorted().toList();
    }
}
