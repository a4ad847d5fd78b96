package org.rescuekey.windows.hive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Hives that nobody wrote: real ones with changed bytes, and those that were made to harm. Each has its right checksum. */
public final class HiveMutants {
    private static final int[] NUMBERS = {0, 1, -1, 2, 7, 8, 16, 0x7FFF_FFFF, 0x8000_0000, 0x8000_0004, 0xFFFF, 4096};

    private HiveMutants() {}

    /** One byte of the bins changed. */
    public static byte[] withByte(byte[] hive, int at, int value) {
        byte[] mutant = hive.clone();
        mutant[at] = (byte) value;
        return HiveMaker.summed(mutant);
    }

    /** Several changes where something stands: bytes, counts, and references to other cells. */
    public static byte[] mutant(byte[] hive, long seed) {
        Random random = new Random(seed);
        byte[] mutant = hive.clone();
        ByteBuffer view = ByteBuffer.wrap(mutant).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> cells = cells(hive);
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = 4096 + cells.get(random.nextInt(cells.size())) + 4 * random.nextInt(12);
            if (at > mutant.length - 4) {
                continue;
            }
            switch (random.nextInt(4)) {
                case 0 -> view.put(at + random.nextInt(4), (byte) random.nextInt());
                case 1 -> view.putInt(at, NUMBERS[random.nextInt(NUMBERS.length)]);
                case 2 -> view.putInt(at, cells.get(random.nextInt(cells.size())));
                default -> view.putShort(at, (short) NUMBERS[random.nextInt(NUMBERS.length)]);
            }
        }
        return HiveMaker.summed(mutant);
    }

    /** Where cells begin, from the first bin. */
    private static List<Integer> cells(byte[] hive) {
        ByteBuffer view = ByteBuffer.wrap(hive).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> cells = new ArrayList<>();
        int bin = 0;
        while (bin < hive.length - 4096) {
            int end = bin + view.getInt(4096 + bin + 8);
            int at = bin + 32;
            while (at < end) {
                cells.add(at);
                at += Math.abs(view.getInt(4096 + at));
            }
            bin = end;
        }
        return cells;
    }

    /** A root of many leaves that are one and the same: the entries are never as many as the key says. */
    public static byte[] oneLeafManyTimes() {
        Forge forge = new Forge(1 << 17);
        int leaf = forge.cell(8 + 8).put('l', 'h').u16(1).cellEnd();
        Forge root = forge.cell(4 + 4 * 30_000).put('r', 'i').u16(30_000);
        for (int i = 0; i < 30_000; i++) {
            root.u32(leaf);
        }
        return forge.file(forge.key(20_000, root.cellEnd(), 0, -1));
    }

    /** A root of leaves in which nothing stands. */
    public static byte[] emptyLeaves() {
        Forge forge = new Forge(1 << 18);
        int leaf = forge.cell(8).put('l', 'i').u16(0).cellEnd();
        Forge root = forge.cell(4 + 4 * 60_000).put('r', 'i').u16(60_000);
        for (int i = 0; i < 60_000; i++) {
            root.u32(leaf);
        }
        return forge.file(forge.key(1, root.cellEnd(), 0, -1));
    }

    /** A root that lists itself. */
    public static byte[] rootOfRoots() {
        Forge forge = new Forge(4096);
        int root = forge.cell(4 + 4).put('r', 'i').u16(1).u32(32).cellEnd();
        return forge.file(forge.key(1, root, 0, -1));
    }

    /** Many values, each of which says that it has all pieces of one large value. */
    public static byte[] sharedPieces() {
        Forge forge = new Forge(1 << 19);
        int piece = forge.cell(16_348).cellEnd();
        Forge pieces = forge.cell(4 * 30);
        for (int i = 0; i < 30; i++) {
            pieces.u32(piece);
        }
        int list = pieces.cellEnd();
        int data = forge.cell(8).put('d', 'b').u16(30).u32(list).cellEnd();
        List<Integer> values = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            values.add(forge.cell(24)
                    .put('v', 'k')
                    .u16(0)
                    .u32(30 * 16_344)
                    .u32(data)
                    .u32(3)
                    .u32(1)
                    .cellEnd());
        }
        Forge all = forge.cell(4 * values.size());
        values.forEach(all::u32);
        return forge.file(forge.key(0, -1, values.size(), all.cellEnd()));
    }

    /** All that were made to harm. */
    public static List<byte[]> hostile() {
        return List.of(oneLeafManyTimes(), emptyLeaves(), rootOfRoots(), sharedPieces());
    }

    /** Puts cells one behind the other into one bin. */
    private static final class Forge {
        private final ByteBuffer bin;
        private int cell;
        private int next = 32;

        Forge(int bytes) {
            bin = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        Forge cell(int content) {
            cell = next;
            int size = (content + 4 + 7) & ~7;
            bin.putInt(cell, -size).position(cell + 4);
            next += size;
            return this;
        }

        Forge put(char first, char second) {
            bin.put((byte) first).put((byte) second);
            return this;
        }

        Forge u16(int number) {
            bin.putShort((short) number);
            return this;
        }

        Forge u32(int number) {
            bin.putInt(number);
            return this;
        }

        int cellEnd() {
            return cell;
        }

        int key(int subkeys, int subkeyList, int values, int valueList) {
            cell(80).put('n', 'k').u16(0x2C);
            int at = cell + 4;
            bin.putInt(at + 20, subkeys).putInt(at + 28, subkeyList).putInt(at + 36, values);
            bin.putInt(at + 40, valueList).putShort(at + 72, (short) 1).put(at + 76, (byte) 'r');
            return cell;
        }

        byte[] file(int rootCell) {
            int end = (next + 4095) & ~4095;
            if (end > next) {
                bin.putInt(next, end - next);
            }
            bin.put(0, new byte[] {'h', 'b', 'i', 'n'}).putInt(4, 0).putInt(8, end);
            ByteBuffer file = ByteBuffer.allocate(4096 + end).order(ByteOrder.LITTLE_ENDIAN);
            file.put(new byte[] {'r', 'e', 'g', 'f'})
                    .putInt(20, 1)
                    .putInt(24, 5)
                    .putInt(32, 1);
            file.putInt(36, rootCell).putInt(40, end).put(4096, bin.array(), 0, end);
            return HiveMaker.summed(file.array());
        }
    }
}
