package org.rescuekey.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.container.ImageNames;
import org.rescuekey.image.container.ImageWriter;
import org.rescuekey.plan.Precondition;

/**
 * Keeps a job that lets images of a set go from one that adds to the set at the same time, be it on another machine. The one
 * takes an image's name away and then looks whether a file has come; the other makes its file and then looks whether its
 * parent still has its name. Whichever comes second sees the first, and gives way: the image gets its name back, or the
 * capture ends.
 *
 * <p>Thread rule: confined to one thread.
 */
final class SetWatch {
    private final String directory;
    private final ImageStore store;
    private final SortedSet<String> expected;

    /** @param planned what the set held when it was planned */
    SetWatch(Precondition.SetIs planned, ImageStore store) {
        this.directory = planned.directory();
        this.store = store;
        this.expected = new TreeSet<>(planned.names());
    }

    /** The files of a store that are images by their name, finished or not; sorted. */
    static List<String> imageFiles(ImageStore store) throws RescueException {
        return store.list().stream().filter(ImageNames::isImage).sorted().toList();
    }

    void made(String name) {
        expected.add(name);
    }

    /** The set holds what was planned for and what this job has made and deleted since; or it refuses. */
    void check() throws RescueException {
        SortedSet<String> difference = new TreeSet<>(imageFiles(store));
        SortedSet<String> missing = new TreeSet<>(expected);
        missing.removeAll(difference);
        difference.removeAll(expected);
        difference.addAll(missing);
        if (!difference.isEmpty()) {
            throw new RefusedException(
                    "Another job changed " + directory + " in the meantime: " + String.join(", ", difference)
                            + ". It may need what was to go.",
                    "Let it finish, then plan again.");
        }
    }

    /** Takes an image's name away, on the medium, and gives it back if somebody may have come to need the image. */
    void putAside(String name) throws RescueException {
        check();
        String aside = ImageNames.deleting(name);
        store.rename(name, aside);
        expected.remove(name);
        try {
            store.sync();
            check();
        } catch (RescueException e) {
            giveBack(name, aside, e);
            throw e;
        }
    }

    private void giveBack(String name, String aside, RescueException reason) throws RescueException {
        try {
            store.rename(aside, name);
            expected.add(name);
            store.sync();
        } catch (RescueException e) {
            reason.addSuppressed(e);
            if (reason instanceof RefusedException refused) {
                throw new RefusedException(
                        refused.reason() + " " + aside + " could not get its name back: " + e.getMessage(),
                        "Rename it to " + name + ".");
            }
        }
    }

    /**
     * The other side: begins an image that builds on another.
     *
     * @param writer has made its file
     * @param store of the parent
     */
    static ImageWriter withParent(ImageWriter writer, ImageStore store, Path parent) throws RescueException {
        try {
            requireParent(store, parent);
            return writer;
        } catch (RefusedException e) {
            writer.abandon();
            throw e;
        } catch (RescueException | RuntimeException e) {
            writer.close();
            throw e;
        }
    }

    /** The parent still has its name; called when the new image's file is there. */
    static void requireParent(ImageStore store, Path parent) throws RescueException {
        if (!store.exists(String.valueOf(parent.getFileName()))) {
            throw new RefusedException(
                    parent + " was deleted or renamed when the capture began, and the new image builds on it.",
                    "Capture again: another parent is chosen then.");
        }
    }
}
