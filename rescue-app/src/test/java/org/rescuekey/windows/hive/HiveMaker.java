package org.rescuekey.windows.hive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes hives of every shape that Windows writes: all lists of subkeys, large values, names of both sorts. */
public final class HiveMaker {
    /** How lists of subkeys are written. */
    public enum Lists {
        LF,
        LH,
        LI,
        /** A root of leaves with three entries each. */
        RI
    }

    private static final int PAGE = 4096;
    private static final int PIECE = 16_344;

    private final Lists lists;
    private final ByteBuffer bins = ByteBuffer.allocate(8 << 20).order(ByteOrder.LITTLE_ENDIAN);
    private int end;
    private int next;

    private HiveMaker(Lists lists) {
        this.lists = lists;
    }

    public static byte[] write(MadeKey root) {
        return write(root, Lists.LH);
    }

    public static byte[] write(MadeKey root, Lists lists) {
        return new HiveMaker(lists).file(root);
    }

    /** Sets the checksum of a base block that was changed, and returns the file. */
    public static byte[] summed(byte[] file) {
        ByteBuffer view = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int sum = 0;
        for (int at = 0; at < 508; at += 4) {
            sum ^= view.getInt(at);
        }
        view.putInt(508, sum == 0 ? 1 : sum == -1 ? -2 : sum);
        return file;
    }

    /** The same hive as it lies there after Windows was interrupted. */
    public static byte[] dirty(byte[] file) {
        byte[] dirty = file.clone();
        dirty[4]++;
        return summed(dirty);
    }

    private byte[] file(MadeKey root) {
        int security = security();
        int rootCell = key(root, 0, security, 0x2C);
        closeBin();
        ByteBuffer file = ByteBuffer.allocate(PAGE + end).order(ByteOrder.LITTLE_ENDIAN);
        file.put("regf".getBytes(StandardCharsets.US_ASCII)).putInt(7).putInt(7).putLong(0);
        file.putInt(1)
                .putInt(5)
                .putInt(0)
                .putInt(1)
                .putInt(rootCell)
                .putInt(end)
                .putInt(1);
        file.put(PAGE, bins.array(), 0, end);
        return summed(file.array());
    }

    private int cell(int content) {
        int size = (content + 4 + 7) & ~7;
        if (end - next < size) {
            closeBin();
            int binBytes = (32 + size + PAGE - 1) / PAGE * PAGE;
            bins.put(end, "hbin".getBytes(StandardCharsets.US_ASCII));
            bins.putInt(end + 4, end).putInt(end + 8, binBytes);
            next = end + 32;
            end += binBytes;
        }
        int cell = next;
        bins.putInt(cell, -size);
        next += size;
        return cell;
    }

    private void closeBin() {
        if (end > next) {
            bins.putInt(next, end - next);
            next = end;
        }
    }

    private static boolean isLatin(String name) {
        return name.chars().allMatch(c -> c < 256);
    }

    private static byte[] bytes(String name) {
        return name.getBytes(isLatin(name) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16LE);
    }

    private int key(MadeKey key, int parent, int security, int flags) {
        byte[] name = bytes(key.name());
        int cell = cell(76 + name.length);
        int at = cell + 4;
        bins.put(at, "nk".getBytes(StandardCharsets.US_ASCII));
        bins.putShort(at + 2, (short) (isLatin(key.name()) ? flags : flags & ~0x20));
        bins.putInt(at + 16, parent)
                .putInt(at + 32, -1)
                .putInt(at + 44, security)
                .putInt(at + 48, -1);
        bins.putShort(at + 72, (short) name.length).put(at + 76, name);
        List<Integer> children = new ArrayList<>();
        for (MadeKey child : key.children()) {
            children.add(key(child, cell, security, 0x20));
        }
        bins.putInt(at + 20, children.size()).putInt(at + 28, subkeys(key.children(), children));
        bins.putInt(at + 36, key.values().size()).putInt(at + 40, values(key.values()));
        return cell;
    }

