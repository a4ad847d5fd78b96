package org.rescuekey.image.index;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.Hash;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageHeader;

/**
 * Index pages to plain bytes and back. The columns stand one after the other, so that runs of like blocks shrink to
 * nothing under zstd. With {@code v} an unsigned LEB128 number and {@code z} a zigzag-signed one:
 *
 * <pre>
 * page    = count:v class[count] gap[count]:v place-columns
 * class   = byte: bits 0-1 kind (1 DATA, 2 ZERO, 3 UNREADABLE), bits 2-3 encoding (0 none, 1 stored, 2 zstd),
 *           bit 4 used mask is full, bit 5 unreadable mask is empty, bit 6 in the same record as the block before,
 *           bit 7 shorter than the block size
 * gap     = block number - (number before + 1), the first from the page's first number
 * then, each only for the blocks whose class asks for it, column by column:
 *   length:v            (bit 7)       plain length
 *   used:u64            (not bit 4)
 *   unreadable:u64      (not bit 5)
 *   image:v             (not bit 6)   number in the image table of the index root; 0 = this image
 *   zero:v              (not bit 6)   reserved
 *   stored:v            (DATA)        length of the record's body (that of ZERO and UNREADABLE is the seal alone)
 *   offset:z            (not bit 6)   offset / 16 of the record - end / 16 of the record before, the first from 0
 *   hash[16 or 32]      (DATA)
 * </pre>
 *
 * <p>Thread rule: immutable.
 */
public final class PageCodec {
    /** No page is longer, plain or stored. */
    public static final int MAX_BYTES = 1 << 20;

    /** No image is longer. */
    static final long MAX_FILE_BYTES = 1L << 60;

    private static final int USED_FULL = 1 << 4;
    private static final int ALL_READABLE = 1 << 5;
    private static final int SAME_RECORD = 1 << 6;
    private static final int SHORT = 1 << 7;

    private final BlockSize blockSize;
    private final int hashBytes;
    private final int sealBytes;

    /** @param sealBytes what sealing adds to each body; 0 in an image that is not encrypted */
    public PageCodec(BlockSize blockSize, HashAlgorithm algorithm, int sealBytes) {
        this.blockSize = blockSize;
        this.hashBytes = algorithm.lengthBytes();
        this.sealBytes = sealBytes;
    }

    /** The codec for the pages of an image. */
    public static PageCodec of(ImageHeader header) {
        return new PageCodec(header.blockSize(), header.hashAlgorithm(), header.sealBytes());
    }

    /** The page's plain bytes. */
    public byte[] encode(IndexPage page) {
        VarintWriter out = new VarintWriter();
        List<BlockEntry> entries = page.entries();
        int[] classes = classes(entries);
        out.putVarint(entries.size());
        for (int each : classes) {
            out.putByte(each);
        }
        long next = page.firstBlock();
        for (BlockEntry entry : entries) {
            out.putVarint(entry.block() - next);
            next = entry.block() + 1;
        }
        for (int i = 0; i < classes.length; i++) {
            if ((classes[i] & SHORT) != 0) {
                out.putVarint(entries.get(i).plainBytes());
            }
        }
        for (int i = 0; i < classes.length; i++) {
            if ((classes[i] & USED_FULL) == 0) {
                out.putLong(entries.get(i).usedMask());
            }
        }
        for (int i = 0; i < classes.length; i++) {
            if ((classes[i] & ALL_READABLE) == 0) {
                out.putLong(entries.get(i).unreadableMask());
            }
        }
        encodePlaces(out, entries, classes);
        return out.toBytes();
    }

