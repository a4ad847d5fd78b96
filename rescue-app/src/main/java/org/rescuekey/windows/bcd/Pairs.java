package org.rescuekey.windows.bcd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.rescuekey.partition.gpt.Guids;
import org.rescuekey.windows.PartitionIdentity;
import org.rescuekey.windows.hive.HiveEditor;

/**
 * Follows partitions through device data whose shape is not known in full: where both GUIDs of one partition stand in the
 * same data, they mean that partition, since random GUIDs do not meet by chance. One instance serves one element.
 */
final class Pairs {
    private final DeviceElement element;
    private final byte[] data;
    private final BitSet settled;
    private final Set<UUID> disksDone = new HashSet<>();

    /** @param settled the bytes whose meaning is known already; it is added to */
    Pairs(DeviceElement element, byte[] data, BitSet settled) {
        this.element = element;
        this.data = data;
        this.settled = settled;
    }

    void follow(PartitionIdentity.Gpt before, PartitionIdentity.Gpt after, HiveEditor editor) {
        List<Integer> partitions = find(bytes(before.partitionGuid()));
        if (partitions.isEmpty()) {
            return;
        }
        List<Integer> disks = find(bytes(before.diskGuid()));
        if (disks.isEmpty() && !disksDone.contains(before.diskGuid())) {
            return;
        }
        disksDone.add(before.diskGuid());
        String words = element.place() + ": " + before.words() + " -> " + after.words();
        replace(partitions, bytes(after.partitionGuid()), words, editor);
        replace(disks, bytes(after.diskGuid()), words, editor);
    }

    private void replace(List<Integer> places, byte[] guid, String words, HiveEditor editor) {
        for (int at : places) {
            settled.set(at, at + Guids.BYTES);
            editor.replace(element.value(), at, guid, words);
        }
    }

    /** Where a GUID stands in bytes that are not settled yet; no two places overlap. */
    private List<Integer> find(byte[] guid) {
        List<Integer> found = new ArrayList<>();
        int at = 0;
        while (at <= data.length - guid.length) {
            boolean isHere = Arrays.equals(data, at, at + guid.length, guid, 0, guid.length);
            if (isHere && settled.get(at, at + guid.length).isEmpty()) {
                found.add(at);
                at += guid.length;
            } else {
                at++;
            }
        }
        return found;
    }

    private static byte[] bytes(UUID guid) {
        ByteBuffer bytes = ByteBuffer.allocate(Guids.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Guids.put(bytes, 0, guid);
        return bytes.array();
    }
}
