package org.rescuekey.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.AbsorbedImages;
import org.rescuekey.image.EndState;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageLink;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.ImageSummary;
import org.rescuekey.image.container.ImageKeys;
import org.rescuekey.image.container.ImageListing;
import org.rescuekey.image.container.ImageNames;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.container.ImageRecovery;
import org.rescuekey.image.container.KeySlotsWriter;
import org.rescuekey.image.container.PartedStore;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.ImageLineage;
import org.rescuekey.units.ByteCount;

/** Finds images below a directory and tells what they are; identity comes from the files, names are for people. */
final class ImageCatalog {
    private static final String SET_ASIDE = ".damaged";

    private static final String UNFINISHED = "its capture did not finish; blocks are missing. It is encrypted.";

    private final Function<Path, ImageStore> places;
    private final Function<Path, ImageStore> stores;
    private final KeyRing ring;

    /** @param places opens the files of a directory, which may be parts of images */
    ImageCatalog(Function<Path, ImageStore> places, KeyRing ring) {
        this.ring = ring;
        this.places = places;
        this.stores = directory -> new PartedStore(places.apply(directory));
    }

    /** The same images; who waits for one of their files is seen to. */
    ImageCatalog watchedBy(DeviceWatch watch) {
        return new ImageCatalog(directory -> new WatchedStore(places.apply(directory), watch), ring);
    }

    /** What an image that did not read back is called from then on: nobody takes it for a whole one by its name. */
    static String setAside(String name) {
        return name + SET_ASIDE;
    }

    private static boolean isSetAside(String fileName) {
        return fileName.endsWith(ImageNames.SUFFIX + SET_ASIDE);
    }

    private static boolean isImage(String fileName) {
        return ImageNames.isImage(fileName) || isSetAside(fileName);
    }

    /** The store that holds an image's file. */
    ImageStore storeOf(Path image) {
        Path directory = image.toAbsolutePath().getParent();
        return stores.apply(directory == null ? image.toAbsolutePath() : directory);
    }

    /** The store of a directory that is there. */
    ImageStore storeIn(Path directory) {
        return stores.apply(directory);
    }

    /** Opens a complete image, with the key that is open. */
    ImageReader open(Path image) throws RescueException {
        return ImageReader.open(storeOf(image), name(image), needKeys(image));
    }

    /** Opens an image of which some may be missing: it is incomplete but has an index, or parts of its file are lost. */
    ImageReader openWithLosses(Path image) throws RescueException {
        return ImageReader.openRecovered(storeOf(image), name(image), needKeys(image));
    }

    /** Opens a complete image for a check of its structure, which needs no key. */
    ImageReader openStructure(Path image) throws RescueException {
        return ImageReader.openStructure(storeOf(image), name(image), keys(image));
    }

    /** What a file turns out to be, with the keys that are open. */
    ImageListing look(Path image) throws RescueException {
        return org.rescuekey.image.container.ImageCatalog.look(storeOf(image), name(image), ring::of);
    }

    private ImageKeys needKeys(Path image) throws RescueException {
        return ring.need(KeySlotsWriter.header(storeOf(image), name(image)), name(image));
    }

    private ImageKeys keys(Path image) throws RescueException {
        return ring.of(KeySlotsWriter.header(storeOf(image), name(image)));
    }

    /** The keys of an image, or none if no password was offered; one that is wrong is not passed over. */
    private ImageKeys keysUnlessWrong(Path image) throws RescueException {
        return ring.unlessWrong(KeySlotsWriter.header(storeOf(image), name(image)), name(image));
    }

    private static String name(Path image) {
        return String.valueOf(image.getFileName());
    }

    /** The store of a directory, which is made if it is not there. */
    ImageStore newStore(Path directory) throws RescueException {
        for (Path path : ImageFolders.make(directory)) {
            Path parent = path.toAbsolutePath().getParent();
            if (parent != null) {
                stores.apply(parent).sync();
            }
        }
        return stores.apply(directory);
    }

