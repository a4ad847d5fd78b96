package org.rescuekey.image.container;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.PasswordNeededException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.AbsorbedImages;
import org.rescuekey.image.EndState;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageLink;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.ImageSummary;
import org.rescuekey.image.Totals;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageDirectory;
import org.rescuekey.image.index.PageReference;
import org.rescuekey.units.Extent;

/**
 * Reads a finished image, with the images that it builds on. Header, footer, description and page directory of all of them
 * are checked when it is opened; pages when they are loaded, of which a fixed number is kept; blocks when a
 * {@link BlockDecoder} decodes them. In the blocks that it gives, {@link BlockEntry#image()} counts {@link #links()}.
 *
 * <p>Thread rule: may be used by several threads.
 */
public final class ImageReader implements Closeable {
    private final ImageChain chain;
    private final ImageFile own;
    private final OpenedImage opened;
    private final ImageKeys keys;
    /** Missing if the image is locked: what streams it has is encrypted. */
    private final @Nullable StreamBounds bounds;

    private final PageCache pages = new PageCache(this::load);

    private ImageReader(ImageChain chain, ImageKeys keys) {
        this.chain = chain;
        this.keys = keys;
        own = chain.member(0);
        opened = own.opened();
        bounds = opened.description()
                .map(description ->
                        new StreamBounds(description, opened.header().blockSize()))
                .orElse(null);
    }

    /**
     * Opens a complete image.
     *
     * @throws RefusedException if it is incomplete, also if it was recovered; or if an image that it builds on is missing
     *     or was replaced or changed
     * @throws org.rescuekey.error.MalformedDataException if it is no image, or damaged where it cannot do without
     * @throws IntegrityException if it is damaged where it cannot do without
     * @throws org.rescuekey.error.FormatVersionException if a newer Rescue Key made it
     */
    public static ImageReader open(ImageStore store, String name) throws RescueException {
        return open(store, name, ImageKeys.NONE);
    }

    /**
     * Opens a complete image that may be encrypted.
     *
     * @param keys stay open until the reader is closed
     * @throws PasswordNeededException if it is encrypted and these are not its keys
     */
    public static ImageReader open(ImageStore store, String name, ImageKeys keys) throws RescueException {
        return complete(openRecovered(store, name, keys));
    }

    /** Opens a complete image for a check of its structure, for which an encrypted one may stay locked. */
    public static ImageReader openStructure(ImageStore store, String name, ImageKeys keys) throws RescueException {
        return complete(openLocked(store, name, keys));
    }

    private static ImageReader complete(ImageReader reader) throws RescueException {
        if (!reader.state().isRestorable()) {
            reader.close();
            throw new RefusedException(
                    reader.name() + " is incomplete: its capture did not finish, and blocks are missing.",
                    "Use another image, or ask for what it holds by name.");
        }
        try {
            for (ImageFile member : reader.chain.members()) {
                member.requireAllParts();
            }
        } catch (IntegrityException e) {
            reader.close();
            throw e;
        }
        return reader;
    }

    /**
     * Opens a complete image, or one that was recovered and is incomplete: {@link #state()} says which. Blocks in parts of
     * its file that are missing count as damaged.
     */
    public static ImageReader openRecovered(ImageStore store, String name) throws RescueException {
        return openRecovered(store, name, ImageKeys.NONE);
    }

    /** The same of an image that may be encrypted. */
    public static ImageReader openRecovered(ImageStore store, String name, ImageKeys keys) throws RescueException {
        ImageReader reader = openLocked(store, name, keys);
        if (reader.isLocked()) {
            reader.close();
            throw new PasswordNeededException(name);
        }
        return reader;
    }

    /**
     * Opens an image without asking for its key: of one that is encrypted, and stays so, neither the description nor blocks
     * can be had, but the index can be checked and records be copied.
     */
    public static ImageReader openLocked(ImageStore store, String name) throws RescueException {
        return openLocked(store, name, ImageKeys.NONE);
    }

