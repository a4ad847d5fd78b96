package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.rescuekey.error.MalformedDataException;

/**
 * A name of a file, as it stands in the file's record and in the index of its directory. What it says of size and times
 * is a copy that may be behind.
 *
 * @param parentReference names the directory
 * @param createdTicks units of 100 ns since 1601
 * @param modifiedTicks the same
 * @param sizeBytes the size of the main content
 * @param directory whether it names a directory
 * @param shortOnly whether it is nothing but the 8.3 form of another name
 * @param name the name itself
 */
record FileName(
        long parentReference,
        long createdTicks,
        long modifiedTicks,
        long sizeBytes,
        boolean directory,
        boolean shortOnly,
        String name) {
    private static final int NAME_OFFSET = 0x42;
    private static final int DIRECTORY_FLAG = 0x1000_0000;
    private static final int DOS_NAMESPACE = 2;
    private static final long TICKS_A_SECOND = 10_000_000;
    private static final long SECONDS_1601_TO_1970 = 11_644_473_600L;

    static FileName parse(ByteBuffer value, long offsetBytes) throws MalformedDataException {
        ByteBuffer bytes = value.slice().order(ByteOrder.LITTLE_ENDIAN);
        int length = bytes.limit() < NAME_OFFSET ? -1 : 2 * (bytes.get(0x40) & 0xFF);
        if (length < 0 || NAME_OFFSET + length > bytes.limit()) {
            throw new MalformedDataException("NTFS file name", offsetBytes, "a name", bytes.limit() + " bytes");
        }
        byte[] text = new byte[length];
        bytes.get(NAME_OFFSET, text);
        return new FileName(
                bytes.getLong(0),
                bytes.getLong(8),
                bytes.getLong(0x10),
                Math.max(0, bytes.getLong(0x30)),
                (bytes.getInt(0x38) & DIRECTORY_FLAG) != 0,
                bytes.get(0x41) == DOS_NAMESPACE,
                new String(text, StandardCharsets.UTF_16LE));
    }

    /** Tells whether a value that may be damaged is nothing but the 8.3 form of another name. */
    static boolean isShort(ByteBuffer value) {
        return value.limit() > 0x41 && value.get(0x41) == DOS_NAMESPACE;
    }

    long parentRecord() {
        return parentReference & FileRecord.NUMBER_MASK;
    }

    static Instant time(long ticks) {
        long positive = Math.max(0, ticks);
        return Instant.ofEpochSecond(positive / TICKS_A_SECOND - SECONDS_1601_TO_1970, positive % TICKS_A_SECOND * 100);
    }
}
