package org.rescuekey.image.container;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.EndState;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.ImageSummary;
import org.rescuekey.image.Totals;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
import org.rescuekey.image.index.IndexBuilder;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageCodec;
import org.rescuekey.image.index.PageDirectory;
import org.rescuekey.image.index.PageReference;

/**
 * Writes an image, append-only:
 *
 * <pre>
 * image  = header[2048] header[2048] record* footer[4096]
 * record = DESCRIPTION (DATA | ZERO | UNREADABLE | INDEX_PAGE | CHECKPOINT)* DESCRIPTION INDEX_ROOT
 * </pre>
 *
 * <p>Blocks come by ascending stream and number. A page of the index follows its last block; a CHECKPOINT (the
 * directory so far, then a flush) comes about every 4 GiB; the root and the footer, each flushed, come last. Until then the
 * file is named {@code NAME.partial}, and without its footer it is an incomplete image. Nothing that was written is written
 * again.
 *
 * <p>Thread rule: confined to one thread. After a method has thrown, only {@link #close()} and {@link #abandon()} are of
 * use.
 */
public final class ImageWriter implements Closeable {
    /** How many bytes lie between two checkpoints that the writer makes by itself. */
    public static final long CHECKPOINT_BYTES = 4L << 30;

    private final ImageStore store;
    private final String name;
    private final ImageHeader header;
    private final byte[] headerBytes;
    private final MetaRecord.Encoded descriptionRecord;
    private final ImageKeys keys;
    private final RecordSealer sealer;
    private final long tag;
    private final BlockSize blockSize;
    /** Missing in a merger of encrypted images, whose description is not open. */
    private final @Nullable StreamBounds bounds;

    private final PageCodec pageCodec;
    private final @Nullable Ancestry ancestry;
    private final IndexBuilder index;
    private final TotalsCounter totals;
    private final ImageOutput output;
    private long descriptionOffsetBytes;
    private long lastCheckpointBytes;
    private @Nullable Run run;
    private boolean isUsable;

    private ImageWriter(
            ImageStore store,
            String name,
            ImageHeader header,
            MetaRecord.Encoded descriptionRecord,
            @Nullable StreamBounds bounds,
            @Nullable Ancestry ancestry,
            ImageSeal seal,
            ImageOutput output) {
        this.store = store;
        this.name = name;
        this.header = header;
        this.output = output;
        this.ancestry = ancestry;
        this.descriptionRecord = descriptionRecord;
        this.bounds = bounds;
        index = ancestry == null
                ? new IndexBuilder(this::storePage)
                : new IndexBuilder(this::storePage, ancestry.images(), ancestry.absorbed());
        headerBytes = HeaderCodec.encode(header);
        tag = HeaderCodec.tag(header);
        keys = seal.keys();
        sealer = seal.forRecords();
        blockSize = header.blockSize();
        pageCodec = PageCodec.of(header);
        totals = new TotalsCounter(blockSize);
    }

    /**
     * Begins an image: makes {@code NAME.partial} with the header and the description, flushed.
     *
     * @param name the finished image's name, which must not be taken
     */
    public static ImageWriter create(ImageStore store, String name, ImageHeader header, ImageDescription description)
            throws RescueException {
        return create(store, name, header, description, ImageSeal.NONE);
    }

    /**
     * Begins an image that may be encrypted.
     *
     * @param seal of this run; stays open until the image is finished
     */
    public static ImageWriter create(
            ImageStore store, String name, ImageHeader header, ImageDescription description, ImageSeal seal)
            throws RescueException {
        if (header.parent().isPresent()) {
            throw new IllegalArgumentException("the parent of " + name + " is not open");
        }
        return create(store, name, header, description, null, seal);
    }

    /**
     * Begins an image that builds on another.
     *
     * @param parent the image that the header names as its parent; stays open until the image is finished
     */
    public static ImageWriter createChild(
            ImageStore store, String name, ImageHeader header, ImageDescription description, ImageReader parent)
            throws RescueException {
        return createChild(store, name, header, description, parent, ImageSeal.NONE);
    }

    /** Begins an image that builds on another and is encrypted if that is. */
    public static ImageWriter createChild(
            ImageStore store,
            String name,
            ImageHeader header,
            ImageDescription description,
            ImageReader parent,
            ImageSeal seal)
            throws RescueException {
        if (header.isEncrypted() != parent.header().isEncrypted()) {
            throw new IllegalArgumentException(parent.name() + " and " + name + " must both be encrypted or not");
        }
        if (header.parent().filter(parent.link()::isSame).isEmpty()) {
            throw new IllegalArgumentException(parent.name() + " is not the parent of " + name);
        }
        return create(store, name, header, description, Ancestry.ofParent(parent), seal);
    }

