package org.rescuekey.inventory;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;

/**
 * SHA-256 over the bytes of a partition table: for each extent, in ascending order, its offset and length as two
 * big-endian 64-bit numbers and then its bytes. A disk without a table is hashed over its first sectors, so that a table
 * that appears later changes the hash.
 */
public final class TableHash {
    /** What is hashed of a disk without a table: where a protective MBR and a primary GPT would stand. */
    private static final int NO_TABLE_SECTORS = 34;

    private TableHash() {}

    /** The hash in lower-case hex. */
    public static String of(BlockDevice disk, Iterable<Extent> tableExtents) throws RescueException {
        MessageDigest sha256 = sha256();
        for (Extent extent : tableExtents) {
            ByteBuffer bytes = Reads.at(disk, extent.start(), extent.length(), "partition table");
            sha256.update(ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(extent.start())
                    .putLong(extent.length())
                    .flip());
            sha256.update(bytes);
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    /** The hash of a disk on which no table was recognised. */
    public static String ofNoTable(BlockDevice disk) throws RescueException {
        long lengthBytes = Math.min(disk.sizeBytes(), disk.logicalSector().toBytes(NO_TABLE_SECTORS));
        return of(disk, List.of(new Extent(0, lengthBytes)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
