package org.rescuekey.windows.system;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.partition.gpt.Guids;
import org.rescuekey.windows.IdentityChange;
import org.rescuekey.windows.IdentityChanges;
import org.rescuekey.windows.PartitionIdentity;
import org.rescuekey.windows.Texts;
import org.rescuekey.windows.hive.HiveEditor;
import org.rescuekey.windows.hive.HiveKey;
import org.rescuekey.windows.hive.HiveValue;

/**
 * The key MountedDevices: which partition has which drive letter (\DosDevices\C:) and which volume name
 * (\??\Volume{...}). Without it Windows gives letters anew, and may not find its own C:. Pure.
 *
 * <p>Data: for GPT "DMIO:ID:" and the partition's GUID, 24 bytes; for MBR u32 signature and u64 offset in bytes, 12 bytes;
 * anything else, such as the text of a device, names no partition of a disk. The names of the values are not changed: a
 * volume keeps the name under which others know it.
 */
final class MountedDevices {
    private static final byte[] GPT_MARK = "DMIO:ID:".getBytes(StandardCharsets.US_ASCII);
    private static final int GPT_BYTES = 24;
    private static final int MBR_BYTES = 12;

    private MountedDevices() {}

    /** Lets letters and volume names follow these partitions. */
    static void follow(HiveEditor editor, IdentityChanges changes) throws MalformedDataException {
        Optional<HiveKey> mounted = editor.hive().key("MountedDevices");
        if (mounted.isPresent()) {
            for (HiveValue value : mounted.get().values()) {
                if (value.type() == HiveValue.BINARY) {
                    follow(value, changes, editor);
                }
            }
        }
    }

    private static void follow(HiveValue value, IdentityChanges changes, HiveEditor editor) {
        // Checked before the data are read: a hostile hive may hold large ones here.
        if (value.lengthBytes() != GPT_BYTES && value.lengthBytes() != MBR_BYTES) {
            return;
        }
        byte[] data = value.data();
        find(data, changes).ifPresent(change -> {
            PartitionIdentity after = change.after();
            editor.replace(
                    value,
                    0,
                    dataOf(after),
                    "drive letters, " + Texts.printable(value.name()) + ": " + words(change.before()) + " -> "
                            + words(after));
        });
    }

    private static Optional<IdentityChange> find(byte[] data, IdentityChanges changes) {
        ByteBuffer view = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        if (data.length == MBR_BYTES) {
            return changes.at(view.getInt(0), view.getLong(4));
        }
        return Arrays.equals(data, 0, GPT_MARK.length, GPT_MARK, 0, GPT_MARK.length)
                ? changes.withGuid(Guids.get(view, GPT_MARK.length))
                : Optional.empty();
    }

    private static byte[] dataOf(PartitionIdentity identity) {
        return switch (identity) {
            case PartitionIdentity.Gpt gpt -> {
                ByteBuffer data = ByteBuffer.allocate(GPT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
                Guids.put(data.put(0, GPT_MARK), GPT_MARK.length, gpt.partitionGuid());
                yield data.array();
            }
            case PartitionIdentity.Mbr mbr ->
                ByteBuffer.allocate(MBR_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(mbr.signature())
                        .putLong(mbr.offsetBytes())
                        .array();
        };
    }

    private static String words(PartitionIdentity identity) {
        return switch (identity) {
            case PartitionIdentity.Gpt gpt -> "partition " + Guids.text(gpt.partitionGuid());
            case PartitionIdentity.Mbr mbr ->
                "disk " + PartitionIdentity.Mbr.signatureText(mbr.signature()) + ", byte " + mbr.offsetBytes()
                        + " (start sector " + mbr.startSectors() + ")";
        };
    }
}