    static ImageReader openLocked(ImageStore store, String name, ImageKeys keys) throws RescueException {
        ImageFile own = ImageFile.open(store, name, keys);
        try {
            return new ImageReader(ImageChain.open(store, own, keys), keys);
        } catch (RescueException | RuntimeException e) {
            try {
                own.close();
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
        return own.name();
    }

    public ImageHeader header() {
        return opened.header();
    }

    public ImageDescription description() {
        return opened.description().orElseThrow(this::locked);
    }

    /** Whether the image is encrypted and its key is not open: see {@link #openLocked}. */
    public boolean isLocked() {
        return opened.description().isEmpty();
    }

    /**
     * Whether the index is all that who had the key wrote. It is not where an encrypted image got its index without the
     * password: each block is proven then, but not that none was left out or is an older one of the set.
     */
    public boolean isIndexProven() {
        return chain.members().stream().allMatch(member -> member.opened().isIndexProven());
    }

    private IllegalStateException locked() {
        return new IllegalStateException(name() + " is locked");
    }

    private StreamBounds bounds() {
        StreamBounds present = bounds;
        if (present == null) {
            throw locked();
        }
        return present;
    }

    public EndState state() {
        return opened.footer().state();
    }

    public Totals totals() {
        return opened.footer().totals();
    }

    public ImageSummary summary() {
        return own.summary();
    }

    /** Damage that was found on opening and made good from a copy. */
    public List<String> repairs() {
        return opened.repairs();
    }

    /** All pages of the index. */
    public PageDirectory directory() {
        return opened.directory();
    }

    /** The streams that the index lists blocks of. */
    public List<Integer> streams() {
        return directory().pages().stream()
                .map(PageReference::stream)
                .distinct()
                .toList();
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
        return pages.get(reference);
    }

    private IndexPage load(PageReference reference) throws RescueException {
        String what = "index page " + reference.number() + " of stream " + reference.stream() + " of " + name();
        IndexPage page = chain.load(chain.locate(0, reference));
        for (BlockEntry entry : page.entries()) {
            if (bounds != null && !bounds.contains(entry.stream(), entry.block(), entry.plainBytes())) {
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
        if (first.image() != last.image()) {
            throw new IllegalArgumentException("blocks of two files");
        }
        chain.member(first.image()).input().read(first.offsetBytes(), buffer.duplicate());
    }

    /** Where a block lies on the disk. */
    public Extent onDisk(BlockEntry entry) {
        return bounds().onDisk(entry.stream(), entry.block(), entry.block());
    }

    /** Where blocks of a stream lie on the disk. */
    public Extent onDisk(int stream, long firstBlock, long lastBlock) {
        return bounds().onDisk(stream, firstBlock, lastBlock);
    }

    /** Where a page of the directory lies: its image number is that of a member of the chain. */
    PageReference locate(PageReference reference) throws RescueException {
        return chain.locate(0, reference);
    }

    /** The links to this image and all that it needs; their order is that of image numbers, from 0. */
    public List<ImageLink> links() {
        return chain.members().stream().map(ImageFile::link).toList();
    }

    /** The names of all files that it is read from: its own and those of the images that it needs, part by part. */
    public List<String> files() {
        return chain.members().stream()
                .flatMap(member -> member.input().files().stream())
                .toList();
    }

    /** The images that one of the files stands for. */
    AbsorbedImages absorbedBy(int image) {
        return chain.member(image).opened().directory().absorbed();
    }

    ImageHeader headerOf(int image) {
        return chain.member(image).header();
    }

    /** The file that answers to a link: the image itself, or one that stands for it. */
    ImageLink linkOf(ImageLink wanted) {
        for (ImageFile member : chain.members()) {
            boolean isIt = member.link().isSame(wanted)
                    || member.opened().directory().absorbed().contains(wanted);
            if (isIt) {
                return member.link();
            }
        }
        throw new IllegalArgumentException(name() + " does not build on " + wanted.text());
    }

    /** What a child states as its parent. */
    public ImageLink link() {
        return own.link();
    }

    /** What the records of one of the images are marked with. */
    long tag(int image) {
        return chain.member(image).tag();
    }

    /** The name of the file that holds a block. */
    String fileOf(BlockEntry entry) {
        return chain.member(entry.image()).name();
    }

    ImageInput input() {
        return own.input();
    }

    ImageKeys keys() {
        return keys;
    }

    OpenedImage opened() {
        return opened;
    }

    @Override
    public void close() throws RescueException {
        chain.close();
    }
}