    private void encodePlaces(VarintWriter out, List<BlockEntry> entries, int[] classes) {
        for (int i = 0; i < classes.length; i++) {
            if ((classes[i] & SAME_RECORD) == 0) {
                out.putVarint(entries.get(i).image());
            }
        }
        for (int each : classes) {
            if ((each & SAME_RECORD) == 0) {
                out.putVarint(0);
            }
        }
        for (BlockEntry entry : entries) {
            if (entry.kind() == BlockKind.DATA) {
                out.putVarint(entry.storedBytes());
            }
        }
        long end = 0;
        for (int i = 0; i < classes.length; i++) {
            BlockEntry entry = entries.get(i);
            if ((classes[i] & SAME_RECORD) == 0) {
                out.putSigned((entry.offsetBytes() - end) / BlockEntry.RECORD_ALIGNMENT);
            }
            end = entry.endBytes();
        }
        for (BlockEntry entry : entries) {
            if (entry.kind() == BlockKind.DATA) {
                out.putHash(entry.hash(), hashBytes);
            }
        }
    }

    private int[] classes(List<BlockEntry> entries) {
        int[] classes = new int[entries.size()];
        long lastOffset = -1;
        int lastImage = -1;
        for (int i = 0; i < classes.length; i++) {
            BlockEntry entry = entries.get(i);
            int bits = entry.kind().code() | (entry.encoding().code() << 2);
            bits |= entry.usedMask() == blockSize.fullMask(entry.plainBytes()) ? USED_FULL : 0;
            bits |= entry.unreadableMask() == 0 ? ALL_READABLE : 0;
            bits |= entry.offsetBytes() == lastOffset && entry.image() == lastImage ? SAME_RECORD : 0;
            bits |= entry.plainBytes() != blockSize.bytes() ? SHORT : 0;
            classes[i] = bits;
            lastOffset = entry.offsetBytes();
            lastImage = entry.image();
        }
        return classes;
    }