    /** The images below a directory, newest first; what cannot be read comes last and says why. */
    List<ImageFacts> list(Path directory) throws RescueException {
        List<ImageFacts> images = new ArrayList<>();
        for (Path path : ImageFolders.files(directory, ImageCatalog::isImage)) {
            images.add(factsOrProblem(path));
        }
        images.sort(Comparator.comparing(ImageCatalog::created)
                .thenComparing(ImageFacts::path)
                .reversed());
        return ImageLineages.checked(images);
    }

    /** One that cannot be read, or that is gone by now, does not hide the others. */
    private ImageFacts factsOrProblem(Path image) {
        try {
            return alone(image);
        } catch (RescueException e) {
            return unreadable(image, String.valueOf(e.getMessage()), 0);
        }
    }

    /** What is known of one image and those that it builds on; one that cannot be read is described by its problem. */
    ImageFacts facts(Path image) throws RescueException {
        ImageFacts facts = alone(image);
        if (facts.state() == ImageFacts.State.LOCKED) {
            keysUnlessWrong(image);
        }
        if (!facts.isRestorable() || facts.lineage() == null) {
            return facts;
        }
        try {
            ImageReader.openRecovered(storeOf(image), name(image), needKeys(image))
                    .close();
            return facts;
        } catch (DeviceException e) {
            throw e;
        } catch (RescueException e) {
            return ImageLineages.without(facts, String.valueOf(e.getMessage()));
        }
    }

    /** The same of an image of which parts are missing, for who wants what is left; as {@link #facts} if none are. */
    ImageFacts factsWithLosses(Path image) throws RescueException {
        ImageFacts facts = facts(image);
        if (facts.state() != ImageFacts.State.DAMAGED) {
            return facts;
        }
        try (ImageReader reader = openWithLosses(image)) {
            return new ImageFacts(
                    image.toString(),
                    reader.header().imageId().toString(),
                    reader.summary().rootHash().toString(),
                    ImageFacts.State.INCOMPLETE,
                    facts.problem(),
                    reader.description(),
                    facts.storedBytes(),
                    reader.totals().capturedBytes());
        } catch (DeviceException e) {
            throw e;
        } catch (RescueException e) {
            return facts; // not even its index can be had
        }
    }

    /** What is known of one image from its own file. */
    private ImageFacts alone(Path image) throws RescueException {
        Path name = image.getFileName();
        if (name == null || !Files.exists(image)) {
            throw new DeviceException("There is no image " + image + ".", DeviceException.ENOENT);
        }
        ImageStore store = storeOf(image);
        long bytes = store.sizeBytes(name.toString());
        if (ImageNames.isPartial(name.toString())) {
            String problem = "its capture did not finish.";
            return new ImageFacts(image.toString(), "", "", ImageFacts.State.INCOMPLETE, problem, null, bytes, 0);
        }
        if (isSetAside(name.toString())) {
            return unreadable(image, "it did not read back as it should when it was made.", bytes);
        }
        return switch (look(image)) {
            case ImageListing.Finished finished -> finished(image, finished, bytes);
            case ImageListing.Locked locked -> locked(image, locked, bytes);
            case ImageListing.Incomplete ignored -> {
                String problem = name + " is incomplete: it has no valid end.";
                yield unreadable(image, problem, bytes);
            }
            case ImageListing.Unreadable bad -> {
                if (bad.problem() instanceof DeviceException e) {
                    throw e;
                }
                yield unreadable(image, String.valueOf(bad.problem().getMessage()), bytes);
            }
        };
    }

    private static ImageFacts finished(Path image, ImageListing.Finished finished, long bytes) {
        ImageSummary summary = finished.summary();
        ImageHeader header = summary.header();
        return new ImageFacts(
                image.toString(),
                header.imageId().toString(),
                summary.rootHash().toString(),
                state(summary.state()),
                summary.state().isRestorable() ? "" : missing(finished),
                finished.description(),
                bytes,
                summary.totals().capturedBytes(),
                lineage(summary, finished.absorbed()));
    }

