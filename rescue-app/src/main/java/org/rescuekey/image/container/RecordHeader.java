package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.image.Hash;
import org.rescuekey.image.index.BlockEntry;

/**
 * The 128 bytes that begin every record. Little-endian; what is not listed is zero.
 *
 * <pre>
 * record = header[128] body[stored] zero[up to the next multiple of 16]
 *
 *    0  8  magic 89 "RKREC" 0D 0A
 *    8  8  image tag: the first 8 bytes of the image id
 *   16  1  kind (1 DATA, 2 ZERO, 3 UNREADABLE, 16 DESCRIPTION, 17 INDEX_PAGE, 18 INDEX_ROOT, 19 CHECKPOINT,
 *         20 PART_BEGIN, 21 PART_END)
 *   17  1  encoding of the body (0 none, 1 stored, 2 zstd)
 *   18  2  INDEX_ROOT: the end state; otherwise zero
 *   20  4  stream
 *   24  8  block; INDEX_PAGE: the number of its first block; PART_BEGIN, PART_END: the number of the part
 *   32  4  run: how many blocks from there a ZERO or UNREADABLE record stands for, all of them whole and with the
 *          same masks; 1 in DATA; otherwise zero
 *   36  4  plain length of the block or body
 *   40  4  stored length of the body
 *   44  4  zero
 *   48  8  used mask                                 56  8  unreadable mask
 *   64  8  nonce; zero without a cipher              72 16  session id; zero without a cipher
 *   88 32  hash of the plain bytes: DATA by the image's algorithm (16 bytes leave 16 zero), ZERO and UNREADABLE none,
 *          all others SHA-256; keyed in an encrypted image, but for the index
 *  120  4  CRC-32C of the stored body
 *  124  4  CRC-32C of the 124 bytes before
 * </pre>
 *
 * <p>Bytes 16 to 119 belong to the content and are authenticated with it where it is encrypted; tag and checksums belong to the place,
 * so that a consolidation can copy a record into another image without the key. The tag keeps a forward scan from taking
 * an image that lies inside a captured disk, or an older file's leftovers, for records of this image.
 */
