package org.rescuekey.windows.hive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A key while a test puts a hive together: subkeys in the order of their names in capitals, as the format asks. */
public final class MadeKey {
    /** A value to be written. */
    record Value(String name, int type, ByteBuffer data) {}

    private final String name;
    private final List<Value> values = new ArrayList<>();
    private final Map<String, MadeKey> children = new TreeMap<>();

    private MadeKey(String name) {
        this.name = name;
    }

    public static MadeKey root() {
        return new MadeKey("root");
    }

    /** The key at this path below; what is missing is made. */
    public MadeKey at(String path) {
        MadeKey key = this;
        for (String part : path.split("\\\\")) {
            key = key.children.computeIfAbsent(part.toUpperCase(Locale.ROOT), upper -> new MadeKey(part));
        }
        return key;
    }

    public MadeKey value(String valueName, int type, byte[] data) {
        values.add(new Value(valueName, type, ByteBuffer.wrap(data.clone()).asReadOnlyBuffer()));
        return this;
    }

    public MadeKey binary(String valueName, byte[] data) {
        return value(valueName, HiveValue.BINARY, data);
    }

    public MadeKey number(String valueName, int number) {
        byte[] data = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array();
        return value(valueName, HiveValue.NUMBER, data);
    }

    public MadeKey string(String valueName, String text) {
        return value(valueName, HiveValue.STRING, (text + "\0").getBytes(StandardCharsets.UTF_16LE));
    }

    public MadeKey strings(String valueName, String... texts) {
        String all = String.join("\0", texts) + "\0\0";
        return value(valueName, HiveValue.STRINGS, all.getBytes(StandardCharsets.UTF_16LE));
    }

    String name() {
        return name;
    }

    List<Value> values() {
        return values;
    }

    List<MadeKey> children() {
        return List.copyOf(children.values());
    }
}
