package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What makes a file or directory stand for something else: a link to another place, or a content that a part of Windows keeps in
 * a way of its own.
 *
 * @param tag whose matter it is; 0 of one that is too short to be one
 * @param target what a link names; empty if it is none, or of a kind that is not known
 */
record ReparsePoint(int tag, String target) {
    static final int MAX_BYTES = 65_536;

    private static final int HEADER_BYTES = 8;
    private static final int NAME_SURROGATE = 0x2000_0000;
    private static final int MOUNT_POINT = 0xA000_0003;
    private static final int SYMBOLIC_LINK = 0xA000_000C;
    private static final int LINUX_LINK = 0xA000_001D;
    private static final int OVERLAY = 0x8000_0017;
    private static final int DEDUPLICATED = 0x8000_0013;

    /** Takes any bytes: what makes no sense in them has no target. */
    static ReparsePoint parse(ByteBuffer value) {
        ByteBuffer bytes = value.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.limit() < HEADER_BYTES) {
            return new ReparsePoint(0, "");
        }
        int tag = bytes.getInt(0);
        String target =
                switch (tag) {
                    case MOUNT_POINT -> name(bytes, 0x10);
                    case SYMBOLIC_LINK -> name(bytes, 0x14);
                    case LINUX_LINK -> text(bytes, HEADER_BYTES + 4, bytes.limit(), StandardCharsets.UTF_8);
                    default -> "";
                };
        return new ReparsePoint(tag, target);
    }

    /** Tells whether it names another place. */
    boolean isLink() {
        return (tag & NAME_SURROGATE) != 0;
    }

    /** Why the content of the file is not the file's, as the end of a sentence. */
    String whyUnreadable() {
        return switch (tag) {
            case OVERLAY -> "is kept compressed by Windows (CompactOS, WOF).";
            case DEDUPLICATED -> "is kept by the deduplication of Windows.";
            default -> String.format(Locale.ROOT, "is kept in a way that is not known here (reparse tag 0x%08X).", tag);
        };
    }

    /** The name to be shown, or else the one that is followed. */
    private static String name(ByteBuffer bytes, int names) {
        if (bytes.limit() < names) {
            return "";
        }
        String shown = name(bytes, names, 0xC);
        return shown.isEmpty() ? name(bytes, names, HEADER_BYTES) : shown;
    }

    private static String name(ByteBuffer bytes, int names, int field) {
        int start = names + (bytes.getShort(field) & 0xFFFF);
        int length = bytes.getShort(field + 2) & 0xFFFF;
        return text(bytes, start, start + length, StandardCharsets.UTF_16LE);
    }

    private static String text(ByteBuffer bytes, int start, int end, Charset charset) {
        if (start >= end || end > bytes.limit()) {
            return "";
        }
        return charset.decode(bytes.slice(start, end - start)).toString();
    }
}