record RecordHeader(
        int kindCode,
        int encodingCode,
        int state,
        int stream,
        long block,
        int run,
        int plainBytes,
        int storedBytes,
        long usedMask,
        long unreadableMask,
        RecordSeal seal,
        Hash hash,
        int bodyCrc) {
    static final int BYTES = BlockEntry.RECORD_HEADER_BYTES;
    static final long MAGIC = 0x0A0D_4345_524B_5289L;

    /** No body of any kind is longer. */
    static final int MAX_STORED_BYTES = 64 << 20;

    private static final int CRC_AT = BYTES - Integer.BYTES;
    private static final int CONTENT_AT = 16;
    private static final int CONTENT_END = 120;

    /** A record about no block: the description or a part of the index. */
    static RecordHeader meta(
            RecordKind kind,
            int encodingCode,
            int state,
            int stream,
            long block,
            int plain,
            int stored,
            Hash hash,
            int bodyCrc) {
        return new RecordHeader(
                kind.code(),
                encodingCode,
                state,
                stream,
                block,
                0,
                plain,
                stored,
                0,
                0,
                RecordSeal.NONE,
                hash,
                bodyCrc);
    }

    /** The header of a block's own record. */
    static RecordHeader of(BlockEntry entry, int run, int bodyCrc) {
        return new RecordHeader(
                entry.kind().code(),
                entry.encoding().code(),
                0,
                entry.stream(),
                entry.block(),
                run,
                entry.plainBytes(),
                entry.storedBytes(),
                entry.usedMask(),
                entry.unreadableMask(),
                RecordSeal.NONE,
                entry.hash(),
                bodyCrc);
    }

    RecordHeader withSeal(RecordSeal newSeal) {
        return new RecordHeader(
                kindCode,
                encodingCode,
                state,
                stream,
                block,
                run,
                plainBytes,
                storedBytes,
                usedMask,
                unreadableMask,
                newSeal,
                hash,
                bodyCrc);
    }

    RecordHeader withStoredBytes(int newStoredBytes) {
        return new RecordHeader(
                kindCode,
                encodingCode,
                state,
                stream,
                block,
                run,
                plainBytes,
                newStoredBytes,
                usedMask,
                unreadableMask,
                seal,
                hash,
                bodyCrc);
    }

    RecordHeader withBodyCrc(int newBodyCrc) {
        return new RecordHeader(
                kindCode,
                encodingCode,
                state,
                stream,
                block,
                run,
                plainBytes,
                storedBytes,
                usedMask,
                unreadableMask,
                seal,
                hash,
                newBodyCrc);
    }

    /** What is authenticated with a sealed body: the set, and of the header what belongs to the content. */
    byte[] content(UUID setId) {
        ByteBuffer header = ByteBuffer.allocate(BYTES);
        encode(header, 0);
        ByteBuffer content = ByteBuffer.allocate(2 * Long.BYTES + CONTENT_END - CONTENT_AT);
        content.putLong(setId.getMostSignificantBits()).putLong(setId.getLeastSignificantBits());
        content.put(header.position(CONTENT_AT).limit(CONTENT_END));
        return content.array();
    }

    /** Where the next record may begin, counted from the beginning of this one. */
    long recordBytes() {
        return BlockEntry.recordBytes(storedBytes);
    }

    /** Writes the header at the buffer's position. */
    void encode(ByteBuffer target, long imageTag) {
        ByteOrder order = target.order();
        int start = target.position();
        target.order(ByteOrder.LITTLE_ENDIAN);
        target.putLong(MAGIC).putLong(imageTag);
        target.put((byte) kindCode).put((byte) encodingCode).putShort((short) state);
        target.putInt(stream)
                .putLong(block)
                .putInt(run)
                .putInt(plainBytes)
                .putInt(storedBytes)
                .putInt(0);
        target.putLong(usedMask).putLong(unreadableMask);
        target.putLong(seal.nonce()).put(seal.session().toBytes());
        hash.write(target, Hash.BYTES);
        target.putInt(bodyCrc);
        target.putInt(crc(target.duplicate().position(start).limit(start + CRC_AT)));
        target.order(order);
    }

    /**
     * Decodes the header at the buffer's position, which moves behind it.
     *
     * @param what names the image in errors
     * @param offsetBytes where the record begins in the file
     */
    static RecordHeader decode(String what, long offsetBytes, ByteBuffer source, long imageTag)
            throws MalformedDataException {
        byte[] bytes = new byte[BYTES];
        source.get(bytes);
        Fields in = new Fields("record of " + what, offsetBytes, bytes);
        in.expect(0, MAGIC, in.u64(0), "magic");
        in.expect(CRC_AT, Integer.toUnsignedLong(crc(ByteBuffer.wrap(bytes, 0, CRC_AT))), in.u32(CRC_AT), "CRC");
        in.expect(8, imageTag, in.u64(8), "image tag");
        in.zero(44, 48);
        long stream = in.u32(20);
        in.check(20, stream <= 0xFFFF, "a stream of at most 65535", Long.toString(stream));
        long run = in.u32(32);
        in.check(32, run <= Integer.MAX_VALUE, "a run of blocks", Long.toString(run));
        return new RecordHeader(
                in.u8(16),
                in.u8(17),
                in.u16(18),
                (int) stream,
                in.count(24, Long.MAX_VALUE >> 16),
                (int) run,
                in.length(36, MAX_STORED_BYTES),
                in.length(40, MAX_STORED_BYTES),
                in.u64(48),
                in.u64(56),
                new RecordSeal(in.u64(64), in.session(72)),
                in.hash(88),
                (int) in.u32(120));
    }

    /** Makes a whole record one of another image: the buffer's position is its beginning, and stays. */
    static void moveTo(ByteBuffer record, long imageTag) {
        int start = record.position();
        ByteBuffer header = record.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(start + Long.BYTES, imageTag);
        header.putInt(start + CRC_AT, crc(record.duplicate().limit(start + CRC_AT)));
    }

    /** CRC-32C of the buffer's remaining bytes, which are consumed. */
    static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
