package org.rescuekey.vm.hive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Writes a tree of keys as a registry hive file ("regf" 1.5): a base block of 4 KiB, then bins of 4 KiB full
 * of cells. A cell never crosses a bin, so the largest value is a little less than a bin. One instance
 * writes one hive; one thread.
 */
public final class HiveWriter {
    private static final int BASE_BLOCK = 4096;
    private static final int BIN = 4096;
    private static final int BIN_HEADER = 32;
    private static final int NONE = -1;
    private static final int ROOT_FLAGS = 0x2C;
    private static final int KEY_FLAGS = 0x20;
    private static final int LIMIT = 1 << 20;
    /** 2026-01-01 in units of 100 ns since 1601: the same hive for the same keys. */
    private static final long TIME = 134_116_992_000_000_000L;

    private final ByteBuffer bins = ByteBuffer.allocate(LIMIT).order(ByteOrder.LITTLE_ENDIAN);
    private int binEnd;
    private int next;

    private HiveWriter() {}

    /** The hive file's bytes. */
    public static byte[] write(HiveKey root) {
        return new HiveWriter().file(root);
    }

    private byte[] file(HiveKey root) {
        int security = security();
        int rootOffset = key(root, 0, security, ROOT_FLAGS);
        bins.putInt(security + 4 + 12, countKeys(root));
        closeBin();
        ByteBuffer file = ByteBuffer.allocate(BASE_BLOCK + binEnd).order(ByteOrder.LITTLE_ENDIAN);
        file.put("regf".getBytes(StandardCharsets.US_ASCII));
        file.putInt(1).putInt(1).putLong(TIME);
        file.putInt(1).putInt(5).putInt(0).putInt(1);
        file.putInt(rootOffset).putInt(binEnd).putInt(1);
        int checksum = 0;
        for (int at = 0; at < 508; at += 4) {
            checksum ^= file.getInt(at);
        }
        file.putInt(508, checksum);
        file.put(BASE_BLOCK, bins.array(), 0, binEnd);
        return file.array();
    }

    private static int countKeys(HiveKey key) {
        return 1 + key.children().stream().mapToInt(HiveWriter::countKeys).sum();
    }

    /** Takes a cell with room for this many bytes of content; returns its offset (its size stands there). */
    private int cell(int content) {
        int size = (content + 4 + 7) & ~7;
        if (size > BIN - BIN_HEADER) {
            throw new IllegalArgumentException("a cell of " + content + " bytes does not fit a bin");
        }
        if (binEnd - next < size) {
            closeBin();
            next = binEnd;
            binEnd += BIN;
            bins.put(next, "hbin".getBytes(StandardCharsets.US_ASCII));
            bins.putInt(next + 4, next).putInt(next + 8, BIN).putLong(next + 20, TIME);
            next += BIN_HEADER;
        }
        int offset = next;
        bins.putInt(offset, -size);
        next += size;
        return offset;
    }

    /** What is left of the open bin becomes one free cell. */
    private void closeBin() {
        if (binEnd > next) {
            bins.putInt(next, binEnd - next);
            next = binEnd;
        }
    }

    private int key(HiveKey key, int parent, int security, int flags) {
        byte[] name = key.name().getBytes(StandardCharsets.US_ASCII);
        int offset = cell(76 + name.length);
        int at = offset + 4;
        bins.put(at, "nk".getBytes(StandardCharsets.US_ASCII));
        bins.putShort(at + 2, (short) flags).putLong(at + 4, TIME).putInt(at + 16, parent);
        bins.putInt(at + 32, NONE).putInt(at + 44, security).putInt(at + 48, NONE);
        bins.putShort(at + 72, (short) name.length).put(at + 76, name);
        List<HiveKey> children = key.children();
        int[] childOffsets = new int[children.size()];
        for (int i = 0; i < childOffsets.length; i++) {
            childOffsets[i] = key(children.get(i), offset, security, KEY_FLAGS);
        }
        bins.putInt(at + 20, childOffsets.length).putInt(at + 28, subkeyList(children, childOffsets));
        bins.putInt(at + 36, key.values().size()).putInt(at + 40, valueList(key.values()));
        bins.putInt(at + 52, 2 * longest(children.stream().map(HiveKey::name).toList()));
        bins.putInt(
                at + 60,
                2 * longest(key.values().stream().map(HiveKey.Value::name).toList()));
        bins.putInt(
                at + 64,
                key.values().stream().mapToInt(v -> v.data().length).max().orElse(0));
        return offset;
    }

    private static int longest(List<String> names) {
        return names.stream().mapToInt(String::length).max().orElse(0);
    }

    private int subkeyList(List<HiveKey> children, int[] offsets) {
        if (offsets.length == 0) {
            return NONE;
        }
        int list = cell(4 + 8 * offsets.length);
        bins.put(list + 4, "lh".getBytes(StandardCharsets.US_ASCII));
        bins.putShort(list + 6, (short) offsets.length);
        for (int i = 0; i < offsets.length; i++) {
            bins.putInt(list + 8 + 8 * i, offsets[i]);
            bins.putInt(list + 12 + 8 * i, hash(children.get(i).name()));
        }
        return list;
    }

    private static int hash(String name) {
        int hash = 0;
        for (char c : name.toUpperCase(Locale.ROOT).toCharArray()) {
            hash = hash * 37 + c;
        }
        return hash;
    }

    private int valueList(List<HiveKey.Value> values) {
        if (values.isEmpty()) {
            return NONE;
        }
        int list = cell(4 * values.size());
        for (int i = 0; i < values.size(); i++) {
            bins.putInt(list + 4 + 4 * i, value(values.get(i)));
        }
        return list;
    }

    private int value(HiveKey.Value value) {
        byte[] name = value.name().getBytes(StandardCharsets.US_ASCII);
        byte[] data = value.data();
        int offset = cell(20 + name.length);
        int at = offset + 4;
        bins.put(at, "vk".getBytes(StandardCharsets.US_ASCII)).putShort(at + 2, (short) name.length);
        bins.putInt(at + 12, value.type()).putShort(at + 16, (short) 1).put(at + 20, name);
        if (data.length <= 4) {
            bins.putInt(at + 4, data.length | 0x8000_0000).put(at + 8, data);
        } else {
            int place = cell(data.length);
            bins.put(place + 4, data);
            bins.putInt(at + 4, data.length).putInt(at + 8, place);
        }
        return offset;
    }

    /** One security descriptor for all keys: owner and full access for the administrators and the system. */
    private int security() {
        byte[] administrators = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0};
        byte[] system = {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};
        ByteBuffer descriptor = ByteBuffer.allocate(20 + 16 + 12 + 8 + 24 + 20).order(ByteOrder.LITTLE_ENDIAN);
        descriptor.put((byte) 1).put((byte) 0).putShort((short) 0x8004);
        descriptor.putInt(20).putInt(36).putInt(0).putInt(48);
        descriptor.put(administrators).put(system);
        descriptor.putShort((short) 2).putShort((short) (8 + 24 + 20)).putInt(2);
        for (byte[] who : new byte[][] {administrators, system}) {
            descriptor.putShort((short) 0x0200).putShort((short) (8 + who.length));
            descriptor.putInt(0xF003F).put(who);
        }
        int offset = cell(20 + descriptor.capacity());
        bins.put(offset + 4, "sk".getBytes(StandardCharsets.US_ASCII));
        bins.putInt(offset + 8, offset).putInt(offset + 12, offset);
        bins.putInt(offset + 20, descriptor.capacity()).put(offset + 24, descriptor.array());
        return offset;
    }
}
