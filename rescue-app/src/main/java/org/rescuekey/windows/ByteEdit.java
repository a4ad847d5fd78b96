package org.rescuekey.windows;

import java.util.Arrays;

/**
 * One change of a file's bytes in its place: as many bytes as before, so that nothing else in the file moves. It knows
 * what it replaces, so it can be refused where something else stands, and undone. Immutable.
 */
public final class ByteEdit {
    private final long offsetBytes;
    private final byte[] before;
    private final byte[] after;
    private final String words;

    /**
     * @param offsetBytes where in the file
     * @param before what stands there, copied
     * @param after what will stand there, copied: as many bytes
     * @param words one line for the plan, with the old and the new value
     */
    public ByteEdit(long offsetBytes, byte[] before, byte[] after, String words) {
        if (offsetBytes < 0 || before.length == 0 || before.length != after.length) {
            throw new IllegalArgumentException(
                    "no edit in place: " + before.length + " bytes at " + offsetBytes + " become " + after.length);
        }
        this.offsetBytes = offsetBytes;
        this.before = before.clone();
        this.after = after.clone();
        this.words = words;
    }

    public long offsetBytes() {
        return offsetBytes;
    }

    public int lengthBytes() {
        return before.length;
    }

    /** The offset after the last byte. */
    public long endBytes() {
        return offsetBytes + before.length;
    }

    /** A copy of what stands there. */
    public byte[] before() {
        return before.clone();
    }

    /** A copy of what will stand there. */
    public byte[] after() {
        return after.clone();
    }

    /** One line for the plan, with the old and the new value. */
    public String words() {
        return words;
    }

    /** The edit that undoes this one. */
    public ByteEdit inverse() {
        return new ByteEdit(offsetBytes, after, before, "undone: " + words);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteEdit that
                && offsetBytes == that.offsetBytes
                && Arrays.equals(before, that.before)
                && Arrays.equals(after, that.after)
                && words.equals(that.words);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(offsetBytes) + Arrays.hashCode(after);
    }

    @Override
    public String toString() {
        return words + " (" + before.length + " bytes at " + offsetBytes + ")";
    }
}
