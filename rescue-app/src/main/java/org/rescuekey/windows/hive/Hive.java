package org.rescuekey.windows.hive;

import java.util.Locale;
import java.util.Optional;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.windows.ByteEdit;

/**
 * A registry hive: a tree of keys with values, in a file of the format "regf" 1.3 to 1.6. Read-only; {@link HiveEditor}
 * makes edits in place. A hive is sound as a whole: the base block, all bins, every key and every value were checked when
 * it was parsed, each is reached once, and none shares a cell with another, so that an edit of one value can change no
 * other. Nothing recurses on the file's content. Immutable as long as the bytes that it was made from are left alone:
 * they are not copied, since a hive may be large.
 */
public final class Hive {
    /** No hive is larger: several times the largest that are known from machines in use. */
    public static final int LIMIT_BYTES = 256 << 20;

    private final byte[] file;
    private final String what;
    private final BaseBlock base;
    private final Cells cells;

    private Hive(byte[] file, String what, BaseBlock base, Cells cells) {
        this.file = file;
        this.what = what;
        this.base = base;
        this.cells = cells;
    }

    /**
     * The hive in these bytes, which are kept.
     *
     * @param what names the file for errors and refusals, such as "the registry hive SYSTEM"
     * @throws RefusedException if it is dirty, and for that or another reason not sound
     */
    public static Hive parse(byte[] file, String what) throws MalformedDataException, RefusedException {
        if (file.length > LIMIT_BYTES) {
            throw new MalformedDataException(what, 0, "at most " + LIMIT_BYTES + " bytes", file.length + " bytes");
        }
        BaseBlock base = BaseBlock.parse(file);
        try {
            Hive hive = new Hive(file, what, base, Cells.parse(file, base.binsBytes()));
            new HiveCheck(hive).run();
            return hive;
        } catch (MalformedDataException e) {
            if (base.isDirty()) {
                throw dirty(what);
            }
            throw e;
        }
    }

    public static Hive parse(byte[] file) throws MalformedDataException, RefusedException {
        return parse(file, "the registry hive");
    }

    /** Tells whether Windows was interrupted while it wrote: what is missing waits in the hive's log files. */
    public boolean isDirty() {
        return base.isDirty();
    }

    /** @throws RefusedException if the hive is dirty: Windows would write its log over what was edited */
    public void refuseIfDirty() throws RefusedException {
        if (isDirty()) {
            throw dirty(what);
        }
    }

    private static RefusedException dirty(String what) {
        return new RefusedException(
                what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1)
                        + " was not closed cleanly: changes still wait in its log files.",
                "Start that Windows once and shut it down completely (hold Shift while choosing Shut down), then repeat.");
    }

    public HiveKey root() throws MalformedDataException {
        return HiveKey.parse(this, base.rootCell());
    }

    /** The key at this path, its parts separated by backslashes, in whatever case, without the root's own name. */
    public Optional<HiveKey> key(String path) throws MalformedDataException {
        return root().at(path);
    }

    int rootOffset() {
        return base.rootCell();
    }

    Cells cells() {
        return cells;
    }

    byte[] file() {
        return file;
    }

    String what() {
        return what;
    }

    ByteEdit raisedSequence() {
        return base.raisedSequence(file);
    }

    void copy(int start, byte[] into, int at, int length) {
        System.arraycopy(file, start, into, at, length);
    }
}
