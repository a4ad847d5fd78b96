package org.rescuekey.filesystem.fat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The one thing that is looked for in a FAT root directory: the entry that holds the volume's label. */
final class FatDirectory {
    private static final int ENTRY_BYTES = 32;
    private static final int ATTRIBUTES_OFFSET = 11;
    private static final int LABEL_ATTRIBUTE = 0x08;
    private static final int LONG_NAME_ATTRIBUTES = 0x0F;
    private static final int DELETED = 0xE5;
    private static final String NO_LABEL = "NO NAME";

    private FatDirectory() {}

    /** The label among the entries of a part of the directory; empty if it is not there. */
    static String findLabel(ByteBuffer entries) {
        for (int start = 0; start + ENTRY_BYTES <= entries.limit(); start += ENTRY_BYTES) {
            int first = entries.get(start) & 0xFF;
            int attributes = entries.get(start + ATTRIBUTES_OFFSET) & 0xFF;
            if (first == 0) {
                return "";
            }
            if (first != DELETED
                    && (attributes & LABEL_ATTRIBUTE) != 0
                    && (attributes & LONG_NAME_ATTRIBUTES) != LONG_NAME_ATTRIBUTES) {
                return label(entries, start);
            }
        }
        return "";
    }

    /** Eleven bytes padded with spaces; the text that stands for "no label" is none. */
    static String label(ByteBuffer bytes, int offset) {
        byte[] name = new byte[11];
        bytes.get(offset, name);
        String label = new String(name, StandardCharsets.ISO_8859_1)
                .replaceAll("\\p{Cntrl}", "")
                .stripTrailing();
        return label.equals(NO_LABEL) ? "" : label;
    }
}