    private static ImageWriter create(
            ImageStore store,
            String name,
            ImageHeader header,
            ImageDescription description,
            @Nullable Ancestry ancestry,
            ImageSeal seal)
            throws RescueException {
        seal.check(header);
        byte[] plain = new DescriptionCodec().encode(description);
        MetaRecord.Encoded record = MetaRecord.encodeDescription(plain, HeaderCodec.tag(header), seal);
        return begin(store, name, header, record, new StreamBounds(description, header.blockSize()), ancestry, seal);
    }

    /**
     * Begins an image that is put together from records of others, whose key is not needed: its end is not proven by one.
     *
     * @param description the record of the description, as the newest of them has it
     */
    static ImageWriter createMerger(
            ImageStore store, String name, ImageHeader header, MetaRecord description, Ancestry ancestry)
            throws RescueException {
        MetaRecord.Encoded record = description.copy(HeaderCodec.tag(header));
        return begin(store, name, header, record, null, ancestry, ImageSeal.NONE);
    }

    private static ImageWriter begin(
            ImageStore store,
            String name,
            ImageHeader header,
            MetaRecord.Encoded description,
            @Nullable StreamBounds bounds,
            @Nullable Ancestry ancestry,
            ImageSeal seal)
            throws RescueException {
        for (String taken : List.of(name, ImageNames.partial(name))) {
            if (store.exists(taken)) {
                throw new RefusedException(
                        "There is a file " + taken + " in " + store.place() + " already.",
                        ImageNames.isPartial(taken)
                                ? "Recover or delete what that unfinished image holds, or choose another name."
                                : "Choose another name.");
            }
        }
        ImageOutput output = store.create(ImageNames.partial(name));
        ImageWriter writer = new ImageWriter(store, name, header, description, bounds, ancestry, seal, output);
        try {
            writer.begin();
            return writer;
        } catch (RescueException | RuntimeException e) {
            closeAfter(e, output);
            throw e;
        }
    }

    private void begin() throws RescueException {
        output.append(ByteBuffer.wrap(headerBytes));
        output.append(ByteBuffer.wrap(headerBytes));
        descriptionOffsetBytes = output.placeFor(descriptionRecord.record().remaining());
        output.append(descriptionRecord.record().duplicate());
        output.flush();
        store.sync();
        isUsable = true;
    }

    /**
     * Appends a block. It must lie behind all blocks before, and inside its stream. Of one that is as it was in the
     * parent nothing is stored: the index refers to where it is.
     */
    public void append(EncodedBlock block) throws RescueException {
        BlockEntry entry = block.entry();
        if (block.isKnown()) {
            if (ancestry == null) {
                throw new IllegalStateException(name + " has no parent");
            }
            refer(entry.at(ancestry.numberOf(entry), entry.offsetBytes()));
            return;
        }
        check(entry);
        use();
        if (entry.kind() == BlockKind.DATA) {
            flushRun();
            appendRecord(entry, block.record(), 1);
        } else {
            appendBodyless(entry);
        }
        if (output.positionBytes() - lastCheckpointBytes >= CHECKPOINT_BYTES) {
            writeCheckpoint();
        }
        isUsable = true;
    }

    /** Takes over a block that lies in another image, whose number in the table it has already. */
    void refer(BlockEntry entry) throws RescueException {
        check(entry);
        use();
        flushRun();
        take(entry);
        isUsable = true;
    }

    /**
     * Copies a block's record from another image as it is: neither decompressed nor decrypted. Only what belongs to the
     * place, the image tag and the checksum over the record's header, is new.
     *
     * @param record the record, from its position on; its first bytes are changed
     * @return where the copy begins
     */
    long copy(BlockEntry entry, ByteBuffer record) throws RescueException {
        check(entry);
        use();
        flushRun();
        RecordHeader.moveTo(record, tag);
        long offset = appendRecord(entry, record, 1);
        isUsable = true;
        return offset;
    }

    /** Stores anew that a block has no body, as {@link #append} does: possible only where that is not sealed. */
    void store(BlockEntry bodyless) throws RescueException {
        check(bodyless);
        use();
        appendBodyless(bodyless);
        isUsable = true;
    }

