package org.rescuekey.image.container;

import java.io.Closeable;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.AbsorbedImages;
import org.rescuekey.image.EndState;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageLink;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.Totals;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.IndexBuilder;
import org.rescuekey.image.index.PageDirectory;
import org.rescuekey.image.index.PageReference;

/**
 * A forward scan over an image's records that builds a new index of every whole block record, and if it is asked to, of what
 * the image {@linkplain TakenOver takes over} from others. A capture that was resumed may have stored blocks behind later
 * ones; of those the last in the file counts, and where there are any, the file is scanned again.
 *
 * <p>Thread rule: confined to one thread.
 */
final class RecoveryScan implements Closeable {
    /** Is told of every whole record. */
    @FunctionalInterface
    interface Watcher {
        void found(RecordScanner.Found record) throws RescueException;
    }

    private final ImageInput input;
    private final OpenedImage.FoundHeader header;
    private final MetaRecord descriptionRecord;
    private final Optional<ImageDescription> description;
    private final @Nullable StreamBounds bounds;
    private final ImageKeys keys;
    private final @Nullable Footer oldFooter;
    private final long endBytes;
    private TakenOver takenOver = TakenOver.NOTHING;
    private Optional<AbsorbedImages> absorbed = Optional.empty();
    private Totals totals = new Totals(0, 0, 0, 0, 0, 0);
    private RecordScanner.@Nullable Found lastRoot;
    private EndState state = EndState.INCOMPLETE;
    private long damagedBytes;

    private RecoveryScan(
            ImageInput input,
            OpenedImage.FoundHeader header,
            MetaRecord descriptionRecord,
            Optional<ImageDescription> description,
            ImageKeys keys)
            throws RescueException {
        this.input = input;
        this.header = header;
        this.descriptionRecord = descriptionRecord;
        this.description = description;
        this.keys = keys;
        bounds = description
                .map(known -> new StreamBounds(known, header.header().blockSize()))
                .orElse(null);
        oldFooter = footer(input);
        endBytes = oldFooter == null ? input.sizeBytes() : input.sizeBytes() - Footer.BYTES;
    }

    /**
     * Finds header and description.
     *
     * @param keys where they do not open an encrypted image, which blocks it can have on the disk is not known, and not checked
     * @throws RescueException if one of them is lost: nothing can be said about the blocks then
     */
    static RecoveryScan begin(ImageInput input, ImageKeys keys) throws RescueException {
        OpenedImage.FoundHeader header = OpenedImage.findHeader(input);
        RecordScanner scanner = new RecordScanner(input, header.header(), input.sizeBytes());
        for (RecordScanner.Found found = scanner.next(); found != null; found = scanner.next()) {
            if (found.header().kindCode() == RecordKind.DESCRIPTION.code()) {
                MetaRecord record = MetaRecord.readDescription(
                        input, found.offsetBytes(), input.sizeBytes(), header.header(), keys);
                Optional<ImageDescription> description = record.isLocked()
                        ? Optional.empty()
                        : Optional.of(new DescriptionCodec().decode(input.name(), found.offsetBytes(), record.plain()));
                return new RecoveryScan(input, header, record, description, keys);
            }
        }
        throw new IntegrityException("The description of " + input.name()
                + " is lost: where its blocks lie on the disk is not known any more");
    }

    /** The same, and finds what the image takes over from those that it builds on. */
    static RecoveryScan begin(ImageStore store, ImageInput input, ImageKeys keys) throws RescueException {
        RecoveryScan scan = begin(input, keys);
        if (scan.header().parent().isPresent()) {
            scan.takenOver = TakenOver.read(
                    store, input, scan.header, scan.descriptionRecord, scan.description, keys, scan.endBytes);
        }
        return scan;
    }

    /** Scans the file; pages of the new index go to the sink. */
    PageDirectory run(IndexBuilder.PageSink sink) throws RescueException {
        return run(sink, record -> {});
    }

    /**
     * The same, and tells of every record.
     *
     * @param sink is given the pages once more, from the first, if blocks were found out of order
     */
    PageDirectory run(IndexBuilder.PageSink sink, Watcher watcher) throws RescueException {
        RecoveredIndex index = new RecoveredIndex(sink, takenOver, bounds, counter());
        PageDirectory directory = scan(index, watcher);
        if (index.hasLate()) {
            damagedBytes = 0;
            index = index.again(counter());
            directory = scan(index, watcher);
        }
        totals = index.totals();
        state = provenState(directory);
        // One that is incomplete does not stand for others: blocks that they need may be missing.
        return state.isRestorable()
                ? new PageDirectory(directory.images(), absorbed.orElse(AbsorbedImages.NONE), directory.pages())
                : directory;
    }

