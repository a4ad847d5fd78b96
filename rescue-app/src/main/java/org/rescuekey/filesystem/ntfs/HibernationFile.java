package org.rescuekey.filesystem.ntfs;

import java.util.Optional;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;

/**
 * Tells from hiberfil.sys whether a Windows will go on where it was. Fast Startup writes the same file.
 */
final class HibernationFile {
    static final String NAME = "hiberfil.sys";

    private static final int MIN_BYTES = 4096;

    /** What its first four bytes mean. */
    enum State {
        /** There is no such file. */
        ABSENT,
        /** Windows went on or started anew; what the file still holds is of no use to anybody. */
        STALE,
        /** Nothing that Windows writes. No image that it would go on from, but it is not known what it is. */
        NOT_KNOWN,
        /** Windows will go on from here, or was about to. */
        PENDING
    }

    private HibernationFile() {}

    /**
     * A file that is too short to hold an image belongs to a Windows on another volume, which may be hibernated. One
     * that is compressed or encrypted was not made by Windows; what it means is not known, so it counts as well.
     *
     * @param file the record of the file in the root directory
     */
    static State state(Mft mft, Optional<FileRecord> file) throws RescueException {
        if (file.isEmpty()) {
            return State.ABSENT;
        }
        Optional<Content> content = mft.content(file.get(), Attribute.DATA, "", NAME);
        if (content.isEmpty()
                || content.get().sizeBytes() < MIN_BYTES
                || !content.get().isPlain()) {
            return State.PENDING;
        }
        return content.get().stored(4).map(mark -> stateOf(mark.getInt(0))).orElse(State.NOT_KNOWN);
    }

    /** The four bytes as a little-endian number; both cases of the letters mean the same. */
    static State stateOf(int mark) {
        return switch (mark) {
            // "hibr": an image. "rstr": Windows was cut off while it read one, and may try again. "link": the image is
            // on another volume. "brkp": an image with a stop for a debugger.
            case 0x7262_6968, 0x5242_4948 -> State.PENDING;
            case 0x7274_7372, 0x5254_5352 -> State.PENDING;
            case 0x6B6E_696C, 0x4B4E_494C -> State.PENDING;
            case 0x706B_7262, 0x504B_5242 -> State.PENDING;
            // "wake": an image that Windows has gone on from. Zeros: from Windows 8 on, the same.
            case 0x656B_6177, 0x454B_4157, 0 -> State.STALE;
            default -> State.NOT_KNOWN;
        };
    }
}