    /**
     * Takes a block whose record was copied for a block before: one without a body can stand for several.
     *
     * @param offsetBytes what {@link #copy} returned
     */
    void shareCopied(BlockEntry entry, long offsetBytes) throws RescueException {
        check(entry);
        use();
        take(entry.at(0, offsetBytes));
        isUsable = true;
    }

    private void check(BlockEntry entry) {
        if (bounds != null) {
            bounds.check(entry);
        }
        Run pending = run;
        boolean isInOrder = pending == null
                ? index.accepts(entry.stream(), entry.block())
                : entry.stream() > pending.first().stream()
                        || (entry.stream() == pending.first().stream() && entry.block() >= pending.endBlock());
        if (!isInOrder) {
            throw new IllegalArgumentException(
                    "block " + entry.block() + " of stream " + entry.stream() + " comes out of order");
        }
    }

    private void take(BlockEntry entry) throws RescueException {
        totals.add(entry);
        index.add(entry);
    }

    /** Makes everything appended so far safe against a power cut, with an index of it. */
    public void checkpoint() throws RescueException {
        use();
        writeCheckpoint();
        isUsable = true;
    }

    /**
     * Finishes the image: index root, footer, flush, and the name without {@code .partial}. It is complete, or complete with
     * unreadable sectors if a block says so.
     */
    public ImageSummary finish() throws RescueException {
        use();
        EndState state = totals.totals().unreadableBytes() > 0 ? EndState.COMPLETE_WITH_UNREADABLE : EndState.COMPLETE;
        flushRun();
        PageDirectory directory = index.directory();
        ImageFinisher finisher = new ImageFinisher(output, header, headerBytes, descriptionRecord, keys);
        Footer footer = finisher.finish(directory, state, descriptionOffsetBytes, totals.totals());
        output.close();
        store.rename(ImageNames.partial(name), name);
        store.sync();
        return new ImageSummary(name, header, state, footer.totals(), footer.rootHash(), footer.fileBytes(), true);
    }

    /** Gives up: closes the file and deletes it. */
    public void abandon() throws RescueException {
        isUsable = false;
        output.close();
        store.delete(ImageNames.partial(name));
        store.sync();
    }

    /** Closes the file; an image that was not finished stays as {@code NAME.partial}, to be recovered. */
    @Override
    public void close() throws RescueException {
        isUsable = false;
        output.close();
    }

    /** The length of the file so far. */
    public long storedBytes() {
        return output.positionBytes();
    }

    /** What was appended so far. */
    public Totals totals() {
        return totals.totals();
    }

    private void writeCheckpoint() throws RescueException {
        flushRun();
        byte[] directory = index.directory().encode();
        output.append(MetaRecord.encode(RecordKind.CHECKPOINT, 0, 0, 0, directory, tag)
                .record());
        output.flush();
        lastCheckpointBytes = output.positionBytes();
    }

    private void appendBodyless(BlockEntry entry) throws RescueException {
        Run pending = run;
        if (pending != null && pending.takes(entry)) {
            run = pending.longer();
            return;
        }
        flushRun();
        run = new Run(entry, 1);
        if (!Run.canBegin(entry, blockSize)) {
            flushRun();
        }
    }

    private void flushRun() throws RescueException {
        Run pending = run;
        if (pending != null) {
            run = null;
            ByteBuffer record = ByteBuffer.allocate(pending.first().recordBytes());
            RecordHeader header = RecordHeader.of(pending.first(), pending.length(), 0);
            header = sealer.seal(
                    header, record.slice(RecordHeader.BYTES, pending.first().storedBytes()));
            header.encode(record, tag);
            appendRecord(pending.first(), record.clear(), pending.length());
        }
    }

    private long appendRecord(BlockEntry first, ByteBuffer record, int runLength) throws RescueException {
        long offset = output.placeFor(record.remaining());
        output.append(record);
        for (int i = 0; i < runLength; i++) {
            take(Run.member(first, i, offset));
        }
        return offset;
    }

    private PageReference storePage(IndexPage page) throws RescueException {
        PageReference old = ancestry == null ? null : ancestry.pageLike(page);
        if (old != null) {
            return old;
        }
        return PageStorage.append(output, page, pageCodec, tag);
    }

    /** From here to the end of the method the writer counts as broken, unless the method says otherwise. */
    private void use() {
        if (!isUsable) {
            throw new IllegalStateException("the image " + name + " is finished, closed or failed");
        }
        isUsable = false;
    }

    private static void closeAfter(Exception failure, ImageOutput output) {
        try {
            output.close();
        } catch (RescueException e) {
            failure.addSuppressed(e);
        }
    }
}
