package org.rescuekey.image.container;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.AbsorbedImages;
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
import org.rescuekey.image.index.PageDirectory;

/**
 * Writes an image, append-only:
 *
 * <pre>
 * image  = header[2048] header[2048] record* footer[4096]
 * record = DESCRIPTION (DATA | ZERO | UNREADABLE | INDEX_PAGE | CHECKPOINT)* DESCRIPTION INDEX_ROOT
 * </pre>
 *
 * <p>Blocks come by ascending stream and number, but for those that were put off: they come later, and each once. A page of
 * the index follows its last block, and again if a block of it comes late; a CHECKPOINT (the
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
    private final ImageStart start;
    private final long tag;
    private final PageStorage pages;
    private final IndexBuilder index;
    private final BlockAppender blocks;
    private final ImageOutput output;
    private long descriptionOffsetBytes;
    private long lastCheckpointBytes;
    private boolean isUsable;

    private ImageWriter(ImageStore store, String name, ImageStart start, ImageOutput output) {
        this.store = store;
        this.name = name;
        this.start = start;
        this.output = output;
        header = start.header;
        Ancestry ancestry = start.ancestry;
        pages = new PageStorage(store, output, start);
        index = ancestry == null
                ? new IndexBuilder(pages, pages, List.of(), AbsorbedImages.NONE)
                : new IndexBuilder(pages, pages, ancestry.images(), ancestry.absorbed());
        tag = HeaderCodec.tag(header);
        blocks = new BlockAppender(output, start, index);
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

    /**
     * Goes on with an unfinished image behind the end of its file. The capture begins again from the first block; those
     * that the resume point gives as known, and that are as they were, are not stored again. Point and parent stay open.
     *
     * @param name the finished image's name
     * @param parent the image that it builds on; null for a full image
     * @param seal a new session
     */
    public static ImageWriter resume(
            ImageStore store, String name, ResumePoint point, @Nullable ImageReader parent, ImageSeal seal)
            throws RescueException {
        ImageStart start = ImageStart.resumed(point, parent, seal);
        ImageOutput output = store.append(ImageNames.partial(name));
        try {
            point.requireUnchanged(output);
            ImageWriter writer = new ImageWriter(store, name, start, output);
            output.append(ByteBuffer.allocate((int) (-output.positionBytes() & (BlockEntry.RECORD_ALIGNMENT - 1))));
            writer.descriptionOffsetBytes = point.descriptionOffsetBytes();
            writer.lastCheckpointBytes = output.positionBytes();
            writer.isUsable = true;
            return writer;
        } catch (RescueException | RuntimeException e) {
            closeAfter(e, output);
            throw e;
        }
    }

    private static ImageWriter create(
            ImageStore store,
            String name,
            ImageHeader header,
            ImageDescription description,
            @Nullable Ancestry ancestry,
            ImageSeal seal)
            throws RescueException {
        return begin(store, name, ImageStart.fresh(header, description, ancestry, seal));
    }

    /**
     * Begins an image that is put together from records of others, whose key is not needed.
     *
     * @param description the record of the description, as the newest of them has it
     * @param keys prove its end, if they open the image
     */
    static ImageWriter createMerger(
            ImageStore store,
            String name,
            ImageHeader header,
            MetaRecord description,
            Ancestry ancestry,
            ImageKeys keys)
            throws RescueException {
        return begin(store, name, ImageStart.merger(header, description, ancestry, keys));
    }

    private static ImageWriter begin(ImageStore store, String name, ImageStart start) throws RescueException {
        ImageStart.requireFree(store, name);
        ImageOutput output = store.create(ImageNames.partial(name));
        try {
            ImageWriter writer = new ImageWriter(store, name, start, output);
            writer.begin();
            return writer;
        } catch (RescueException | RuntimeException e) {
            closeAfter(e, output);
            throw e;
        }
    }

    private void begin() throws RescueException {
        output.append(ByteBuffer.wrap(start.headerBytes));
        output.append(ByteBuffer.wrap(start.headerBytes));
        descriptionOffsetBytes =
                output.placeFor(start.descriptionRecord.record().remaining());
        output.append(start.descriptionRecord.record().duplicate());
        if (start.ancestry != null) {
            appendDirectory(); // from the beginning on, it can be told which images this one refers to
        }
        output.flush();
        store.sync();
        isUsable = true;
    }

    /**
     * Appends a block. It must not have come before, and lie inside its stream. Of one that is as it was in the
     * parent nothing is stored: the index refers to where it is.
     */
    public void append(EncodedBlock block) throws RescueException {
        BlockEntry entry = block.entry();
        if (block.isKnown()) {
            keep(entry);
            return;
        }
        blocks.check(entry);
        use();
        if (entry.kind() == BlockKind.DATA) {
            blocks.append(entry, block.record());
        } else {
            blocks.appendBodyless(entry);
        }
        if (output.positionBytes() - lastCheckpointBytes >= CHECKPOINT_BYTES) {
            writeCheckpoint();
        }
        isUsable = true;
    }

    /** Lists a block where it is: in the parent, or in what the resume point found. */
    public void keep(BlockEntry known) throws RescueException {
        refer(known.at(start.numberOf(known), known.offsetBytes()));
    }

    /** Takes over a block that lies in another image, whose number in the table it has already. */
    void refer(BlockEntry entry) throws RescueException {
        blocks.check(entry);
        use();
        blocks.list(entry);
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
        blocks.check(entry);
        use();
        RecordHeader.moveTo(record, tag);
        long offset = blocks.append(entry, record);
        isUsable = true;
        return offset;
    }

    /** Stores anew that a block has no body, as {@link #append} does: possible only where that is not sealed. */
    void store(BlockEntry bodyless) throws RescueException {
        blocks.check(bodyless);
        use();
        blocks.appendBodyless(bodyless);
        isUsable = true;
    }

    /**
     * Takes a block whose record was copied for a block before: one without a body can stand for several.
     *
     * @param offsetBytes what {@link #copy} returned
     */
    void shareCopied(BlockEntry entry, long offsetBytes) throws RescueException {
        blocks.check(entry);
        use();
        blocks.list(entry.at(0, offsetBytes));
        isUsable = true;
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
        blocks.flush();
        Totals totals = blocks.totals();
        EndState state = totals.unreadableBytes() > 0 ? EndState.COMPLETE_WITH_UNREADABLE : EndState.COMPLETE;
        PageDirectory directory = index.directory();
        ImageFinisher finisher =
                new ImageFinisher(output, header, start.headerBytes, start.descriptionRecord, start.provingKeys);
        Footer footer = finisher.finish(directory, state, descriptionOffsetBytes, totals);
        closeFile();
        store.rename(ImageNames.partial(name), name);
        store.sync();
        boolean isProven = !header.isEncrypted() || !footer.mac().isNone();
        return new ImageSummary(name, header, state, footer.totals(), footer.rootHash(), footer.fileBytes(), isProven);
    }

    /** Gives up: closes the file and deletes it. */
    public void abandon() throws RescueException {
        isUsable = false;
        closeFile();
        store.delete(ImageNames.partial(name));
        store.sync();
    }

    /** Closes the file; an image that was not finished stays as {@code NAME.partial}, to be recovered. */
    @Override
    public void close() throws RescueException {
        isUsable = false;
        closeFile();
    }

    private void closeFile() throws RescueException {
        try (pages) {
            output.close();
        }
    }

    /** The length of the file so far. */
    public long storedBytes() {
        return output.positionBytes();
    }

    /** The length that the file had when it was last flushed with an index. */
    public long checkpointBytes() {
        return lastCheckpointBytes;
    }

    /** What was appended so far. */
    public Totals totals() {
        return blocks.totals();
    }

    private void writeCheckpoint() throws RescueException {
        blocks.flush();
        appendDirectory();
        output.flush();
        lastCheckpointBytes = output.positionBytes();
    }

    private void appendDirectory() throws RescueException {
        byte[] directory = index.directory().encode();
        output.append(MetaRecord.encode(RecordKind.CHECKPOINT, 0, 0, 0, directory, tag)
                .record());
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
