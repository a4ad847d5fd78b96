package org.rescuekey.image.container;

import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.EndState;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.Totals;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.IndexBuilder;
import org.rescuekey.image.index.PageDirectory;
import org.rescuekey.image.index.PageReference;

/**
 * A forward scan over an image's records that builds a new index of every whole block record. A capture that was resumed
 * may have stored blocks behind later ones; of those the last in the file counts, and where there are any, the file is
 * scanned again.
 *
 * <p>Thread rule: confined to one thread.
 */
final class RecoveryScan {
    /** So many blocks may be out of order; with more, the file is not one of ours. */
    private static final int MAX_LATE = 1 << 20;

    /** Is told of every whole record. */
    @FunctionalInterface
    interface Watcher {
        void found(RecordScanner.Found record) throws RescueException;
    }

    /** A block's place, in the order in which blocks stand in an index. */
    private record Place(int stream, long block) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byStream = Integer.compare(stream, other.stream);
            return byStream != 0 ? byStream : Long.compare(block, other.block);
        }
    }

    private final ImageInput input;
    private final OpenedImage.FoundHeader header;
    private final MetaRecord descriptionRecord;
    private final Optional<ImageDescription> description;
    private final @Nullable StreamBounds bounds;
    private final ImageKeys keys;
    private final @Nullable Footer oldFooter;
    private final long endBytes;
    private final NavigableMap<Place, BlockEntry> late = new TreeMap<>();
    private boolean isAgain;
    private TotalsCounter totals;
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
        totals = new TotalsCounter(header.header().blockSize());
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
        PageDirectory directory = scan(sink, watcher);
        if (!late.isEmpty()) {
            totals = new TotalsCounter(header.header().blockSize());
            damagedBytes = 0;
            isAgain = true;
            directory = scan(sink, watcher);
        }
        state = provenState(directory);
        return directory;
    }

    private PageDirectory scan(IndexBuilder.PageSink sink, Watcher watcher) throws RescueException {
        // What an image takes over from its parent is not found by a scan; that it builds on it stays true.
        IndexBuilder index =
                new IndexBuilder(sink, header.header().parent().stream().toList(), List.of());
        RecordScanner scanner = new RecordScanner(input, header.header(), endBytes);
        for (RecordScanner.Found found = scanner.next(); found != null; found = scanner.next()) {
            if (found.header().kindCode() == RecordKind.INDEX_ROOT.code()) {
                lastRoot = found;
            }
            watcher.found(found);
            Optional<BlockRecord> record = BlockRecord.of(header.header(), bounds, found.header(), found.offsetBytes());
            if (record.isPresent()) {
                take(record.get(), index);
            }
        }
        if (isAgain) {
            addLate(index, null);
        }
        damagedBytes += scanner.damagedBytes();
        return index.directory();
    }

    private void take(BlockRecord record, IndexBuilder index) throws RescueException {
        BlockEntry first = record.first();
        for (int i = 0; i < record.run(); i++) {
            BlockEntry entry = Run.member(first, i, first.offsetBytes());
            Place place = new Place(entry.stream(), entry.block());
            if (isAgain) {
                addLate(index, place);
                if (index.accepts(entry.stream(), entry.block())) {
                    add(entry, index);
                }
            } else if (index.accepts(entry.stream(), entry.block())) {
                add(entry, index);
            } else if (late.size() < MAX_LATE) {
                late.put(place, entry);
            } else {
                damagedBytes += i == 0 ? first.recordBytes() : 0;
            }
        }
    }

    /** Adds the blocks that were found late up to a place, itself included; all if it is null. */
    private void addLate(IndexBuilder index, @Nullable Place end) throws RescueException {
        for (BlockEntry entry : (end == null ? late : late.headMap(end, true)).values()) {
            if (index.accepts(entry.stream(), entry.block())) {
                add(entry, index);
            }
        }
    }

    private void add(BlockEntry entry, IndexBuilder index) throws RescueException {
        totals.add(entry);
        index.add(entry);
    }

    /** Complete only if what the image said of itself when it was finished is all there. */
    private EndState provenState(PageDirectory directory) throws RescueException {
        Footer footer = oldFooter;
        if (footer != null) {
            return footer.totals().equals(totals.totals()) ? footer.state() : EndState.INCOMPLETE;
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
        return totals.totals();
    }

    /** The bytes of the file that belong to no whole record of this image; known after {@link #run}. */
    long damagedBytes() {
        return damagedBytes;
    }
}
