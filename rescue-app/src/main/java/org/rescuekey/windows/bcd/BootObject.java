package org.rescuekey.windows.bcd;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.windows.Texts;
import org.rescuekey.windows.hive.HiveKey;
import org.rescuekey.windows.hive.HiveValue;

/** One object of a boot store: a program that can be started, or settings that others inherit. Immutable. */
public final class BootObject {
    public static final int BOOT_MANAGER = 0x1010_0002;
    public static final int WINDOWS_LOADER = 0x1020_0003;
    public static final int WINDOWS_RESUME = 0x1020_0004;

    static final int TITLE = 0x1200_0004;
    private static final int PATH = 0x1200_0002;

    private final UUID id;
    private final int type;
    private final Map<Integer, HiveValue> elements;
    private final Optional<HiveValue> firmwareVariable;

    private BootObject(UUID id, int type, Map<Integer, HiveValue> elements, Optional<HiveValue> firmwareVariable) {
        this.id = id;
        this.type = type;
        this.elements = elements;
        this.firmwareVariable = firmwareVariable;
    }

    /** The object of this key; empty if its name is no GUID in braces. */
    static Optional<BootObject> parse(HiveKey key) throws MalformedDataException {
        Optional<UUID> id = id(key.name());
        if (id.isEmpty()) {
            return Optional.empty();
        }
        Map<Integer, HiveValue> elements = new TreeMap<>();
        Optional<HiveKey> elementKeys = key.child("Elements");
        if (elementKeys.isPresent()) {
            for (HiveKey element : elementKeys.get().children()) {
                Optional<HiveValue> value = element.value("Element");
                if (value.isPresent() && element.name().matches("[0-9A-Fa-f]{8}")) {
                    elements.putIfAbsent(Integer.parseUnsignedInt(element.name(), 16), value.get());
                }
            }
        }
        int type = 0;
        Optional<HiveValue> firmware = Optional.empty();
        Optional<HiveKey> description = key.child("Description");
        if (description.isPresent()) {
            type = description
                    .get()
                    .value("Type")
                    .map(HiveValue::number)
                    .orElseGet(OptionalInt::empty)
                    .orElse(0);
            firmware = description.get().value("FirmwareVariable").filter(BootElements::isBlob);
        }
        return Optional.of(new BootObject(id.get(), type, elements, firmware));
    }

    /** A GUID in braces. */
    static Optional<UUID> id(String text) {
        return text.matches("\\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\\}")
                ? Optional.of(UUID.fromString(text.substring(1, text.length() - 1)))
                : Optional.empty();
    }

    public UUID id() {
        return id;
    }

    /** What sort of object it says it is, such as {@link #WINDOWS_LOADER}; 0 if it says nothing. */
    public int type() {
        return type;
    }

    /** The elements by their codes, in ascending order. */
    public Map<Integer, HiveValue> elements() {
        return Collections.unmodifiableMap(elements);
    }

    public Optional<HiveValue> element(int code) {
        return Optional.ofNullable(elements.get(code));
    }

    /** The firmware's boot entry as Windows last saw it. */
    public Optional<HiveValue> firmwareVariable() {
        return firmwareVariable;
    }

    /** The title that boot menus show. */
    public Optional<String> title() {
        return element(TITLE).flatMap(HiveValue::text);
    }

    /** The program's path on its partition. */
    public Optional<String> path() {
        return element(PATH).flatMap(HiveValue::text);
    }

    /** The object that an element refers to. */
    Optional<UUID> reference(int code) {
        return element(code).flatMap(HiveValue::text).flatMap(BootObject::id);
    }

    /** The objects that an element lists. */
    List<UUID> references(int code) {
        return element(code).map(HiveValue::texts).orElse(List.of()).stream()
                .flatMap(text -> id(text).stream())
                .toList();
    }

    /** The object for a line of text: its title and its GUID. */
    public String words() {
        return title().map(title -> "\"" + Texts.printable(title) + "\" ").orElse("") + "{" + id + "}";
    }

    @Override
    public String toString() {
        return words();
    }
}
