package org.rescuekey.image.container;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.EndState;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.ImageSummary;
import org.rescuekey.image.Totals;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageCodec;
import org.rescuekey.image.index.PageDirectory;
import org.rescuekey.image.index.PageReference;
import org.rescuekey.units.Extent;

/**
 * Reads a finished image. Header, footer, description and page directory are checked when it is opened; pages when they are
 * loaded, of which a fixed number is kept; blocks when a {@link BlockDecoder} decodes them.
 *
 * <p>Thread rule: may be used by several threads.
 */
public final class ImageReader implements Closeable {
    /** How many decoded pages are kept. */
    private static final int CACHED_PAGES = 8;

    private final ImageInput input;
    private final OpenedImage opened;
    private final StreamBounds bounds;
    private final PageCodec pageCodec;
    private final Map<PageReference, IndexPage> pages = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PageReference, IndexPage> eldest) {
            return size() > CACHED_PAGES;
        }
    };

    private ImageReader(ImageInput input, OpenedImage opened) {
        this.input = input;
        this.opened = opened;
        bounds = new StreamBounds(opened.description(), opened.header().blockSize());
        pageCodec = new PageCodec(opened.header().blockSize(), opened.header().hashAlgorithm());
    }

    /**
     * Opens a complete image.
     *
     * @throws RefusedException if it is incomplete, also if it was recovered
     * @throws org.rescuekey.error.MalformedDataException if it is no image, or damaged where it cannot do without
     * @throws IntegrityException if it is damaged where it cannot do without
     * @throws org.rescuekey.error.FormatVersionException if a newer Rescue Key made it
     */
    public static ImageReader open(ImageStore store, String name) throws RescueException {
        ImageReader reader = openRecovered(store, name);
        if (!reader.state().isRestorable()) {
            reader.close();
            throw new RefusedException(
                    name + " is incomplete: its capture did not finish, and blocks are missing.",
                    "Use another image, or ask for what it holds by name.");
        }
        return reader;
    }

    /** Opens a complete image, or one that was recovered and is incomplete: {@link #state()} says which. */
    public static ImageReader openRecovered(ImageStore store, String name) throws RescueException {
        ImageInput input = store.open(name);
        try {
            return new ImageReader(input, OpenedImage.read(input));
        } catch (RescueException | RuntimeException e) {
            try {
                input.close();
            } catch (RescueException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /** Tells a file that is an image, whole or not, from one that never was. */
    public static boolean isImage(ImageStore store, String name) throws RescueException {
        try (ImageInput input = store.open(name)) {
            return OpenedImage.hasMark(input);
        }
    }

    public String name() {
        return input.name();
    }

    public ImageHeader header() {
        return opened.header();
    }

    public ImageDescription description() {
        return opened.description();
    }

    public EndState state() {
        return opened.footer().state();
    }

    public Totals totals() {
        return opened.footer().totals();
    }

    public ImageSummary summary() {
        Footer footer = opened.footer();
        return new ImageSummary(
                name(), header(), footer.state(), footer.totals(), footer.rootHash(), footer.fileBytes());
    }

    /** Damage that was found on opening and made good from a copy. */
    public List<String> repairs() {
        return opened.repairs();
    }

    /** All pages of the index. */
    public PageDirectory directory() {
        return opened.directory();
    }

    /** The blocks of a stream by ascending number; a block that does not come was not used. */
    public BlockCursor blocks(int stream) {
        return new BlockCursor(this, stream, 0);
    }

    /** The blocks of a stream from a number on. */
    public BlockCursor blocksFrom(int stream, long firstBlock) {
        return new BlockCursor(this, stream, firstBlock);
    }

    /** One block; empty if it was not used. */
    public Optional<BlockEntry> block(int stream, long block) throws RescueException {
        BlockEntry entry = blocksFrom(stream, block).next();
        return entry != null && entry.block() == block ? Optional.of(entry) : Optional.empty();
    }

    /** A page of the index, from memory if it is there. */
    public IndexPage page(PageReference reference) throws RescueException {
        synchronized (pages) {
            IndexPage page = pages.get(reference);
            if (page != null) {
                return page;
            }
        }
        IndexPage page = load(reference);
        synchronized (pages) {
            pages.put(reference, page);
        }
        return page;
    }

    private IndexPage load(PageReference reference) throws RescueException {
        long end = opened.footer().fileBytes() - Footer.BYTES;
        MetaRecord record = MetaRecord.read(
                input,
                reference.offsetBytes(),
                end,
                RecordKind.INDEX_PAGE,
                PageCodec.MAX_BYTES,
                HeaderCodec.tag(header()));
        String what = "index page " + reference.number() + " of stream " + reference.stream() + " of " + name();
        boolean isTheOne = record.header().stream() == reference.stream()
                && record.header().block() == reference.firstBlock()
                && record.header().hash().equals(reference.hash());
        if (!isTheOne) {
            throw new IntegrityException("The " + what + " is not the one that the directory lists");
        }
        IndexPage page = pageCodec.decode(what, reference.stream(), reference.number(), record.plain(), end);
        if (page.entries().size() != reference.blocks()) {
            throw new IntegrityException(
                    "The " + what + " lists " + page.entries().size() + " blocks and not " + reference.blocks());
        }
        for (BlockEntry entry : page.entries()) {
            if (!bounds.contains(entry.stream(), entry.block(), entry.plainBytes())) {
                throw new IntegrityException("The " + what + " lists block " + entry.block() + " with "
                        + entry.plainBytes() + " bytes, which does not lie in the stream");
            }
        }
        return page;
    }

    /**
     * Reads a block's record as it is stored into the buffer, from its position on, for {@link BlockDecoder#decode}. The
     * buffer's position does not change; its limit moves behind the record.
     */
    public void readStored(BlockEntry entry, ByteBuffer buffer) throws RescueException {
        readStored(entry, entry, buffer);
    }

    /**
     * Reads the records of blocks that follow one another in the file with a single read. The record of a block lies at
     * {@code entry.offsetBytes() - first.offsetBytes()} from the buffer's position.
     */
    public void readStored(BlockEntry first, BlockEntry last, ByteBuffer buffer) throws RescueException {
        long length = last.endBytes() - first.offsetBytes();
        if (length <= 0 || length > buffer.capacity() - buffer.position()) {
            throw new IllegalArgumentException("a buffer that does not hold " + length + " bytes");
        }
        buffer.limit(buffer.position() + (int) length);
        input.read(first.offsetBytes(), buffer.duplicate());
    }

    /** Where a block lies on the disk. */
    public Extent onDisk(BlockEntry entry) {
        return bounds.onDisk(entry.stream(), entry.block(), entry.block());
    }

    /** Where blocks of a stream lie on the disk. */
    public Extent onDisk(int stream, long firstBlock, long lastBlock) {
        return bounds.onDisk(stream, firstBlock, lastBlock);
    }

    ImageInput input() {
        return input;
    }

    OpenedImage opened() {
        return opened;
    }

    @Override
    public void close() throws RescueException {
        input.close();
    }
}