    private TotalsCounter counter() {
        return new TotalsCounter(header.header().blockSize());
    }

    private PageDirectory scan(RecoveredIndex index, Watcher watcher) throws RescueException {
        RecordScanner scanner = new RecordScanner(input, header.header(), endBytes);
        for (RecordScanner.Found found = scanner.next(); found != null; found = scanner.next()) {
            if (found.header().kindCode() == RecordKind.INDEX_ROOT.code()) {
                lastRoot = found;
            }
            if (absorbed.isEmpty()) {
                absorbed = TakenOver.directory(input, header.header(), found, endBytes)
                        .map(PageDirectory::absorbed);
            }
            watcher.found(found);
            index.listed(takenOver.listedBy(found));
            Optional<BlockRecord> record = BlockRecord.of(header.header(), bounds, found.header(), found.offsetBytes());
            if (record.isPresent()) {
                take(record.get(), index);
            }
        }
        damagedBytes += scanner.damagedBytes();
        List<ImageLink> images = takenOver == TakenOver.NOTHING
                ? header.header().parent().stream().toList()
                : takenOver.images();
        return index.finish(images);
    }

    private void take(BlockRecord record, RecoveredIndex index) throws RescueException {
        BlockEntry first = record.first();
        for (int i = 0; i < record.run(); i++) {
            boolean isTaken = index.take(Run.member(first, i, first.offsetBytes()));
            damagedBytes += isTaken || i > 0 ? 0 : first.recordBytes();
        }
    }

    /** Complete only if what the image said of itself when it was finished is all there. */
    private EndState provenState(PageDirectory directory) throws RescueException {
        Footer footer = oldFooter;
        if (footer != null) {
            return footer.totals().equals(totals) ? footer.state() : EndState.INCOMPLETE;
        }
        RecordScanner.Found root = lastRoot;
        if (root == null) {
            return EndState.INCOMPLETE;
        }
        EndState said = Footer.stateOf(root.header().state()).orElse(EndState.INCOMPLETE);
        return listsTheSame(root, directory) ? said : EndState.INCOMPLETE;
    }

    private boolean listsTheSame(RecordScanner.Found root, PageDirectory found) throws RescueException {
        List<PageReference> old;
        try {
            MetaRecord record = MetaRecord.read(
                    input,
                    root.offsetBytes(),
                    endBytes,
                    RecordKind.INDEX_ROOT,
                    PageDirectory.MAX_BYTES,
                    HeaderCodec.tag(header.header()));
            old = PageDirectory.decode("page directory of " + input.name(), record.plain(), endBytes)
                    .pages();
        } catch (MalformedDataException | IntegrityException _) {
            return false;
        }
        if (old.size() != found.pages().size()) {
            return false;
        }
        for (int i = 0; i < old.size(); i++) {
            PageReference one = old.get(i);
            PageReference other = found.pages().get(i);
            boolean isSame =
                    one.stream() == other.stream() && one.number() == other.number() && one.blocks() == other.blocks();
            if (!isSame) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Footer footer(ImageInput input) throws RescueException {
        long offset = input.sizeBytes() - Footer.BYTES;
        if (offset < HeaderCodec.PLACE_BYTES) {
            return null;
        }
        try {
            return Footer.decode(input.name(), offset, OpenedImage.readBytes(input, offset, Footer.BYTES));
        } catch (MalformedDataException _) {
            return null;
        }
    }

    ImageHeader header() {
        return header.header();
    }

    ImageKeys keys() {
        return keys;
    }

    Optional<ImageDescription> description() {
        return description;
    }

    /** What writes the new end. */
    ImageFinisher finisher(ImageOutput output) {
        MetaRecord.Encoded description = descriptionRecord.copy(HeaderCodec.tag(header()));
        return new ImageFinisher(output, header(), header.toBytes(), description, keys);
    }

    byte[] headerBytes() {
        return header.toBytes();
    }

    /** The description as it is stored. */
    MetaRecord.Encoded descriptionRecord() {
        return descriptionRecord.copy(HeaderCodec.tag(header()));
    }

    long descriptionOffsetBytes() {
        return descriptionRecord.offsetBytes();
    }

    /** What the image may be called; known after {@link #run}. */
    EndState state() {
        return state;
    }

    Totals totals() {
        return totals;
    }

    /** The bytes of the file that belong to no whole record of this image; known after {@link #run}. */
    long damagedBytes() {
        return damagedBytes;
    }

    /** Closes the images that this one builds on, and not its own file. */
    @Override
    public void close() throws RescueException {
        takenOver.close();
    }
}
