package org.rescuekey.image.container;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.AbsorbedImages;
import org.rescuekey.image.EndState;
import org.rescuekey.image.Hash;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageLink;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.Totals;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageCodec;
import org.rescuekey.image.index.PageDirectory;
import org.rescuekey.image.index.PageReference;

/**
 * What an image without a valid end takes over from the images that it builds on: only what its own checkpoints, root and
 * pages say was compared and found equal. Nothing is taken over because it is missing.
 *
 * <p>Checkpoints and root list pages that lie whole in another image; pages in the image's own file list single blocks.
 * Both use numbers of one image table, which a checkpoint at the image's beginning tells. Thread rule: confined to one
 * thread.
 */
final class TakenOver implements Closeable {
    /** Nothing is taken over. */
    static final TakenOver NOTHING = new TakenOver(null);

    /**
     * A page of another image.
     *
     * @param reference with the number of the image in the table
     * @param toldAtBytes where the record begins that says so
     */
    record Page(PageReference reference, long toldAtBytes) {}

    private final @Nullable Source source;
    private final NavigableMap<PagePlace, Page> pages = new TreeMap<>();
    private List<ImageLink> images = List.of();
    /** From here on the file uses the table. */
    private long tableFromBytes;

    private boolean isTableKnown;

    private @Nullable ImageChain chain;

    /** The file whose records are looked at, and where they end. */
    private record Source(ImageInput input, ImageHeader header, long endBytes) {}

    private TakenOver(@Nullable Source source) {
        this.source = source;
    }

    /**
     * Goes through the file, and opens the images that it builds on.
     *
     * @param store where all of them lie
     * @throws RefusedException if one of them is missing, or was changed: without it the image cannot be opened
     */
    static TakenOver read(
            ImageStore store,
            ImageInput input,
            OpenedImage.FoundHeader header,
            MetaRecord descriptionRecord,
            Optional<ImageDescription> description,
            ImageKeys keys,
            long endBytes)
            throws RescueException {
        TakenOver takenOver = new TakenOver(new Source(input, header.header(), endBytes));
        takenOver.images = header.header().parent().stream().toList();
        RecordScanner scanner = new RecordScanner(input, header.header(), endBytes);
        for (RecordScanner.Found found = scanner.next(); found != null; found = scanner.next()) {
            Optional<PageDirectory> directory = directory(input, header.header(), found, endBytes);
            if (directory.isPresent()) {
                takenOver.tell(directory.get(), found.offsetBytes());
            }
        }
        takenOver.open(store, header, descriptionRecord, description, keys);
        return takenOver;
    }

