package org.rescuekey.partition.gpt;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A used entry of a GPT. What stands behind the 128 defined bytes of a larger entry, and behind the end of the name, is
 * not kept: it is reserved as zero.
 *
 * @param number the slot, counted from 1
 * @param typeGuid what the partition is for; never nil
 * @param uniqueGuid what tells it from all other partitions
 * @param firstLba the first sector
 * @param lastLba the last sector, inclusive
 * @param attributes the attribute bits
 * @param name the label: at most 36 UTF-16 units, none of them zero
 */
public record GptEntry(
        int number, UUID typeGuid, UUID uniqueGuid, long firstLba, long lastLba, long attributes, String name) {
    /** The bytes of an entry that are defined. */
    public static final int DEFINED_BYTES = 128;

    public static final int NAME_UNITS_MAX = 36;

    /** Attribute bit 2: "legacy BIOS bootable". */
    public static final long LEGACY_BIOS_BOOTABLE = 1L << 2;

    private static final int NAME_AT = 56;

    public GptEntry {
        if (number < 1 || typeGuid.equals(Guids.NIL)) {
            throw new IllegalArgumentException("no used entry: number " + number + ", type " + typeGuid);
        }
        if (name.length() > NAME_UNITS_MAX || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("no name of a GPT entry: " + name.length() + " units");
        }
    }

    /** The same partition under another identity. */
    public GptEntry withUniqueGuid(UUID guid) {
        return new GptEntry(number, typeGuid, guid, firstLba, lastLba, attributes, name);
    }

    /** Tells whether the slot at an index of an entry array is in use. */
    static boolean isUsed(ByteBuffer array, int index) {
        return !Guids.get(array, index).equals(Guids.NIL);
    }

    static GptEntry parse(ByteBuffer array, int index, int number) {
        StringBuilder name = new StringBuilder();
        for (int unit = 0; unit < NAME_UNITS_MAX; unit++) {
            char character = array.getChar(index + NAME_AT + 2 * unit);
            if (character == 0) {
                break;
            }
            name.append(character);
        }
        return new GptEntry(
                number,
                Guids.get(array, index),
                Guids.get(array, index + 16),
                array.getLong(index + 32),
                array.getLong(index + 40),
                array.getLong(index + 48),
                name.toString());
    }

    void put(ByteBuffer array, int index) {
        Guids.put(array, index, typeGuid);
        Guids.put(array, index + 16, uniqueGuid);
        array.putLong(index + 32, firstLba);
        array.putLong(index + 40, lastLba);
        array.putLong(index + 48, attributes);
        for (int unit = 0; unit < name.length(); unit++) {
            array.putChar(index + NAME_AT + 2 * unit, name.charAt(unit));
        }
    }
}