    private int subkeys(List<MadeKey> keys, List<Integer> cells) {
        if (cells.isEmpty()) {
            return -1;
        }
        if (lists != Lists.RI) {
            return leaf(lists.name().toLowerCase(Locale.ROOT), keys, cells);
        }
        List<Integer> leaves = new ArrayList<>();
        for (int from = 0; from < cells.size(); from += 3) {
            int to = Math.min(from + 3, cells.size());
            leaves.add(leaf(from % 2 == 0 ? "lh" : "li", keys.subList(from, to), cells.subList(from, to)));
        }
        int root = cell(4 + 4 * leaves.size());
        bins.put(root + 4, new byte[] {'r', 'i'}).putShort(root + 6, (short) leaves.size());
        for (int i = 0; i < leaves.size(); i++) {
            bins.putInt(root + 8 + 4 * i, leaves.get(i));
        }
        return root;
    }

    private int leaf(String mark, List<MadeKey> keys, List<Integer> cells) {
        int width = mark.equals("li") ? 4 : 8;
        int leaf = cell(4 + width * cells.size());
        bins.put(leaf + 4, mark.getBytes(StandardCharsets.US_ASCII)).putShort(leaf + 6, (short) cells.size());
        for (int i = 0; i < cells.size(); i++) {
            bins.putInt(leaf + 8 + width * i, cells.get(i));
            if (width == 8) {
                bins.putInt(leaf + 12 + width * i, hint(mark, keys.get(i).name()));
            }
        }
        return leaf;
    }

    private static int hint(String mark, String name) {
        int hint = 0;
        if (mark.equals("lf")) {
            for (int i = 0; i < Math.min(4, name.length()); i++) {
                hint |= (name.charAt(i) & 0xFF) << (8 * i);
            }
        } else {
            for (char c : name.toUpperCase(Locale.ROOT).toCharArray()) {
                hint = hint * 37 + c;
            }
        }
        return hint;
    }

    private int values(List<MadeKey.Value> values) {
        if (values.isEmpty()) {
            return -1;
        }
        int list = cell(4 * values.size());
        for (int i = 0; i < values.size(); i++) {
            bins.putInt(list + 4 + 4 * i, value(values.get(i)));
        }
        return list;
    }

    private int value(MadeKey.Value value) {
        byte[] name = bytes(value.name());
        byte[] data = new byte[value.data().remaining()];
        value.data().duplicate().get(data);
        int cell = cell(20 + name.length);
        int at = cell + 4;
        bins.put(at, new byte[] {'v', 'k'})
                .putShort(at + 2, (short) name.length)
                .putInt(at + 12, value.type());
        bins.putShort(at + 16, (short) (isLatin(value.name()) ? 1 : 0)).put(at + 20, name);
        if (data.length <= 4) {
            bins.putInt(at + 4, data.length | 0x8000_0000).put(at + 8, data);
        } else {
            bins.putInt(at + 4, data.length).putInt(at + 8, data.length > PIECE ? pieces(data) : plain(data, 0));
        }
        return cell;
    }

    private int plain(byte[] data, int from) {
        int length = Math.min(data.length - from, PIECE);
        // A piece is followed by four bytes that nobody uses.
        int cell = cell(data.length > PIECE ? length + 4 : length);
        bins.put(cell + 4, data, from, length);
        return cell;
    }

    private int pieces(byte[] data) {
        int count = (data.length + PIECE - 1) / PIECE;
        int list = cell(4 * count);
        for (int i = 0; i < count; i++) {
            bins.putInt(list + 4 + 4 * i, plain(data, i * PIECE));
        }
        int head = cell(8);
        bins.put(head + 4, new byte[] {'d', 'b'})
                .putShort(head + 6, (short) count)
                .putInt(head + 8, list);
        return head;
    }

    private int security() {
        int cell = cell(20 + 20);
        bins.put(cell + 4, new byte[] {'s', 'k'}).putInt(cell + 8, cell).putInt(cell + 12, cell);
        bins.putInt(cell + 16, 1).putInt(cell + 20, 20).putInt(cell + 24, 0x8000_0001);
        return cell;
    }
}
