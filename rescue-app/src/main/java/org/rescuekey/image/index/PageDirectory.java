package org.rescuekey.image.index;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.image.Hash;

/**
 * All pages of an image by ascending stream and number: the index root. Immutable.
 *
 * <pre>
 * directory = images:v image-entry[images] pages:v page-entry[pages]
 * image-entry = image-id[16] root-hash[32]      the images, from number 1, that pages and blocks refer to; 0 = this one
 * page-entry  = stream:v number:v image:v part:v offset/16:v stored:v plain:v blocks:v hash[32]
 *               stream as the difference to the entry before; number likewise minus 1 within a stream
 * </pre>
 *
 * <p>The directory is complete: a child image will list its parents' unchanged pages by their image number, so that
 * opening a chain does not replay it.
 */
public final class PageDirectory {
    /** No directory is longer, plain or stored: enough for 700 TiB in blocks of 256 KiB. */
    public static final int MAX_BYTES = 32 << 20;

    private static final int MAX_STREAM = 1 << 16;
    /** Streams are at most 2^63 bytes long and blocks at least 64 KiB. */
    private static final long MAX_PAGE_NUMBER = (1L << (63 - 16)) / IndexPage.BLOCKS;

    private final List<PageReference> pages;

    public PageDirectory(List<PageReference> pages) {
        this.pages = List.copyOf(pages);
        for (int i = 1; i < this.pages.size(); i++) {
            if (!this.pages.get(i).isBehind(this.pages.get(i - 1))) {
                throw new IllegalArgumentException("pages out of order");
            }
        }
    }

    public List<PageReference> pages() {
        return pages;
    }

    /** The pages of one stream. */
    public List<PageReference> pagesOf(int stream) {
        int from = firstNotBefore(stream, 0);
        return pages.subList(from, firstNotBefore(stream + 1, 0));
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
        out.putVarint(0);
        out.putVarint(pages.size());
        int stream = 0;
        long next = 0;
        for (PageReference page : pages) {
            next = page.stream() == stream ? next : 0;
            out.putVarint(page.stream() - stream);
            out.putVarint(page.number() - next);
            out.putVarint(0);
            out.putVarint(0);
            out.putVarint(page.offsetBytes() / BlockEntry.RECORD_ALIGNMENT);
            out.putVarint(page.storedBytes());
            out.putVarint(page.plainBytes());
            out.putVarint(page.blocks());
            out.putHash(page.hash(), Hash.BYTES);
            stream = page.stream();
            next = page.number() + 1;
        }
        return out.toBytes();
    }

    /**
     * Decodes a directory.
     *
     * @param what names it in errors
     * @param fileBytes no record begins at or behind this offset
     */
    public static PageDirectory decode(String what, byte[] plain, long fileBytes) throws MalformedDataException {
        VarintReader in = new VarintReader(what, plain);
        in.getVarint(0);
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
            in.getVarint(0);
            in.getVarint(0);
            long offset = in.getVarint((fileBytes - 1) / BlockEntry.RECORD_ALIGNMENT) * BlockEntry.RECORD_ALIGNMENT;
            int stored = in.getInt(PageCodec.MAX_BYTES);
            int plainBytes = in.getInt(PageCodec.MAX_BYTES);
            int blocks = in.getInt(IndexPage.BLOCKS);
            if (blocks == 0 || stored == 0 || offset > fileBytes - BlockEntry.recordBytes(stored)) {
                throw in.malformed("a page inside the file", "page " + number + " at offset " + offset);
            }
            pages.add(new PageReference(stream, number, offset, stored, plainBytes, blocks, in.getHash(Hash.BYTES)));
            next = number + 1;
        }
        in.end();
        return new PageDirectory(pages);
    }
}
