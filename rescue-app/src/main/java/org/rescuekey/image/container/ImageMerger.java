package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageKind;
import org.rescuekey.image.ImageLink;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.ImageSummary;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
import org.rescuekey.image.index.PageReference;

/**
 * Consolidation: makes one image that takes the place of several consecutive ones of a chain, at the restore point of the
 * newest of them. Records are copied as they are. The new image lists those that it <em>absorbed</em>, so that images
 * that build on one of them need not be changed.
 *
 * <p>Thread rule: no state.
 */
public final class ImageMerger {
    private ImageMerger() {}

    /** Is told of every block before it is copied or taken over; may end the merger by an exception. */
    @FunctionalInterface
    public interface Progress {
        void block(BlockEntry entry) throws RescueException;
    }

    /**
     * Merges images. The new index is proven by the key where the key is open and every index that it is made of is proven.
     *
     * @param store where all of them lie, and where the new one goes
     * @param top the newest of them
     * @param merged all of them
     * @param name the new image's name, which must not be taken
     */
    public static ImageSummary merge(
            ImageStore store, ImageReader top, List<ImageLink> merged, String name, Progress progress)
            throws RescueException {
        Set<Integer> numbers = numbersOf(top, merged);
        Ancestry ancestry = Ancestry.ofMerger(top, numbers);
        ImageHeader header = header(top, numbers, ancestry);
        try (ImageWriter writer = ImageWriter.createMerger(
                        store, name, header, top.opened().descriptionRecord(), ancestry, provingKeys(top));
                BlockDecoder decoder = new BlockDecoder(top)) {
            copyAll(top, ancestry, writer, decoder, progress);
            return writer.finish();
        }
    }

    /** What is not proven stays so: who has the key now cannot know what was left out before. */
    private static ImageKeys provingKeys(ImageReader top) {
        return top.isLocked() || !top.isIndexProven() ? ImageKeys.NONE : top.keys();
    }

    /** What was copied so far is of no use if something goes wrong: the images that it comes from are all there. */
    private static void copyAll(
            ImageReader top, Ancestry ancestry, ImageWriter writer, BlockDecoder decoder, Progress progress)
            throws RescueException {
        ByteBuffer record =
                ByteBuffer.allocateDirect(EncodedBlock.bufferBytes(top.header().blockSize()));
        boolean isSealed = top.header().isEncrypted();
        BlockEntry last = null;
        long copied = 0;
        try {
            for (PageReference reference : top.directory().pages()) {
                for (BlockEntry entry : top.page(reference).entries()) {
                    progress.block(entry);
                    int number = ancestry.numberOf(entry);
                    if (number > 0) {
                        writer.refer(entry.at(number, entry.offsetBytes()));
                    } else if (entry.hasRecordOf(last)) {
                        writer.shareCopied(entry, copied);
                    } else {
                        top.readStored(entry, record.clear());
                        decoder.checkRecord(entry, record);
                        if (entry.kind() == BlockKind.DATA || isSealed) {
                            copied = writer.copy(entry.at(0, 0), record);
                            last = entry;
                        } else {
                            // A run of the old file may have lost members: it is written as what it is now.
                            writer.store(entry.at(0, 0));
                        }
                    }
                }
            }
        } catch (RescueException | RuntimeException e) {
            try {
                writer.abandon();
            } catch (RescueException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /**
     * Checks an image without its key: its index, and of every record in its own file header and checksums.
     *
     * @throws org.rescuekey.error.IntegrityException naming the first record that is damaged
     */
    public static void check(ImageReader image, Progress progress) throws RescueException {
        ByteBuffer record = ByteBuffer.allocateDirect(
                EncodedBlock.bufferBytes(image.header().blockSize()));
        try (BlockDecoder decoder = new BlockDecoder(image)) {
            for (PageReference reference : image.directory().pages()) {
                for (BlockEntry entry : image.page(reference).entries()) {
                    progress.block(entry);
                    if (entry.image() == 0) {
                        image.readStored(entry, record.clear());
                        decoder.checkRecord(entry, record);
                    }
                }
            }
        }
    }

    private static Set<Integer> numbersOf(ImageReader top, List<ImageLink> merged) {
        Set<Integer> numbers = new HashSet<>();
        for (int i = 0; i < top.links().size(); i++) {
            ImageLink link = top.links().get(i);
            if (merged.stream().anyMatch(link::isSame)) {
                numbers.add(i);
            }
        }
        if (numbers.size() != merged.size() || !numbers.contains(0)) {
            throw new IllegalArgumentException("images that " + top.name() + " does not consist of");
        }
        return numbers;
    }

    /** It is as old as the newest image, and builds on what the oldest one built on. */
    private static ImageHeader header(ImageReader top, Set<Integer> merged, Ancestry ancestry) {
        ImageHeader old = top.header();
        Optional<ImageLink> parent = Optional.empty();
        ImageKind kind = ImageKind.FULL;
        for (int number : merged) {
            ImageHeader header = top.headerOf(number);
            boolean isOldest = header.parent().isPresent()
                    && !ancestry.absorbed().contains(header.parent().get());
            if (isOldest) {
                parent = Optional.of(top.linkOf(header.parent().get()));
                kind = header.kind();
            }
        }
        return new ImageHeader(
                UUID.randomUUID(),
                old.setId(),
                kind,
                parent,
                old.blockSize(),
                old.hashAlgorithm(),
                old.hashSeed(),
                old.created(),
                old.encryption(),
                old.partLimitBytes());
    }
}
