package org.rescuekey.partition;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One write that puts a part of a partition table on a disk: whole sectors. Immutable.
 */
public final class TableWrite {
    private final long offsetBytes;
    private final byte[] bytes;
    private final String what;

    /**
     * @param offsetBytes where on the disk
     * @param bytes the content, copied
     * @param what the part in words, such as "backup GPT header"
     */
    public TableWrite(long offsetBytes, byte[] bytes, String what) {
        this.offsetBytes = offsetBytes;
        this.bytes = bytes.clone();
        this.what = what;
    }

    public long offsetBytes() {
        return offsetBytes;
    }

    /** A copy of the content. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The content, as a buffer of its own that cannot be written to. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    public int lengthBytes() {
        return bytes.length;
    }

    public String what() {
        return what;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TableWrite that
                && offsetBytes == that.offsetBytes
                && what.equals(that.what)
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(offsetBytes) + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return what + ": " + bytes.length + " bytes at " + offsetBytes;
    }
}