    /**
     * Decodes a page.
     *
     * @param what names the page in errors
     * @param fileBytes no record of this image begins at or behind this offset
     * @param images the length of the image table: no block lies in an image with a higher number
     */
    public IndexPage decode(String what, int stream, long number, byte[] plain, long fileBytes, int images)
            throws MalformedDataException {
        VarintReader in = new VarintReader(what, plain);
        int count = in.getInt(IndexPage.BLOCKS);
        if (count == 0) {
            throw in.malformed("at least one block", "none");
        }
        Columns columns = new Columns(count);
        columns.readClasses(in);
        columns.readNumbers(in, number * IndexPage.BLOCKS);
        columns.readMasks(in);
        columns.readPlaces(in, fileBytes, images);
        List<BlockEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Hash hash = columns.kinds[i] == BlockKind.DATA ? in.getHash(hashBytes) : Hash.NONE;
            entries.add(columns.entry(stream, i, hash));
        }
        in.end();
        return new IndexPage(stream, number, entries);
    }

    /** The columns of a page while it is decoded. */
    private final class Columns {
        private final int count;
        private final int[] classes;
        private final BlockKind[] kinds;
        private final Encoding[] encodings;
        private final long[] blocks;
        private final int[] plain;
        private final int[] stored;
        private final long[] used;
        private final long[] unreadable;
        private final long[] offsets;
        private final int[] images;

        Columns(int count) {
            this.count = count;
            classes = new int[count];
            kinds = new BlockKind[count];
            encodings = new Encoding[count];
            blocks = new long[count];
            plain = new int[count];
            stored = new int[count];
            used = new long[count];
            unreadable = new long[count];
            offsets = new long[count];
            images = new int[count];
        }

        void readClasses(VarintReader in) throws MalformedDataException {
            for (int i = 0; i < count; i++) {
                int bits = in.getByte();
                classes[i] = bits;
                kinds[i] = switch (bits & 3) {
                    case 1 -> BlockKind.DATA;
                    case 2 -> BlockKind.ZERO;
                    case 3 -> BlockKind.UNREADABLE;
                    default -> throw in.malformed("a block kind of 1 to 3", "0");
                };
                encodings[i] = switch ((bits >> 2) & 3) {
                    case 0 -> Encoding.NONE;
                    case 1 -> Encoding.STORED;
                    case 2 -> Encoding.ZSTD;
                    default -> throw in.malformed("an encoding of 0 to 2", "3");
                };
                boolean hasBody = kinds[i] == BlockKind.DATA;
                if (hasBody == (encodings[i] == Encoding.NONE)) {
                    throw in.malformed("a body for DATA and no other", kinds[i] + " with " + encodings[i]);
                }
                boolean sharesRecord = (bits & SAME_RECORD) != 0;
                if (sharesRecord && (hasBody || i == 0 || kinds[i] != kinds[i - 1])) {
                    throw in.malformed("a record shared by like blocks without a body", "another one");
                }
            }
        }

        void readNumbers(VarintReader in, long firstBlock) throws MalformedDataException {
            long next = firstBlock;
            long last = firstBlock + IndexPage.BLOCKS - 1;
            for (int i = 0; i < count; i++) {
                if (next > last) {
                    throw in.malformed("blocks of this page", "block " + next);
                }
                blocks[i] = next + in.getVarint(last - next);
                next = blocks[i] + 1;
            }
            for (int i = 0; i < count; i++) {
                plain[i] = (classes[i] & SHORT) == 0 ? blockSize.bytes() : in.getInt(blockSize.bytes() - 1);
                if (plain[i] == 0) {
                    throw in.malformed("a block of at least one byte", "an empty one");
                }
            }
        }

        void readMasks(VarintReader in) throws MalformedDataException {
            for (int i = 0; i < count; i++) {
                long full = blockSize.fullMask(plain[i]);
                used[i] = (classes[i] & USED_FULL) == 0 ? in.getLong() : full;
                if (used[i] == 0 || (used[i] & ~full) != 0) {
                    throw in.malformed("a used mask inside the block", Long.toHexString(used[i]));
                }
            }
            for (int i = 0; i < count; i++) {
                unreadable[i] = (classes[i] & ALL_READABLE) == 0 ? in.getLong() : 0;
                boolean isAll = unreadable[i] == used[i];
                if ((unreadable[i] & ~used[i]) != 0 || (kinds[i] == BlockKind.UNREADABLE && !isAll)) {
                    throw in.malformed("an unreadable mask that fits", Long.toHexString(unreadable[i]));
                }
            }
        }

        void readPlaces(VarintReader in, long fileBytes, int lastImage) throws MalformedDataException {
            for (int i = 0; i < count; i++) {
                images[i] = (classes[i] & SAME_RECORD) == 0 ? in.getInt(lastImage) : images[i - 1];
            }
            for (int i = 0; i < count; i++) {
                if ((classes[i] & SAME_RECORD) == 0) {
                    in.getVarint(0);
                }
            }
            for (int i = 0; i < count; i++) {
                stored[i] = kinds[i] == BlockKind.DATA ? in.getInt(plain[i] + sealBytes) : sealBytes;
                boolean fits =
                        switch (encodings[i]) {
                            case NONE -> true;
                            case STORED -> stored[i] == plain[i] + sealBytes;
                            case ZSTD -> stored[i] > sealBytes && stored[i] < plain[i] + sealBytes;
                        };
                if (!fits) {
                    throw in.malformed("a body that fits a block of " + plain[i] + " bytes", stored[i] + " bytes");
                }
            }
            long alignment = BlockEntry.RECORD_ALIGNMENT;
            long end = 0;
            for (int i = 0; i < count; i++) {
                // How long another image is, is checked where it is open.
                long limit = images[i] == 0 ? fileBytes : MAX_FILE_BYTES;
                if ((classes[i] & SAME_RECORD) == 0) {
                    offsets[i] = in.getSignedFrom(end / alignment, (limit - 1) / alignment) * alignment;
                } else {
                    offsets[i] = offsets[i - 1];
                }
                end = offsets[i] + BlockEntry.recordBytes(stored[i]);
                if (end > limit) {
                    throw in.malformed("a record inside " + limit + " bytes", "its end at " + end);
                }
            }
        }

        BlockEntry entry(int stream, int i, Hash hash) {
            return new BlockEntry(
                    stream,
                    blocks[i],
                    kinds[i],
                    encodings[i],
                    plain[i],
                    stored[i],
                    used[i],
                    unreadable[i],
                    offsets[i],
                    hash,
                    images[i]);
        }
    }
}
