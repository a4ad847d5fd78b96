package org.rescuekey.filesystem.files;

import java.util.HexFormat;

/**
 * An exchange of bytes by as many others, at an offset of a file or of a volume. Immutable.
 */
public final class InPlaceEdit {
    private final long offsetBytes;
    private final byte[] before;
    private final byte[] after;

    /**
     * An edit.
     *
     * @param before what stands there now, one byte at least
     * @param after what is to stand there, as many bytes
     */
    public InPlaceEdit(long offsetBytes, byte[] before, byte[] after) {
        if (offsetBytes < 0 || before.length == 0 || before.length != after.length) {
            throw new IllegalArgumentException(
                    "no edit: " + before.length + " bytes by " + after.length + " at " + offsetBytes);
        }
        Math.addExact(offsetBytes, before.length);
        this.offsetBytes = offsetBytes;
        this.before = before.clone();
        this.after = after.clone();
    }

    public long offsetBytes() {
        return offsetBytes;
    }

    public int lengthBytes() {
        return before.length;
    }

    public long endBytes() {
        return offsetBytes + before.length;
    }

    public byte[] before() {
        return before.clone();
    }

    public byte[] after() {
        return after.clone();
    }

    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return offsetBytes + ": " + hex.formatHex(before) + " -> " + hex.formatHex(after);
    }
}
