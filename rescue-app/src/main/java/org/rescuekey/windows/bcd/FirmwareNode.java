package org.rescuekey.windows.bcd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.rescuekey.partition.gpt.Guids;
import org.rescuekey.windows.IdentityChange;
import org.rescuekey.windows.IdentityChanges;
import org.rescuekey.windows.PartitionIdentity;

/**
 * The node of an EFI device path that names a partition, as a boot store's copy of a firmware entry holds it: 04 01, u16
 * length 42, u32 the partition's number, u64 its first sector, u64 its sectors, 16 bytes GUID or u32 signature, u8 2 for
 * GPT or 1 for MBR, u8 2 for a GUID or 1 for a signature. Immutable.
 *
 * @param at where in the variable the node begins
 * @param change what the partition in it becomes
 */
record FirmwareNode(int at, IdentityChange change) {
    /** Where in a node first sector, size and GUID begin, and how many bytes they are. */
    static final int NAME = 8;

    static final int NAME_BYTES = 32;
    private static final int BYTES = 42;
    private static final int GUID = 24;
    private static final int STYLE = 40;
    private static final int GPT = 0x0202;
    private static final int MBR = 0x0101;

    /** The first such node, if the partition that it names becomes another. */
    static Optional<FirmwareNode> find(byte[] variable, IdentityChanges changes) {
        ByteBuffer view = ByteBuffer.wrap(variable).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at <= variable.length - BYTES; at++) {
            int node = at;
            if (view.getInt(at) == (BYTES << 16 | 0x0104)) {
                Optional<IdentityChange> change =
                        switch (view.getShort(at + STYLE)) {
                            case GPT -> changes.withGuid(Guids.get(view, at + GUID));
                            case MBR -> mbr(view, at, changes);
                            default -> Optional.empty();
                        };
                if (change.isPresent()) {
                    return change.map(found -> new FirmwareNode(node, found));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<IdentityChange> mbr(ByteBuffer view, int at, IdentityChanges changes) {
        return changes.all().stream()
                .filter(change -> change.before() instanceof PartitionIdentity.Mbr mbr
                        && mbr.signature() == view.getInt(at + GUID)
                        && mbr.startSectors() == view.getLong(at + NAME))
                .findFirst();
    }

    /** The {@link #NAME_BYTES} bytes at {@link #NAME} that name a partition. */
    static byte[] nameOf(PartitionIdentity identity) {
        ByteBuffer bytes = ByteBuffer.allocate(NAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(0, identity.startSectors()).putLong(8, identity.sizeSectors());
        switch (identity) {
            case PartitionIdentity.Gpt gpt -> Guids.put(bytes, GUID - NAME, gpt.partitionGuid());
            case PartitionIdentity.Mbr mbr -> bytes.putInt(GUID - NAME, mbr.signature());
        }
        return bytes.array();
    }

    /** First sector, size and identity for a line of text. */
    static String words(PartitionIdentity identity) {
        return switch (identity) {
                    case PartitionIdentity.Gpt gpt -> "partition " + Guids.text(gpt.partitionGuid());
                    case PartitionIdentity.Mbr mbr -> "disk " + PartitionIdentity.Mbr.signatureText(mbr.signature());
                }
                + ", start sector " + identity.startSectors() + ", " + identity.sizeSectors() + " sectors";
    }
}
