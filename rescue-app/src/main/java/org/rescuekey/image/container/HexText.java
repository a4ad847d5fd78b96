package org.rescuekey.image.container;

import java.util.HexFormat;

/** Bytes for messages. */
final class HexText {
    private HexText() {}

    static String of(byte[] bytes) {
        return bytes.length == 0 ? "nothing" : HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
