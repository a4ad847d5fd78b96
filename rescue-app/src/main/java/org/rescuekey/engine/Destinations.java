package org.rescuekey.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.MirroredStore;
import org.rescuekey.image.container.ImageNames;
import org.rescuekey.image.container.ImageWriter;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Step;

/**
 * The places of one capture. They get the same bytes, and each comes to its own end: one that fails is left alone, and the
 * others go on.
 *
 * <p>Thread rule: confined to the thread that writes.
 */
final class Destinations {
    private final List<Destination> all;
    private final ImageStore store;

    /** One place, and why it was left alone; null as long as it was not. */
    static final class Destination {
        private final Step.StoreImage image;
        private final ImageStore store;
        private final @Nullable Path parent;
        private @Nullable RescueException failure;

        private Destination(Step.StoreImage image, ImageStore store, @Nullable Path parent) {
            this.image = image;
            this.store = store;
            this.parent = parent;
        }

        /** The image as this place has it. */
        Step.StoreImage image() {
            return image;
        }

        @Nullable
        RescueException failure() {
            return failure;
        }

        /** What is left here of an image that did not get its end. */
        JobFailure unfinished(Throwable reason) {
            return CaptureEnds.unfinished(store, image, reason);
        }
    }

    private Destinations(List<Destination> all, Meter meter) {
        this.all = all;
        this.store = all.size() == 1
                ? all.getFirst().store
                : new MirroredStore(written(), (lost, reason) -> lost(lost, reason, meter));
    }

    /**
     * Opens the directories of all places, and makes those that are not there.
     *
     * @param image the image in the first place
     */
    static Destinations of(Plan plan, Step.StoreImage image, ImageCatalog catalog, Meter meter) throws JobFailure {
        List<Destination> all = new ArrayList<>();
        all.add(open(image, image.parent().map(Step.ParentImage::path), catalog));
        for (Step.AlsoStore also : Jobs.steps(plan, Step.AlsoStore.class)) {
            all.add(open(image.in(also.directory()), also.parentPath(), catalog));
        }
        for (Destination each : all) {
            if (each.failure != null && all.size() > 1) {
                tell(each, each.failure, meter);
            }
        }
        RescueException failure = all.getFirst().failure;
        if (failure != null && all.stream().allMatch(each -> each.failure != null)) {
            throw CaptureEnds.nothingMade(failure);
        }
        return new Destinations(all, meter);
    }

    private static Destination open(Step.StoreImage image, Optional<String> parent, ImageCatalog catalog) {
        Path directory = Path.of(image.directory());
        Path ofParent = parent.map(Path::of).orElse(null);
        try {
            return new Destination(image, catalog.newStore(directory), ofParent);
        } catch (RescueException e) {
            Destination failed = new Destination(image, catalog.storeIn(directory), ofParent);
            failed.failure = e;
            return failed;
        }
    }

    private void lost(ImageStore store, RescueException reason, Meter meter) {
        for (Destination each : all) {
            if (each.store.equals(store)) {
                each.failure = reason;
                tell(each, reason, meter);
            }
        }
    }

    private static void tell(Destination each, RescueException reason, Meter meter) {
        meter.note("Nothing more is written to " + each.image.directory() + ": " + reason.getMessage()
                + ". The other places go on.");
    }

    /** Where the writer writes. */
    ImageStore store() {
        return store;
    }

    List<Destination> all() {
        return all;
    }

    /** The stores of the places that are still written to. */
    List<ImageStore> written() {
        return all.stream()
                .filter(each -> each.failure == null)
                .map(each -> each.store)
                .toList();
    }

    /** Each place still has the image that the new one builds on, now that the new one's file is there for all to see. */
    ImageWriter withParents(ImageWriter writer, ImageCatalog catalog) throws RescueException {
        if (!(store instanceof MirroredStore mirrored)) {
            Path parent = all.getFirst().parent;
            return parent == null ? writer : SetWatch.withParent(writer, catalog.storeOf(parent), parent);
        }
        try {
            for (Destination each : all) {
                if (each.parent != null && each.failure == null) {
                    requireParent(mirrored, each, catalog.storeOf(each.parent), each.parent);
                }
            }
            return writer;
        } catch (RescueException | RuntimeException e) {
            writer.close();
            throw e;
        }
    }

    private static void requireParent(MirroredStore mirrored, Destination at, ImageStore ofParent, Path parent)
            throws RescueException {
        try {
            SetWatch.requireParent(ofParent, parent);
        } catch (RefusedException e) {
            at.store.delete(ImageNames.partial(at.image.name()));
            mirrored.drop(at.store, e);
        } catch (RescueException e) {
            mirrored.drop(at.store, e);
        }
    }

    /** What to say of what was written, but not read back. */
    String unproven() {
        return all.stream()
                .map(each -> each.failure == null
                        ? CaptureEnds.unproven(each.image)
                        : each.unfinished(each.failure).consequence())
                .distinct()
                .collect(Collectors.joining(" "));
    }

    /** What is left in all places when the whole capture did not come to its end. */
    JobFailure unfinished(Throwable reason) {
        if (all.size() == 1) {
            return all.getFirst().unfinished(reason);
        }
        List<JobFailure> ends = all.stream()
                .map(each -> each.unfinished(each.failure == null ? reason : each.failure))
                .toList();
        String consequence =
                ends.stream().map(JobFailure::consequence).distinct().collect(Collectors.joining(" "));
        boolean isAnyLeft = ends.stream().anyMatch(end -> end.state() == JobState.INCOMPLETE);
        return new JobFailure(reason, consequence, isAnyLeft ? JobState.INCOMPLETE : JobState.FAILED);
    }
}
