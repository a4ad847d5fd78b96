package org.rescuekey.windows.bcd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.rescuekey.partition.gpt.Guids;
import org.rescuekey.windows.PartitionIdentity;

/**
 * Where a device element of a boot store names a partition: the element itself, or the partition that a RAM disk or a
 * virtual disk is read from, at whatever depth. Immutable.
 *
 * <p>72 bytes: u32 6, u32 flags 0, u32 length 0x48, u32 0; at 0x10 the partition's GUID, or for MBR u64 its offset in
 * bytes; u32 0 at 0x20, u32 0 for GPT or 1 for MBR at 0x24; at 0x28 the disk's GUID, or for MBR u32 its signature; zeros. A
 * partition inside a virtual disk has another length: it is in no table of a real disk, and is not found.
 */
public sealed interface PartitionLocator {
    /** How many bytes of a locator name the partition; the rest is the same for all. */
    int NAME_BYTES = 40;

    /** @param at where in the element's data the 72 bytes begin */
    record Gpt(int at, UUID diskGuid, UUID partitionGuid) implements PartitionLocator {
        @Override
        public String words() {
            return "partition " + Guids.text(partitionGuid) + " on disk " + Guids.text(diskGuid);
        }

        @Override
        public boolean isAt(PartitionIdentity identity) {
            return identity instanceof PartitionIdentity.Gpt gpt
                    && gpt.isTelling()
                    && gpt.diskGuid().equals(diskGuid)
                    && gpt.partitionGuid().equals(partitionGuid);
        }
    }

    /** @param at where in the element's data the 72 bytes begin */
    record Mbr(int at, int signature, long offsetBytes) implements PartitionLocator {
        @Override
        public String words() {
            return "the partition at byte " + Long.toUnsignedString(offsetBytes) + " on disk "
                    + PartitionIdentity.Mbr.signatureText(signature);
        }

        @Override
        public boolean isAt(PartitionIdentity identity) {
            return identity instanceof PartitionIdentity.Mbr mbr
                    && mbr.isTelling()
                    && mbr.signature() == signature
                    && mbr.offsetBytes() == offsetBytes;
        }
    }

    int at();

    /** The partition in the usual text form of GUIDs and signatures. */
    String words();

    /** Tells whether it names this partition. */
    boolean isAt(PartitionIdentity identity);

    /** Where in the element's data the partition's name begins. */
    default int nameAt() {
        return at() + Shape.NAME;
    }

    /** All locators in an element's data; none overlaps another. */
    static List<PartitionLocator> find(byte[] data) {
        ByteBuffer view = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        List<PartitionLocator> found = new ArrayList<>();
        int at = 0;
        while (at <= data.length - Shape.BYTES) {
            if (Shape.isAt(data, view, at)) {
                found.add(
                        view.getInt(at + Shape.STYLE) == Shape.GPT
                                ? new Gpt(at, Guids.get(view, at + Shape.DISK), Guids.get(view, at + Shape.NAME))
                                : new Mbr(at, view.getInt(at + Shape.DISK), view.getLong(at + Shape.NAME)));
                at += Shape.BYTES;
            } else {
                at++;
            }
        }
        return found;
    }

    /** The {@link #NAME_BYTES} bytes at {@link #nameAt} that name this partition. */
    static byte[] nameOf(PartitionIdentity identity) {
        ByteBuffer bytes = ByteBuffer.allocate(NAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        switch (identity) {
            case PartitionIdentity.Gpt gpt -> {
                Guids.put(bytes, 0, gpt.partitionGuid());
                bytes.putInt(Shape.STYLE - Shape.NAME, Shape.GPT);
                Guids.put(bytes, Shape.DISK - Shape.NAME, gpt.diskGuid());
            }
            case PartitionIdentity.Mbr mbr -> {
                bytes.putLong(0, mbr.offsetBytes());
                bytes.putInt(Shape.STYLE - Shape.NAME, Shape.MBR);
                bytes.putInt(Shape.DISK - Shape.NAME, mbr.signature());
            }
        }
        return bytes.array();
    }

    /** The layout of the 72 bytes. */
    final class Shape {
        private static final int BYTES = 0x48;
        private static final int NAME = 0x10;
        private static final int STYLE = 0x24;
        private static final int DISK = 0x28;
        private static final int GPT = 0;
        private static final int MBR = 1;
        private static final byte[] HEADER = {6, 0, 0, 0, 0, 0, 0, 0, BYTES, 0, 0, 0, 0, 0, 0, 0};

        private Shape() {}

        private static boolean isAt(byte[] data, ByteBuffer view, int at) {
            int style = view.getInt(at + STYLE);
            return Arrays.equals(data, at, at + HEADER.length, HEADER, 0, HEADER.length)
                    && view.getInt(at + STYLE - 4) == 0
                    && (style == GPT || style == MBR);
        }
    }
}