    /** The directory that a record holds, if it is a checkpoint or a root and can be read. */
    static Optional<PageDirectory> directory(
            ImageInput input, ImageHeader header, RecordScanner.Found found, long endBytes) throws RescueException {
        for (RecordKind kind : List.of(RecordKind.CHECKPOINT, RecordKind.INDEX_ROOT)) {
            if (kind.code() == found.header().kindCode()) {
                try {
                    MetaRecord record = MetaRecord.read(
                            input,
                            found.offsetBytes(),
                            endBytes,
                            kind,
                            PageDirectory.MAX_BYTES,
                            HeaderCodec.tag(header));
                    return Optional.of(
                            PageDirectory.decode("page directory of " + input.name(), record.plain(), endBytes));
                } catch (MalformedDataException | IntegrityException _) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /** The newest directory that lists a page counts. */
    private void tell(PageDirectory directory, long offsetBytes) {
        if (directory.images().stream().noneMatch(images.getFirst()::isSame)) {
            return; // it does not name the parent, so it is none of ours
        }
        if (!isSame(directory.images(), images)) {
            // A run that went on with the image had other files before it: numbers told before mean others.
            tableFromBytes = isTableKnown ? offsetBytes : 0;
            pages.clear();
        }
        isTableKnown = true;
        images = directory.images();
        for (PageReference reference : directory.pages()) {
            if (reference.image() == 0) {
                pages.remove(PagePlace.of(reference));
            } else {
                pages.put(PagePlace.of(reference), new Page(reference, offsetBytes));
            }
        }
    }

    private static boolean isSame(List<ImageLink> one, List<ImageLink> other) {
        boolean isSame = one.size() == other.size();
        for (int i = 0; isSame && i < one.size(); i++) {
            isSame = one.get(i).isSame(other.get(i));
        }
        return isSame;
    }

    private void open(
            ImageStore store,
            OpenedImage.FoundHeader header,
            MetaRecord descriptionRecord,
            Optional<ImageDescription> description,
            ImageKeys keys)
            throws RescueException {
        Footer footer = new Footer(
                1,
                0,
                0,
                0,
                Hash.NONE,
                EndState.INCOMPLETE,
                source().endBytes() + Footer.BYTES,
                new Totals(0, 0, 0, 0, 0, 0),
                Hash.NONE);
        OpenedImage unfinished = new OpenedImage(
                header.header(),
                Hash.NONE,
                footer,
                description,
                descriptionRecord,
                new PageDirectory(images, AbsorbedImages.NONE, List.of()),
                List.of());
        ImageFile file = ImageFile.unfinished(store.open(source().input().name()), unfinished);
        try {
            chain = ImageChain.open(store, file, keys);
        } catch (RescueException | RuntimeException e) {
            try {
                file.close();
            } catch (RescueException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private Source source() {
        Source present = source;
        if (present == null) {
            throw new IllegalStateException("nothing is taken over");
        }
        return present;
    }

    private ImageHeader header() {
        return source().header();
    }

    /** The image table; it names at least the parent. */
    List<ImageLink> images() {
        return images;
    }

    /** The pages of other images that belong to the index. */
    NavigableMap<PagePlace, Page> pages() {
        return pages;
    }

    /**
     * The blocks that a page in the image's own file lists. Those that it takes over have the number of their image in the
     * table.
     *
     * @return empty if the page cannot be used, or something that it refers to is not there
     */
    List<BlockEntry> listedBy(RecordScanner.Found found) throws RescueException {
        ImageChain open = chain;
        boolean isPage = found.header().kindCode() == RecordKind.INDEX_PAGE.code();
        if (open == null || !isPage || found.offsetBytes() < tableFromBytes) {
            return List.of();
        }
        try {
            long number = IndexPage.numberOf(found.header().block());
            MetaRecord record = MetaRecord.read(
                    source().input(),
                    found.offsetBytes(),
                    source().endBytes(),
                    RecordKind.INDEX_PAGE,
                    PageCodec.MAX_BYTES,
                    HeaderCodec.tag(header()));
            IndexPage page = PageCodec.of(header())
                    .decode(
                            "page of " + source().input().name(),
                            found.header().stream(),
                            number,
                            record.plain(),
                            source().endBytes(),
                            images.size());
            open.load(new PageReference(
                    page.stream(),
                    number,
                    found.offsetBytes(),
                    record.header().storedBytes(),
                    record.plain().length,
                    page.entries().size(),
                    record.header().hash()));
            return page.entries();
        } catch (MalformedDataException | IntegrityException _) {
            return List.of();
        }
    }

    /**
     * The blocks of a page of another image, with numbers of the table. A block of which no number can be told, since its
     * image was merged into another one, has {@link RecoveredIndex#NAMELESS}.
     *
     * @return empty if the page is damaged
     */
    List<BlockEntry> load(Page page) throws RescueException {
        ImageChain open = chain;
        if (open == null) {
            return List.of();
        }
        try {
            List<BlockEntry> entries = new ArrayList<>();
            for (BlockEntry entry : open.load(open.locate(0, page.reference())).entries()) {
                int number = open.numberInTopOf(entry.image());
                entries.add(entry.at(number == 0 ? RecoveredIndex.NAMELESS : number, entry.offsetBytes()));
            }
            return entries;
        } catch (MalformedDataException | IntegrityException _) {
            return List.of();
        }
    }

    @Override
    public void close() throws RescueException {
        ImageChain open = chain;
        chain = null;
        if (open != null) {
            open.close();
        }
    }
}