    /** What was not captured is nowhere: it is not taken from the image that this one builds on. */
    private static String missing(ImageListing.Finished image) {
        long used = image.description().streams().stream()
                .mapToLong(ImageDescription.Stream::usedBytes)
                .sum();
        return "its capture did not finish. It holds "
                + ByteCount.text(image.summary().totals().capturedBytes()) + " of " + ByteCount.text(used)
                + "; the rest was not captured.";
    }

    private static ImageFacts locked(Path image, ImageListing.Locked locked, long bytes) {
        ImageSummary summary = locked.summary();
        boolean isWhole = summary.state().isRestorable();
        ImageHeader header = summary.header();
        return new ImageFacts(
                image.toString(),
                header.imageId().toString(),
                summary.rootHash().toString(),
                isWhole ? ImageFacts.State.LOCKED : ImageFacts.State.INCOMPLETE,
                isWhole ? "It is encrypted and needs its password." : UNFINISHED,
                null,
                bytes,
                summary.totals().capturedBytes(),
                lineage(summary, locked.absorbed()));
    }

    private static ImageLineage lineage(ImageSummary summary, AbsorbedImages absorbed) {
        ImageHeader header = summary.header();
        return new ImageLineage(
                header.setId().toString(),
                header.kind(),
                new ImageLink(header.imageId(), summary.rootHash(), summary.name()),
                header.parent(),
                absorbed,
                header.created(),
                protection(summary));
    }

    private static ImageLineage.Protection protection(ImageSummary summary) {
        if (!summary.header().isEncrypted()) {
            return ImageLineage.Protection.NONE;
        }
        return summary.isIndexProven() ? ImageLineage.Protection.ENCRYPTED : ImageLineage.Protection.INDEX_NOT_PROVEN;
    }

    private static ImageFacts unreadable(Path image, String problem, long bytes) {
        return new ImageFacts(image.toString(), "", "", ImageFacts.State.DAMAGED, problem, null, bytes, 0);
    }

    /** What is known of a file, which has to be an image, though it may be damaged or without its end. */
    ImageFacts factsOfImage(Path image) throws RescueException {
        ImageFacts facts = facts(image);
        String name = String.valueOf(image.getFileName());
        if (facts.description() == null && !ImageReader.isImage(storeOf(image), name)) {
            ImageReader.openLocked(storeOf(image), name).close(); // which says what was found instead
        }
        return facts;
    }

    /** Gives an image a new index and tells what it is now. */
    ImageFacts recover(Path image) throws RescueException {
        ImageSummary summary = ImageRecovery.finish(storeOf(image), fileName(image), keysUnlessWrong(image));
        return facts(image.resolveSibling(summary.name()));
    }

    /** What a recovery would find. */
    RescueService.Recoverable recoverable(Path image) throws RescueException {
        ImageRecovery.Findings found = ImageRecovery.tryOut(storeOf(image), fileName(image), keysUnlessWrong(image));
        return new RescueService.Recoverable(found.state(), found.totals().capturedBytes(), found.damagedBytes());
    }

    private static String fileName(Path image) throws DeviceException {
        Path name = image.getFileName();
        if (name == null || !Files.isRegularFile(image)) {
            throw new DeviceException("There is no image " + image + ".", DeviceException.ENOENT);
        }
        return name.toString();
    }

    private static ImageFacts.State state(EndState state) {
        return switch (state) {
            case COMPLETE -> ImageFacts.State.COMPLETE;
            case COMPLETE_WITH_UNREADABLE -> ImageFacts.State.COMPLETE_WITH_UNREADABLE;
            case INCOMPLETE -> ImageFacts.State.INCOMPLETE;
        };
    }

    private static Instant created(ImageFacts facts) {
        return facts.description() == null ? Instant.EPOCH : facts.description().created();
    }
}
