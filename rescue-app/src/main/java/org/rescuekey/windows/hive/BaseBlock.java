package org.rescuekey.windows.hive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.windows.ByteEdit;

/**
 * The first 4096 bytes of a hive file. Two sequence numbers stand in it: the first is raised before Windows writes to
 * the file and the second after, so where they differ the rest of a change waits in the hive's log files. Immutable.
 *
 * @param firstSequence raised before a change
 * @param secondSequence raised after a change
 * @param minor the format's minor version
 * @param rootCell where the root key's cell stands, from the first bin
 * @param binsBytes how many bytes of bins follow
 */
record BaseBlock(int firstSequence, int secondSequence, int minor, int rootCell, int binsBytes) {
    static final int BYTES = 4096;
    private static final int SIGNATURE = 0x66676572; // "regf"
    private static final int FIRST_SEQUENCE = 4;
    private static final int SECOND_SEQUENCE = 8;
    private static final int MAJOR = 20;
    private static final int MINOR = 24;
    private static final int TYPE = 28;
    private static final int FORMAT = 32;
    private static final int ROOT = 36;
    private static final int BINS = 40;
    private static final int CHECKSUM = 508;

    static BaseBlock parse(byte[] file) throws MalformedDataException {
        if (file.length < 2 * BYTES) {
            throw malformed(0, "at least " + 2 * BYTES + " bytes", file.length + " bytes");
        }
        ByteBuffer view = view(file);
        check(view, 0, SIGNATURE, "the mark \"regf\"");
        int sum = checksum(view);
        check(view, CHECKSUM, sum, "the checksum " + Integer.toHexString(sum));
        check(view, MAJOR, 1, "major version 1");
        int minor = view.getInt(MINOR);
        if (minor < 3 || minor > 6) {
            throw malformed(MINOR, "minor version 3 to 6", Integer.toString(minor));
        }
        check(view, TYPE, 0, "0 for a hive's primary file");
        check(view, FORMAT, 1, "format 1");
        int binsBytes = view.getInt(BINS);
        if (binsBytes <= 0 || binsBytes % BYTES != 0 || binsBytes > file.length - BYTES) {
            throw malformed(
                    BINS, "bins of a multiple of 4096 up to " + (file.length - BYTES), Integer.toString(binsBytes));
        }
        return new BaseBlock(
                view.getInt(FIRST_SEQUENCE), view.getInt(SECOND_SEQUENCE), minor, view.getInt(ROOT), binsBytes);
    }

    boolean isDirty() {
        return firstSequence != secondSequence;
    }

    /**
     * The edit that records a change of a clean hive: both numbers one up, as Windows itself leaves them after a change, so
     * that what old log files hold is older still; and the checksum of it.
     */
    ByteEdit raisedSequence(byte[] file) {
        byte[] before = new byte[CHECKSUM + 4 - FIRST_SEQUENCE];
        System.arraycopy(file, FIRST_SEQUENCE, before, 0, before.length);
        ByteBuffer block = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        block.put(0, file, 0, BYTES);
        block.putInt(FIRST_SEQUENCE, firstSequence + 1).putInt(SECOND_SEQUENCE, firstSequence + 1);
        block.putInt(CHECKSUM, checksum(block));
        byte[] after = new byte[before.length];
        block.get(FIRST_SEQUENCE, after);
        return new ByteEdit(
                FIRST_SEQUENCE,
                before,
                after,
                "the hive's sequence number: " + Integer.toUnsignedString(firstSequence) + " -> "
                        + Integer.toUnsignedString(firstSequence + 1));
    }

    /** The exclusive-or of the 127 words before it; the two values that would mean "none" are made others. */
    static int checksum(ByteBuffer block) {
        int sum = 0;
        for (int at = 0; at < CHECKSUM; at += 4) {
            sum ^= block.getInt(at);
        }
        return switch (sum) {
            case 0 -> 1;
            case -1 -> -2;
            default -> sum;
        };
    }

    private static void check(ByteBuffer view, int at, int right, String expected) throws MalformedDataException {
        if (view.getInt(at) != right) {
            throw malformed(at, expected, Integer.toHexString(view.getInt(at)));
        }
    }

    private static ByteBuffer view(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static MalformedDataException malformed(int at, String expected, String actual) {
        return new MalformedDataException("registry hive's base block", at, expected, actual);
    }
}
