package org.rescuekey.image.container;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.Hash;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.Totals;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageCodec;
import org.rescuekey.image.index.PageReference;

/**
 * What an unfinished image holds: every whole record of a block in its file. A capture that goes on with the image gives
 * these blocks to its encoders as known ones; they carry {@link #OWN_FILE} as their image.
 *
 * <p>Blocks are kept as pages of an index: those that the file has itself are read again when they are needed, so that
 * only what it has no page of is in memory. Thread rule: confined to one thread.
 */
public final class ResumePoint implements Closeable {
    /** The number of the image itself where the numbers of the images that it builds on begin with 0. */
    static final int OWN_FILE = -1;

    private final ImageInput input;
    private final RecoveryScan scan;
    private final ImageDescription description;
    private final PageCodec codec;
    private final List<Page> pages = new ArrayList<>();
    private final Map<Hash, Page> unplaced = new HashMap<>();
    private final Map<Hash, RecordScanner.Found> pageRecords = new HashMap<>();
    private @Nullable BlockDecoder decoder;

    /** A page of what was found. */
    private static final class Page {
        final int stream;
        final long number;
        byte @Nullable [] plain;
        long offsetBytes;

        Page(int stream, long number, byte[] plain) {
            this.stream = stream;
            this.number = number;
            this.plain = plain;
        }
    }

    /** Is called for every record that is found, and may end the scan by an exception. */
    @FunctionalInterface
    public interface Checkpoint {
        void pass() throws RescueException;
    }

    private ResumePoint(ImageInput input, RecoveryScan scan, ImageDescription description) {
        this.input = input;
        this.scan = scan;
        this.description = description;
        codec = PageCodec.of(scan.header());
    }

