package org.rescuekey.image.index;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.image.AbsorbedImages;
import org.rescuekey.image.Hash;
import org.rescuekey.image.ImageLink;

/**
 * All pages of an image by ascending stream and number: the index root. Immutable.
 *
 * <pre>
 * directory = images:v link[images] pages:v page-entry[pages] [ absorbed:v link[absorbed] same:v ]
 * link        = image-id[16] root-hash[32] length:v name[length]
 *               the images, from number 1, that pages and blocks refer to; 0 = this one
 * page-entry  = stream:v number:v image:v zero:v offset/16:v stored:v plain:v blocks:v hash[32]
 *               stream as the difference to the entry before; number likewise minus 1 within a stream
 * </pre>
 *
 * <p>The directory is complete: a child image lists its parents' unchanged pages by their image number, so that
 * opening a chain does not replay it. An image that was made by consolidation lists the images that it <em>absorbed</em>:
 * it stands for them wherever another image refers to one of them. Of {@code same} of these, the first ones, it holds
 * the state; one by default.
 */
public final class PageDirectory {
    /** No directory is longer, plain or stored: enough for 700 TiB in blocks of 256 KiB. */
    public static final int MAX_BYTES = 32 << 20;

    /** The shortest link. */
    private static final int LINK_BYTES = 16 + Hash.BYTES + 1;

    private static final int MAX_STREAM = 1 << 16;
    /** Streams are at most 2^63 bytes long and blocks at least 64 KiB. */
    private static final long MAX_PAGE_NUMBER = (1L << (63 - 16)) / IndexPage.BLOCKS;

    /** No chain is longer, and no consolidated image stands for more. */
    public static final int MAX_IMAGES = 1 << 14;

    private final List<ImageLink> images;
    private final AbsorbedImages absorbed;
    private final List<PageReference> pages;

    /** The directory of an image that refers to no other. */
    public PageDirectory(List<PageReference> pages) {
        this(List.of(), AbsorbedImages.NONE, pages);
    }

    /**
     * A directory.
     *
     * @param images the images that pages and blocks refer to, from number 1
     * @param absorbed the images that this one stands for
     * @param pages all pages by ascending stream and number
     */
    public PageDirectory(List<ImageLink> images, AbsorbedImages absorbed, List<PageReference> pages) {
        this.images = List.copyOf(images);
        this.absorbed = absorbed;
        this.pages = List.copyOf(pages);
        if (images.size() > MAX_IMAGES || absorbed.links().size() > MAX_IMAGES) {
            throw new IllegalArgumentException("too many images: " + images.size() + ", "
                    + absorbed.links().size());
        }
        for (int i = 1; i < this.pages.size(); i++) {
            if (!this.pages.get(i).isBehind(this.pages.get(i - 1))) {
                throw new IllegalArgumentException("pages out of order");
            }
        }
    }

    /** The images that pages and blocks refer to: the first has number 1. */
    public List<ImageLink> images() {
        return images;
    }

    /** The images that this one stands for, if it was made by consolidation. */
    public AbsorbedImages absorbed() {
        return absorbed;
    }

    public List<PageReference> pages() {
        return pages;
    }

    /** The pages of one stream. */
    public List<PageReference> pagesOf(int stream) {
        int from = firstNotBefore(stream, 0);
        return pages.subList(from, firstNotBefore(stream + 1, 0));
    }

    /** The page of this number, or null if there is none. */
    public @Nullable PageReference find(int stream, long number) {
        int index = firstNotBefore(stream, number);
        PageReference page = index < pages.size() ? pages.get(index) : null;
        return page != null && page.stream() == stream && page.number() == number ? page : null;
    }

