package org.rescuekey.vm.hive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A registry key while a hive is put together: its values in the order given, its subkeys in the order the
 * format asks for (upper-case names). Names are ASCII. One thread.
 */
public final class HiveKey {
    /** A value: its type as the registry numbers it, and its bytes as they are stored. */
    record Value(String name, int type, ByteBuffer content) {
        byte[] data() {
            byte[] bytes = new byte[content.remaining()];
            content.duplicate().get(bytes);
            return bytes;
        }
    }

    private static final int STRING = 1;
    private static final int BINARY = 3;
    private static final int NUMBER = 4;
    private static final int STRINGS = 7;

    private final String name;
    private final List<Value> values = new ArrayList<>();
    private final Map<String, HiveKey> children = new TreeMap<>();

    private HiveKey(String name) {
        this.name = name;
    }

    /** A hive's root key. */
    public static HiveKey root(String name) {
        return new HiveKey(name);
    }

    /** The key at this path below, its parts separated by backslashes; what is missing is made. */
    public HiveKey at(String path) {
        HiveKey key = this;
        for (String part : path.split("\\\\")) {
            key = key.children.computeIfAbsent(part.toUpperCase(Locale.ROOT), upper -> new HiveKey(part));
        }
        return key;
    }

    public HiveKey string(String valueName, String text) {
        return add(valueName, STRING, utf16(text + "\0"));
    }

    public HiveKey strings(String valueName, String... texts) {
        return add(valueName, STRINGS, utf16(String.join("\0", texts) + "\0\0"));
    }

    public HiveKey number(String valueName, int number) {
        return add(
                valueName,
                NUMBER,
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(number)
                        .array());
    }

    public HiveKey binary(String valueName, byte[] data) {
        return add(valueName, BINARY, data.clone());
    }

    String name() {
        return name;
    }

    List<Value> values() {
        return values;
    }

    List<HiveKey> children() {
        return List.copyOf(children.values());
    }

    private HiveKey add(String valueName, int type, byte[] data) {
        values.add(new Value(valueName, type, ByteBuffer.wrap(data)));
        return this;
    }

    private static byte[] utf16(String text) {
        return text.getBytes(StandardCharsets.UTF_16LE);
    }
}
