package org.rescuekey.windows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.rescuekey.error.MalformedDataException;

/** Applies edits to a file that is in memory. Pure. */
public final class ByteEdits {
    private ByteEdits() {}

    /**
     * A copy of the file with all edits, or none.
     *
     * @throws MalformedDataException if something else stands where an edit expects what it replaces
     * @throws IllegalArgumentException if two edits touch the same byte: they were planned without each other
     */
    public static byte[] apply(byte[] file, List<ByteEdit> edits) throws MalformedDataException {
        List<ByteEdit> ordered = new ArrayList<>(edits);
        ordered.sort(Comparator.comparingLong(ByteEdit::offsetBytes));
        byte[] result = file.clone();
        long freeBytes = 0;
        for (ByteEdit edit : ordered) {
            if (edit.offsetBytes() < freeBytes) {
                throw new IllegalArgumentException("two edits of the byte at " + edit.offsetBytes() + ": " + edit);
            }
            freeBytes = edit.endBytes();
            if (freeBytes > file.length) {
                throw new MalformedDataException(
                        "edited file", edit.offsetBytes(), "bytes up to " + freeBytes, file.length + " bytes");
            }
            int at = (int) edit.offsetBytes();
            if (!Arrays.equals(file, at, at + edit.lengthBytes(), edit.before(), 0, edit.lengthBytes())) {
                throw new MalformedDataException(
                        "edited file", at, "what is there before: " + edit.words(), "other bytes");
            }
            System.arraycopy(edit.after(), 0, result, at, edit.lengthBytes());
        }
        return result;
    }
}
