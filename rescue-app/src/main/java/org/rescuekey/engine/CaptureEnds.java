package org.rescuekey.engine;

import java.nio.file.Path;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.container.ImageNames;
import org.rescuekey.plan.Step;

/** What is left of an image where a capture does not come to its proper end: names that tell the truth, and words for it. */
final class CaptureEnds {
    private CaptureEnds() {}

    /** Takes from an image that did not read back the name of a whole one; says what became of it. */
    static String setAside(ImageCatalog catalog, Step.StoreImage image) {
        String name = ImageCatalog.setAside(image.name());
        try {
            ImageStore store = catalog.storeOf(Path.of(image.path()));
            store.rename(image.name(), name);
            store.sync();
            return "The image is kept as " + image.directory() + "/" + name
                    + ", so that nobody takes it for a whole one. The source is unchanged.";
        } catch (RescueException e) {
            return "The image could not be renamed (" + e.getMessage() + ") and still has the name of a whole one, "
                    + image.path() + ": delete it, or verify it before you rely on it. The source is unchanged.";
        }
    }

    static String unproven(Step.StoreImage image) {
        return "The image was written as " + image.path() + ", but it is not proven that it can be restored: verify it"
                + " before you rely on it. The source is unchanged.";
    }

    /** Nothing was begun. */
    static JobFailure nothingMade(Throwable e) {
        return new JobFailure(e, "No image was made. The source is unchanged.", JobState.FAILED);
    }

    /** What is left of an image that did not get its end. */
    static JobFailure unfinished(ImageStore store, Step.StoreImage image, Throwable e) {
        String directory = image.directory() + "/";
        String partial = ImageNames.partial(image.name());
        if (exists(store, image.name())) {
            return new JobFailure(
                    e,
                    "The image is incomplete: it has its name, " + directory + image.name() + ", but whether all of it"
                            + " is on the medium is not known; verify it before you rely on it. The source is unchanged.",
                    JobState.INCOMPLETE);
        }
        if (exists(store, partial)) {
            return new JobFailure(
                    e,
                    "The image is incomplete and cannot be restored; what was written is kept as " + directory + partial
                            + ". The same capture, run again, goes on with it. The source is unchanged.",
                    JobState.INCOMPLETE);
        }
        return nothingMade(e);
    }

    /** A place that no longer answers may hold anything. */
    private static boolean exists(ImageStore store, String name) {
        try {
            return store.exists(name);
        } catch (RescueException e) {
            return true;
        }
    }
}
