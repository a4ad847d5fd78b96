package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import org.rescuekey.error.MalformedDataException;

/**
 * Undoes the protection of records that span sectors. Whatever the sector size, the last two bytes of every 512 repeat
 * a sequence number; the bytes that belong there stand in an array of the record. Where they do not repeat it, the
 * record was torn in writing.
 */
final class Fixups {
    static final int STRIDE_BYTES = 512;

    static final int FILE_MAGIC = 0x454C_4946;
    static final int INDX_MAGIC = 0x5844_4E49;
    static final int RSTR_MAGIC = 0x5254_5352;

    private Fixups() {}

    /** Checks the magic number and puts every protected pair of bytes back in place. */
    static void undo(ByteBuffer record, int magic, String what, long offsetBytes) throws MalformedDataException {
        if (record.getInt(0) != magic) {
            throw new MalformedDataException(
                    what, offsetBytes, Integer.toHexString(magic), Integer.toHexString(record.getInt(0)));
        }
        int arrayOffset = record.getShort(4) & 0xFFFF;
        int strides = (record.getShort(6) & 0xFFFF) - 1;
        int end = arrayOffset + 2 + 2 * strides;
        if (strides != record.limit() / STRIDE_BYTES || arrayOffset % 2 != 0 || end > STRIDE_BYTES - 2) {
            throw new MalformedDataException(
                    what,
                    offsetBytes + 4,
                    record.limit() / STRIDE_BYTES + " protected sectors",
                    strides + " at " + arrayOffset);
        }
        short sequence = record.getShort(arrayOffset);
        for (int i = 0; i < strides; i++) {
            int tail = (i + 1) * STRIDE_BYTES - 2;
            if (record.getShort(tail) != sequence) {
                throw new MalformedDataException(
                        what,
                        offsetBytes + tail,
                        Integer.toHexString(sequence),
                        Integer.toHexString(record.getShort(tail)));
            }
            record.putShort(tail, record.getShort(arrayOffset + 2 + 2 * i));
        }
    }
}
