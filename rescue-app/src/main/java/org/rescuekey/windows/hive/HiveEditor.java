package org.rescuekey.windows.hive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.units.Extent;
import org.rescuekey.windows.ByteEdit;
import org.rescuekey.windows.ByteEdits;

/**
 * Gathers edits in place of one hive's values. A dirty hive is not edited at all. Not safe for several threads.
 */
public final class HiveEditor {
    private final Hive hive;
    private final List<ByteEdit> edits = new ArrayList<>();

    private HiveEditor(Hive hive) {
        this.hive = hive;
    }

    /** @throws RefusedException if the hive is dirty */
    public static HiveEditor of(Hive hive) throws RefusedException {
        hive.refuseIfDirty();
        return new HiveEditor(hive);
    }

    public Hive hive() {
        return hive;
    }

    /**
     * Replaces a part of a value's data by as many bytes; where they are there already, nothing is done.
     *
     * @param value a value of this hive
     * @param at where in the data
     * @param after what will stand there
     * @param words one line for the plan, with the old and the new value
     */
    public void replace(HiveValue value, int at, byte[] after, String words) {
        if (at < 0 || at > value.lengthBytes() - after.length) {
            throw new IllegalArgumentException(after.length + " bytes at " + at + " of " + value);
        }
        byte[] before = Arrays.copyOfRange(value.data(), at, at + after.length);
        if (Arrays.equals(before, after)) {
            return;
        }
        int pieceBegin = 0;
        for (Extent piece : value.pieces()) {
            int pieceEnd = pieceBegin + (int) piece.length();
            int from = Math.max(at, pieceBegin);
            int to = Math.min(at + after.length, pieceEnd);
            if (from < to) {
                edits.add(new ByteEdit(
                        piece.start() + from - pieceBegin,
                        Arrays.copyOfRange(before, from - at, to - at),
                        Arrays.copyOfRange(after, from - at, to - at),
                        words));
            }
            pieceBegin = pieceEnd;
        }
    }

    /** Sets a value that is a 32-bit number. */
    public void setNumber(HiveValue value, int number, String words) {
        if (value.number().isEmpty()) {
            throw new IllegalArgumentException(value + " is no number");
        }
        byte[] bytes = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array();
        replace(value, 0, bytes, words);
    }

    /**
     * All edits of the hive file, those of its base block last; none if no value changes. They have been tried: the edited
     * hive is read again as a whole.
     */
    public List<ByteEdit> edits() throws MalformedDataException, RefusedException {
        if (edits.isEmpty()) {
            return List.of();
        }
        List<ByteEdit> all = new ArrayList<>(edits);
        all.add(hive.raisedSequence());
        Hive.parse(ByteEdits.apply(hive.file(), all), hive.what()).refuseIfDirty();
        return List.copyOf(all);
    }
}
