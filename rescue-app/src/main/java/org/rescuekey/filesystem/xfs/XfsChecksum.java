package org.rescuekey.filesystem.xfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.rescuekey.error.MalformedDataException;

/** The checksum of version 5 metadata: CRC-32C of the whole structure with its own field as zeros, little-endian. */
final class XfsChecksum {
    private static final int FIELD_BYTES = 4;

    private XfsChecksum() {}

    /**
     * Checks the checksum of a structure.
     *
     * @param bytes all of the structure
     * @param field where in it the checksum stands
     * @param offsetBytes where the structure stands in the volume
     */
    static void check(ByteBuffer bytes, int field, String what, long offsetBytes) throws MalformedDataException {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, field));
        crc.update(new byte[FIELD_BYTES]);
        crc.update(bytes.slice(field + FIELD_BYTES, bytes.limit() - field - FIELD_BYTES));
        int actual =
                bytes.slice(field, FIELD_BYTES).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if ((int) crc.getValue() != actual) {
            throw new MalformedDataException(
                    what,
                    offsetBytes + field,
                    "the checksum " + Integer.toHexString((int) crc.getValue()),
                    Integer.toHexString(actual));
        }
    }
}
