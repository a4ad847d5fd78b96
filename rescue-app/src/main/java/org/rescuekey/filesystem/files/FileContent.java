package org.rescuekey.filesystem.files;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.MalformedDataException;

/**
 * The content of a file, as far as it stands on the volume as it is. What no run covers reads as zero.
 *
 * @param sizeBytes the size of the content
 * @param runs in the order of the content, without overlaps, inside the size and inside the volume; neighbours are joined
 * @param whyUnreadable why the runs are not the content, as a sentence; empty if they are
 * @param whyFixed why nothing may be changed in place, as a sentence; empty if it may. Not empty if it is unreadable
 */
public record FileContent(long sizeBytes, List<FileRun> runs, String whyUnreadable, String whyFixed) {
    /** No file is in more pieces than this, unless the volume is damaged. */
    public static final int MAX_RUNS = 1 << 18;

    /** Nothing at all, as of a directory. */
    static final FileContent NONE = new FileContent(0, List.of(), "", "");

    public FileContent {
        runs = List.copyOf(runs);
    }

    /** Content that can be read. */
    public static FileContent of(
            BlockDevice volume, String what, long sizeBytes, Iterable<FileRun> pieces, String whyFixed)
            throws MalformedDataException {
        List<FileRun> runs = new ArrayList<>();
        for (FileRun piece : pieces) {
            long from = runs.isEmpty() ? 0 : runs.getLast().fileEndBytes();
            boolean isInside = piece.volumeOffsetBytes() <= volume.sizeBytes() - piece.lengthBytes();
            if (piece.fileOffsetBytes() < from || piece.fileEndBytes() > sizeBytes || !isInside) {
                throw new MalformedDataException(
                        what, piece.volumeOffsetBytes(), "a run inside the file and the volume", piece.toString());
            }
            if (!runs.isEmpty() && runs.getLast().isFollowedBy(piece)) {
                runs.add(runs.removeLast().with(piece));
            } else if (runs.size() < MAX_RUNS) {
                runs.add(piece);
            } else {
                throw new MalformedDataException(what, 0, "at most " + MAX_RUNS + " runs", "more");
            }
        }
        return new FileContent(sizeBytes, runs, "", whyFixed);
    }

    /** Content that stands there in another form, or not at all. */
    public static FileContent unreadable(long sizeBytes, String why) {
        return new FileContent(sizeBytes, List.of(), why, why);
    }
}