    /**
     * Scans an unfinished image.
     *
     * @throws IntegrityException if what it is of cannot be told, or parts of it are missing
     */
    public static ResumePoint open(ImageStore store, String name, ImageKeys keys, Checkpoint checkpoint)
            throws RescueException {
        ImageInput input = store.open(name);
        try {
            if (!input.losses().isEmpty()) {
                throw new IntegrityException(String.join("; ", input.losses()) + ".");
            }
            requireWholeBeginning(input);
            RecoveryScan scan = RecoveryScan.begin(input, keys);
            ImageDescription description = scan.description()
                    .orElseThrow(() -> new IntegrityException(name + " is encrypted, and its key is not open"));
            ResumePoint point = new ResumePoint(input, scan, description);
            scan.run(point::keep, record -> {
                checkpoint.pass();
                point.place(record);
            });
            point.unplaced.clear();
            return point;
        } catch (RescueException | RuntimeException e) {
            try {
                input.close();
            } catch (RescueException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /** Where not even the first flush came to its end there is nothing to go on with, and damage would stay for ever. */
    private static void requireWholeBeginning(ImageInput input) throws RescueException {
        if (input.sizeBytes() < HeaderCodec.PLACE_BYTES) {
            throw new IntegrityException("The beginning of " + input.name() + " is not whole");
        }
        for (long place : new long[] {0, HeaderCodec.BYTES}) {
            try {
                HeaderCodec.decode(input.name(), place, OpenedImage.readBytes(input, place, HeaderCodec.BYTES));
            } catch (MalformedDataException e) {
                throw new IntegrityException("The beginning of " + input.name() + " is not whole: " + e.getMessage());
            }
        }
    }

    private PageReference keep(IndexPage page) {
        byte[] plain = codec.encode(page);
        Hash hash = Sha256.of(plain);
        Page kept = new Page(page.stream(), page.number(), plain);
        if (!pages.isEmpty() && isBefore(kept, pages.getLast())) {
            pages.clear(); // the scan has begun again, with blocks that it found out of order
        }
        pages.add(kept);
        RecordScanner.Found known = pageRecords.get(hash);
        if (known == null) {
            unplaced.put(hash, kept);
        } else {
            place(kept, known);
        }
        return new PageReference(
                page.stream(), page.number(), 0, 1, plain.length, page.entries().size(), hash);
    }

    private static boolean isBefore(Page page, Page other) {
        return page.stream < other.stream || (page.stream == other.stream && page.number <= other.number);
    }

    /** The writer stores a page behind its blocks, so it is found after it was kept. */
    private void place(RecordScanner.Found record) {
        if (record.header().kindCode() != RecordKind.INDEX_PAGE.code()) {
            return;
        }
        pageRecords.put(record.header().hash(), record);
        Page kept = unplaced.remove(record.header().hash());
        if (kept != null) {
            place(kept, record);
        }
    }

    private static void place(Page page, RecordScanner.Found record) {
        page.plain = null;
        page.offsetBytes = record.offsetBytes();
    }

    /** Whether a block comes from a resume point, and not from a parent. */
    public static boolean isOwn(BlockEntry entry) {
        return entry.image() == OWN_FILE;
    }

    public ImageHeader header() {
        return scan.header();
    }

    public ImageDescription description() {
        return description;
    }

    /** What was written since the file was looked through is not known here. */
    void requireUnchanged(ImageOutput output) throws DeviceException {
        boolean isOneFile = header().partLimitBytes() == 0;
        if (isOneFile && output.positionBytes() != input.sizeBytes()) {
            throw new DeviceException(
                    input.name() + " has changed while it was looked through: another job writes it",
                    DeviceException.EBUSY);
        }
    }

    /** The blocks that are there. */
    public Totals totals() {
        return scan.totals();
    }

    /** The blocks of a stream. */
    public Blocks blocks(int stream) {
        return new Blocks(pages.stream().filter(page -> page.stream == stream).toList());
    }

    /** The blocks of one stream, with one page in memory; cheapest when they are asked for page by page. Confined to one thread. */
    public final class Blocks {
        private final List<Page> ofStream;
        private long loaded = -1;
        private List<BlockEntry> entries = List.of();

        private Blocks(List<Page> ofStream) {
            this.ofStream = ofStream;
        }

        /** The block of this number, or null if it is not there. */
        public @Nullable BlockEntry at(long block) throws RescueException {
            long number = IndexPage.numberOf(block);
            if (number != loaded) {
                int page = first(ofStream.size(), index -> ofStream.get(index).number >= number);
                boolean isThere = page < ofStream.size() && ofStream.get(page).number == number;
                entries = isThere ? load(ofStream.get(page)).entries() : List.of();
                loaded = number;
            }
            int index = first(entries.size(), each -> entries.get(each).block() >= block);
            return index < entries.size() && entries.get(index).block() == block ? own(entries.get(index)) : null;
        }

        /** Tells of every block, by ascending number. */
        public void forEach(Consumer<BlockEntry> consumer) throws RescueException {
            for (Page page : ofStream) {
                load(page).entries().forEach(entry -> consumer.accept(own(entry)));
            }
        }

        private static BlockEntry own(BlockEntry entry) {
            return entry.at(OWN_FILE, entry.offsetBytes());
        }

        /** The first index for which this holds, as it does for all behind it; the count if there is none. */
        private static int first(int count, IntPredicate holds) {
            int low = 0;
            int high = count;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (holds.test(middle)) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }
    }

    /**
     * Reads and decodes a block.
     *
     * @param plain a direct buffer that is cleared and then holds the block from 0 to its limit
     * @throws IntegrityException if it is damaged by now
     */
    public void read(BlockEntry entry, ByteBuffer plain) throws RescueException {
        BlockDecoder present = decoder;
        if (present == null) {
            present = decoder();
            decoder = present;
        }
        ByteBuffer stored = ByteBuffer.allocateDirect(entry.recordBytes());
        input.read(entry.offsetBytes(), stored.duplicate());
        present.decode(entry, stored, plain);
    }

    private BlockDecoder decoder() {
        StreamBounds bounds = new StreamBounds(description, header().blockSize());
        BlockDecoder.Origin origin = new BlockDecoder.Origin(
                header(),
                scan.keys(),
                false,
                block -> input.name(),
                image -> HeaderCodec.tag(header()),
                block -> bounds.onDisk(block.stream(), block.block(), block.block()));
        return new BlockDecoder(origin);
    }

    private IndexPage load(Page page) throws RescueException {
        byte[] plain = page.plain;
        if (plain == null) {
            plain = MetaRecord.read(
                            input,
                            page.offsetBytes,
                            input.sizeBytes(),
                            RecordKind.INDEX_PAGE,
                            PageCodec.MAX_BYTES,
                            HeaderCodec.tag(header()))
                    .plain();
        }
        String what = "page " + page.number + " of stream " + page.stream + " of " + input.name();
        return codec.decode(what, page.stream, page.number, plain, input.sizeBytes(), 0);
    }

    /** Where the file has this page already; null if it has not. */
    @Nullable
    PageReference placeOf(IndexPage page, byte[] plain) {
        RecordScanner.Found record = pageRecords.get(Sha256.of(plain));
        if (record == null) {
            return null;
        }
        return new PageReference(
                page.stream(),
                page.number(),
                record.offsetBytes(),
                record.header().storedBytes(),
                plain.length,
                page.entries().size(),
                record.header().hash());
    }

    byte[] headerBytes() {
        return scan.headerBytes();
    }

    MetaRecord.Encoded descriptionRecord() {
        return scan.descriptionRecord();
    }

    long descriptionOffsetBytes() {
        return scan.descriptionOffsetBytes();
    }

    @Override
    public void close() throws RescueException {
        if (decoder != null) {
            decoder.close();
        }
        input.close();
    }
}