    /** The index in {@link #pages()} of the first page at or behind this one. */
    public int firstNotBefore(int stream, long number) {
        int low = 0;
        int high = pages.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            PageReference page = pages.get(middle);
            boolean isBefore = page.stream() < stream || (page.stream() == stream && page.number() < number);
            if (isBefore) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The directory's plain bytes. */
    public byte[] encode() {
        VarintWriter out = new VarintWriter();
        putLinks(out, images);
        out.putVarint(pages.size());
        int stream = 0;
        long next = 0;
        for (PageReference page : pages) {
            next = page.stream() == stream ? next : 0;
            out.putVarint(page.stream() - stream);
            out.putVarint(page.number() - next);
            out.putVarint(page.image());
            out.putVarint(0);
            out.putVarint(page.offsetBytes() / BlockEntry.RECORD_ALIGNMENT);
            out.putVarint(page.storedBytes());
            out.putVarint(page.plainBytes());
            out.putVarint(page.blocks());
            out.putHash(page.hash(), Hash.BYTES);
            stream = page.stream();
            next = page.number() + 1;
        }
        if (!absorbed.links().isEmpty()) {
            putLinks(out, absorbed.links());
            out.putVarint(absorbed.sameState());
        }
        return out.toBytes();
    }

    private static void putLinks(VarintWriter out, List<ImageLink> links) {
        out.putVarint(links.size());
        for (ImageLink link : links) {
            out.putId(link.imageId());
            out.putHash(link.rootHash(), Hash.BYTES);
            out.putText(link.name());
        }
    }

    private static List<ImageLink> links(VarintReader in, int plainBytes) throws MalformedDataException {
        int count = in.getInt(Math.min(MAX_IMAGES, plainBytes / LINK_BYTES));
        List<ImageLink> links = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            links.add(new ImageLink(in.getId(), in.getHash(Hash.BYTES), in.getText(ImageLink.MAX_NAME_BYTES)));
        }
        return links;
    }

    private static AbsorbedImages absorbed(VarintReader in, int plainBytes) throws MalformedDataException {
        List<ImageLink> links = links(in, plainBytes);
        int sameState = in.isAtEnd() ? 1 : in.getInt(links.size());
        if (sameState == 0 || links.isEmpty()) {
            throw in.malformed("at least one absorbed image", sameState + " of " + links.size());
        }
        return new AbsorbedImages(links, sameState);
    }

    /**
     * Decodes a directory.
     *
     * @param what names it in errors
     * @param fileBytes no record of this image begins at or behind this offset
     */
    public static PageDirectory decode(String what, byte[] plain, long fileBytes) throws MalformedDataException {
        VarintReader in = new VarintReader(what, plain);
        List<ImageLink> images = links(in, plain.length);
        // An entry takes at least 40 bytes, so the count is bounded by what is there.
        int count = in.getInt(plain.length / 40);
        List<PageReference> pages = new ArrayList<>(count);
        int stream = 0;
        long next = 0;
        for (int i = 0; i < count; i++) {
            int before = stream;
            stream += in.getInt(MAX_STREAM - stream);
            next = stream == before ? next : 0;
            long number = next + in.getVarint(MAX_PAGE_NUMBER - next);
            int image = in.getInt(images.size());
            in.getVarint(0);
            long limit = image == 0 ? fileBytes : PageCodec.MAX_FILE_BYTES;
            long offset = in.getVarint((limit - 1) / BlockEntry.RECORD_ALIGNMENT) * BlockEntry.RECORD_ALIGNMENT;
            int stored = in.getInt(PageCodec.MAX_BYTES);
            int plainBytes = in.getInt(PageCodec.MAX_BYTES);
            int blocks = in.getInt(IndexPage.BLOCKS);
            if (blocks == 0 || stored == 0 || offset > limit - BlockEntry.recordBytes(stored)) {
                throw in.malformed("a page inside the file", "page " + number + " at offset " + offset);
            }
            pages.add(new PageReference(
                    stream, number, offset, stored, plainBytes, blocks, in.getHash(Hash.BYTES), image));
            next = number + 1;
        }
        AbsorbedImages absorbed = in.isAtEnd() ? AbsorbedImages.NONE : absorbed(in, plain.length);
        in.end();
        return new PageDirectory(images, absorbed, pages);
    }
}
