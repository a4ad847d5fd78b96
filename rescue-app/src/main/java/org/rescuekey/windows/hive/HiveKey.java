package org.rescuekey.windows.hive;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.error.MalformedDataException;

/** A key of a hive. Immutable; what is below it is read, and checked, when it is asked for. */
public final class HiveKey {
    private static final int NAME_BYTES_MAX = 512;
    private static final int NAME = 76;
    private static final int FLAGS = 2;
    private static final int SUBKEYS = 20;
    private static final int SUBKEY_LIST = 28;
    private static final int VALUES = 36;
    private static final int VALUE_LIST = 40;
    private static final int COMPRESSED_NAME = 0x20;
    /** Such a key stands for one that Windows makes up; a handle stands where others count their values. */
    private static final int PREDEFINED_HANDLE = 0x40;

    private final Hive hive;
    private final Cell cell;
    private final String name;

    private HiveKey(Hive hive, Cell cell, String name) {
        this.hive = hive;
        this.cell = cell;
        this.name = name;
    }

    static HiveKey parse(Hive hive, int offset) throws MalformedDataException {
        Cell cell = hive.cells().at(offset, "registry key");
        cell.needMark("nk");
        int nameBytes = cell.u16(72);
        boolean compressed = (cell.u16(FLAGS) & COMPRESSED_NAME) != 0;
        if (nameBytes > NAME_BYTES_MAX || (!compressed && nameBytes % 2 != 0)) {
            throw cell.malformed(72, "a name of at most " + NAME_BYTES_MAX + " bytes", nameBytes + " bytes");
        }
        String name = cell.text(NAME, nameBytes, compressed ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16LE);
        return new HiveKey(hive, cell, name);
    }

    /** The name as it is spelled. */
    public String name() {
        return name;
    }

    /** The keys right below, in the hive's order. */
    public List<HiveKey> children() throws MalformedDataException {
        List<HiveKey> children = new ArrayList<>();
        for (int child : childOffsets(new ArrayList<>())) {
            children.add(parse(hive, child));
        }
        return children;
    }

    /** The key right below with this name, in whatever case. */
    public Optional<HiveKey> child(String childName) throws MalformedDataException {
        for (int child : childOffsets(new ArrayList<>())) {
            HiveKey key = parse(hive, child);
            if (key.name.equalsIgnoreCase(childName)) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    /** The key at this path below, its parts separated by backslashes, in whatever case. */
    public Optional<HiveKey> at(String path) throws MalformedDataException {
        Optional<HiveKey> key = Optional.of(this);
        for (String part : path.split("\\\\", -1)) {
            key = key.isEmpty() ? key : key.get().child(part);
        }
        return key;
    }

    /** The values, in the hive's order. */
    public List<HiveValue> values() throws MalformedDataException {
        List<HiveValue> values = new ArrayList<>();
        for (int value : valueOffsets(new ArrayList<>())) {
            values.add(HiveValue.parse(hive, value));
        }
        return values;
    }

    /** The value with this name, in whatever case. */
    public Optional<HiveValue> value(String valueName) throws MalformedDataException {
        for (int offsetOfValue : valueOffsets(new ArrayList<>())) {
            HiveValue value = HiveValue.parse(hive, offsetOfValue);
            if (value.name().equalsIgnoreCase(valueName)) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    /**
     * The cells of the values.
     *
     * @param lists takes the cell of the list itself
     */
    int[] valueOffsets(List<Integer> lists) throws MalformedDataException {
        boolean isHandle = (cell.u16(FLAGS) & PREDEFINED_HANDLE) != 0;
        int count = isHandle ? 0 : count(VALUES);
        if (count == 0) {
            return new int[0];
        }
        int listOffset = cell.i32(VALUE_LIST);
        lists.add(listOffset);
        Cell list = hive.cells().at(listOffset, "registry key's list of values");
        list.need(0, 4L * count);
        int[] offsets = new int[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = list.i32(4 * i);
        }
        return offsets;
    }

    /**
     * The cells of the keys right below.
     *
     * @param lists takes the cells of the lists themselves
     */
    int[] childOffsets(List<Integer> lists) throws MalformedDataException {
        int count = count(SUBKEYS);
        if (count == 0) {
            return new int[0];
        }
        SubkeyList list = new SubkeyList(hive.cells(), count);
        list.read(cell.i32(SUBKEY_LIST), lists);
        return list.offsets();
    }

    private int count(int field) throws MalformedDataException {
        int count = cell.i32(field);
        if (count < 0 || count > hive.cells().allocated()) {
            throw cell.malformed(
                    field, "at most " + hive.cells().allocated() + " entries", Integer.toUnsignedString(count));
        }
        return count;
    }

    @Override
    public String toString() {
        return name;
    }
}
