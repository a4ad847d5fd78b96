package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;

/**
 * The upper case letters by which a volume compares names: its own table, $UpCase, and where that is damaged the one of
 * Unicode, for each half of a surrogate pair by itself. Immutable.
 */
final class UpperCase {
    private static final int RECORD = 10;
    private static final int LETTERS = 1 << 16;

    private final char[] upper;

    private UpperCase(char[] upper) {
        this.upper = upper;
    }

    static UpperCase of(Mft mft) throws RescueException {
        char[] upper = new char[LETTERS];
        try {
            Optional<Content> table = mft.content(mft.record(RECORD), Attribute.DATA, "", "$UpCase");
            if (table.isPresent() && table.get().sizeBytes() == 2L * LETTERS) {
                ByteBuffer bytes = table.get().read(0, 2 * LETTERS);
                bytes.asCharBuffer().get(upper);
                if (upper['a'] == 'A' && upper['A'] == 'A' && upper['/'] == '/') {
                    return new UpperCase(upper);
                }
            }
        } catch (MalformedDataException e) {
            // The table of Unicode differs in a few rare letters only.
        }
        for (int i = 0; i < LETTERS; i++) {
            upper[i] = (char) Character.toUpperCase(i);
        }
        return new UpperCase(upper);
    }

    boolean isSame(String one, String other) {
        if (one.length() != other.length()) {
            return false;
        }
        for (int i = 0; i < one.length(); i++) {
            if (upper[one.charAt(i)] != upper[other.charAt(i)]) {
                return false;
            }
        }
        return true;
    }
}
