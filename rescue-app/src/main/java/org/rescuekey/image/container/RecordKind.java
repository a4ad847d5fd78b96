package org.rescuekey.image.container;

import java.util.Optional;
import org.rescuekey.image.index.BlockKind;

/** What a record holds. A reader passes over kinds that it does not know; nothing refers to them. */
enum RecordKind {
    DATA(BlockKind.DATA.code()),
    ZERO(BlockKind.ZERO.code()),
    UNREADABLE(BlockKind.UNREADABLE.code()),
    DESCRIPTION(16),
    INDEX_PAGE(17),
    INDEX_ROOT(18),
    CHECKPOINT(19),
    /** The first record of every part but the first, see {@link PartMark}. */
    PART_BEGIN(20),
    /** The last record of every part but the last. */
    PART_END(21);

    private final int code;

    RecordKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Optional<RecordKind> of(int code) {
        for (RecordKind kind : values()) {
            if (kind.code == code) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    static RecordKind of(BlockKind kind) {
        return switch (kind) {
            case DATA -> DATA;
            case ZERO -> ZERO;
            case UNREADABLE -> UNREADABLE;
        };
    }
}
