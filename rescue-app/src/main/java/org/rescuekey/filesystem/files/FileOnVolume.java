package org.rescuekey.filesystem.files;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;

/**
 * Something with a name on a volume, and where the bytes of its content stand. It tells what was so when it was found. Nothing is
 * written here: edits of a file become edits of the volume, which the caller writes to a view of it. For one thread.
 */
public final class FileOnVolume {
    private static final String REMEDY = "Start its own system and let that change the file.";

    private final BlockDevice volume;
    private final String path;
    private final Kind kind;
    private final FileContent content;
    private final String linkTarget;

    /** What a name stands for. */
    public enum Kind {
        FILE,
        DIRECTORY,
        /** A symbolic link or a junction: it names another place. */
        LINK,
        /** A device, a pipe, a socket. */
        OTHER
    }

    private FileOnVolume(BlockDevice volume, String path, Kind kind, FileContent content, String linkTarget) {
        this.volume = volume;
        this.path = path;
        this.kind = kind;
        this.content = content;
        this.linkTarget = linkTarget;
    }

    public static FileOnVolume file(BlockDevice volume, String path, FileContent content) {
        return new FileOnVolume(volume, path, Kind.FILE, content, "");
    }

    /** A link, and what it names; empty if that is not known. */
    public static FileOnVolume link(BlockDevice volume, String path, String target) {
        return new FileOnVolume(volume, path, Kind.LINK, FileContent.NONE, target);
    }

    /** Something else, without a content that is looked at here. */
    public static FileOnVolume of(BlockDevice volume, String path, Kind kind) {
        return new FileOnVolume(volume, path, kind, FileContent.NONE, "");
    }

    /** From the root directory, with slashes, in the letters that the volume has; "/" of the root directory itself. */
    public String path() {
        return path;
    }

    public Kind kind() {
        return kind;
    }

    public long sizeBytes() {
        return content.sizeBytes();
    }

    /** The parts of the content that stand on the volume as they are, in its order; the rest of it reads as zero. */
    public List<FileRun> runs() {
        return content.runs();
    }

    /** What a link names, as it stands in it; empty if it is none, or that is not known. */
    public String linkTarget() {
        return linkTarget;
    }

    /** Why the content cannot be read here, as a sentence; empty if it can. */
    public String whyUnreadable() {
        return switch (kind) {
            case FILE -> content.whyUnreadable();
            case DIRECTORY -> path + " is a directory.";
            case LINK -> path + " is a link" + (linkTarget.isEmpty() ? "." : " to " + linkTarget + ".");
            case OTHER -> path + " is no file.";
        };
    }

    /** Why no byte of it may be changed in place, as a sentence; empty if bytes may be. */
    public String whyNotInPlace() {
        return kind == Kind.FILE ? content.whyFixed() : whyUnreadable();
    }

    /**
     * Reads all of it.
     *
     * @throws RefusedException if it is larger than the limit, or cannot be read here
     */
    public byte[] read(int limitBytes) throws RescueException {
        if (!whyUnreadable().isEmpty()) {
            throw new RefusedException(whyUnreadable(), "Start its own system, and look at it there.");
        }
        if (sizeBytes() > limitBytes) {
            throw new RefusedException(
                    path + " has " + sizeBytes() + " bytes, more than the " + limitBytes + " that are looked at.",
                    "Look at it in its own system.");
        }
        byte[] all = new byte[(int) sizeBytes()];
        for (FileRun run : runs()) {
            int at = (int) run.fileOffsetBytes();
            for (int done = 0; done < run.lengthBytes(); done += Reads.LIMIT_BYTES) {
                int length = (int) Math.min(Reads.LIMIT_BYTES, run.lengthBytes() - done);
                volume.read(run.volumeOffsetBytes() + done, ByteBuffer.wrap(all, at + done, length));
            }
        }
        return all;
    }

    /**
     * Turns edits of the file into edits of the volume that have the same effect; neither is carried out or compared with what
     * stands there. An edit becomes several where its bytes stand in several places.
     *
     * @param edits offsets count from the start of the content; in any order
     * @return in the order of the content
     * @throws RefusedException if the file cannot be edited in place, or not there: behind its end, in a hole, twice
     */
    public List<InPlaceEdit> onVolume(List<InPlaceEdit> edits) throws RefusedException {
        if (!whyNotInPlace().isEmpty()) {
            throw new RefusedException(whyNotInPlace(), REMEDY);
        }
        List<InPlaceEdit> ordered = edits.stream()
                .sorted(Comparator.comparingLong(InPlaceEdit::offsetBytes))
                .toList();
        List<InPlaceEdit> result = new ArrayList<>();
        long from = 0;
        for (InPlaceEdit edit : ordered) {
            if (edit.offsetBytes() < from) {
                throw refused("is to be changed twice", edit);
            }
            if (edit.endBytes() > sizeBytes()) {
                throw refused("ends at " + sizeBytes() + ", before a change", edit);
            }
            split(edit, result);
            from = edit.endBytes();
        }
        return List.copyOf(result);
    }

    private void split(InPlaceEdit edit, List<InPlaceEdit> result) throws RefusedException {
        long at = edit.offsetBytes();
        for (int i = firstRunEndingAfter(at); at < edit.endBytes(); i++) {
            FileRun run = i < runs().size() ? runs().get(i) : null;
            if (run == null || run.fileOffsetBytes() > at) {
                throw refused("has no place on the volume, and reads as zero,", edit);
            }
            int start = (int) (at - edit.offsetBytes());
            int end = (int) (Math.min(edit.endBytes(), run.fileEndBytes()) - edit.offsetBytes());
            result.add(new InPlaceEdit(
                    run.volumeOffsetBytes() + (at - run.fileOffsetBytes()),
                    Arrays.copyOfRange(edit.before(), start, end),
                    Arrays.copyOfRange(edit.after(), start, end)));
            at = edit.offsetBytes() + end;
        }
    }

    private int firstRunEndingAfter(long offset) {
        int low = 0;
        int high = runs().size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (runs().get(middle).fileEndBytes() > offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private RefusedException refused(String what, InPlaceEdit edit) {
        return new RefusedException(
                path + " " + what + " at " + edit.offsetBytes() + " (" + edit.lengthBytes() + " bytes).", REMEDY);
    }
}
