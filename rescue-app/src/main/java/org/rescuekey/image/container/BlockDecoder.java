package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;
import org.rescuekey.codec.ZstdDecompressor;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
import org.rescuekey.image.index.Encoding;
import org.rescuekey.units.Extent;

/**
 * Turns records back into plain blocks, and lets nothing through that is not what was captured: the record's header
 * against the index, the body against its checksum and its seal, the plain bytes against their hash.
 *
 * <p>Thread rule: confined to one thread.
 */
public final class BlockDecoder implements AutoCloseable {
    private final Origin origin;
    /** Missing if the image's key is not open: records can be checked then, but not decoded. */
    private final @Nullable BlockHasher hasher;

    private final RecordOpener opener;
    /** Of an encrypted block: its body as it was before it was sealed. */
    private final ByteBuffer opened;

    private final ZstdDecompressor decompressor = new ZstdDecompressor();

    /**
     * What the records are of.
     *
     * @param fileOf the name of the file that holds a block
     * @param tag what the records of an image's file are marked with
     * @param onDisk where a block lies on the disk
     */
    record Origin(
            ImageHeader header,
            ImageKeys keys,
            boolean isLocked,
            Function<BlockEntry, String> fileOf,
            IntToLongFunction tag,
            Function<BlockEntry, Extent> onDisk) {}

    public BlockDecoder(ImageReader reader) {
        this(new Origin(
                reader.header(), reader.keys(), reader.isLocked(), reader::fileOf, reader::tag, reader::onDisk));
    }

    BlockDecoder(Origin origin) {
        this.origin = origin;
        hasher = origin.isLocked() ? null : BlockHasher.of(origin.header(), origin.keys());
        opener = RecordOpener.ofRecords(origin.keys(), origin.header().setId());
        opened = ByteBuffer.allocateDirect(
                origin.header().isEncrypted() ? origin.header().blockSize().bytes() : 0);
    }

    /**
     * Decodes a block.
     *
     * @param entry the block; one without a body is decoded to zeros, and its record is checked like any other
     * @param stored a direct buffer whose position is where the block's record begins, see {@link ImageReader#readStored}
     * @param plain a direct buffer that is cleared and then holds the block from 0 to its limit
     * @throws IntegrityException naming image, stream, block and extent of the disk; what plain holds then is undefined
     */
    public void decode(BlockEntry entry, ByteBuffer stored, ByteBuffer plain) throws RescueException {
        plain.clear().limit(entry.plainBytes());
        RecordHeader header = checkRecord(entry, stored);
        ByteBuffer body = stored.slice(stored.position() + RecordHeader.BYTES, entry.storedBytes());
        if (origin.header().isEncrypted()) {
            body = open(entry, header, body);
        }
        if (entry.kind() == BlockKind.DATA) {
            decodeBody(entry, body, plain);
        } else {
            fillZero(plain);
        }
        plain.flip();
    }

    private ByteBuffer open(BlockEntry entry, RecordHeader header, ByteBuffer sealed) throws IntegrityException {
        try {
            ByteBuffer body = opener.open("its record", header, sealed);
            return opened.clear().put(body).flip();
        } catch (IntegrityException e) {
            throw damaged(entry, String.valueOf(e.getMessage()));
        }
    }

    /** Decodes a block without a body, for which nothing needs to be read. */
    public void decodeBodyless(BlockEntry entry, ByteBuffer plain) {
        if (entry.kind() == BlockKind.DATA) {
            throw new IllegalArgumentException("block " + entry.block() + " has a body");
        }
        plain.clear().limit(entry.plainBytes());
        fillZero(plain);
        plain.flip();
    }

    /**
     * Checks a block's record without decoding it: header against index, body against checksum. Needs no key.
     *
     * @return its header
     */
    RecordHeader checkRecord(BlockEntry entry, ByteBuffer stored) throws IntegrityException {
        if (stored.remaining() < entry.recordBytes()) {
            throw new IllegalArgumentException(
                    "a record of " + entry.recordBytes() + " bytes in " + stored.remaining());
        }
        RecordHeader header;
        try {
            header = RecordHeader.decode(
                    origin.fileOf().apply(entry),
                    entry.offsetBytes(),
                    stored.duplicate(),
                    origin.tag().applyAsLong(entry.image()));
        } catch (MalformedDataException e) {
            throw damaged(entry, "its record's header is not valid: " + e.getMessage());
        }
        boolean isTheOne = header.run() > 0
                && header.seal().fits(origin.header().isEncrypted())
                && header.stream() == entry.stream()
                && entry.block() >= header.block()
                && entry.block() - header.block() < header.run()
                && header.equals(expected(entry, header));
        if (!isTheOne) {
            throw damaged(entry, "another record stands in its place");
        }
        int bodyAt = stored.position() + RecordHeader.BYTES;
        if (RecordHeader.crc(stored.slice(bodyAt, entry.storedBytes())) != header.bodyCrc()) {
            throw damaged(entry, "its stored bytes do not match their checksum");
        }
        for (int at = bodyAt + entry.storedBytes(); at < stored.position() + entry.recordBytes(); at++) {
            if (stored.get(at) != 0) {
                throw damaged(entry, "the padding behind its stored bytes is not zero");
            }
        }
        return header;
    }

    /** What the header must say, apart from the run and the checksum, which only it knows. */
    private static RecordHeader expected(BlockEntry entry, RecordHeader header) {
        RecordHeader own = RecordHeader.of(entry, header.run(), header.bodyCrc());
        return new RecordHeader(
                own.kindCode(),
                own.encodingCode(),
                0,
                own.stream(),
                header.block(),
                header.run(),
                own.plainBytes(),
                own.storedBytes(),
                own.usedMask(),
                own.unreadableMask(),
                header.seal(),
                own.hash(),
                header.bodyCrc());
    }

    private void decodeBody(BlockEntry entry, ByteBuffer body, ByteBuffer plain) throws IntegrityException {
        BlockHasher present = hasher;
        if (present == null) {
            throw new IllegalStateException(origin.fileOf().apply(entry) + " is locked");
        }
        if (entry.encoding() == Encoding.STORED) {
            plain.put(body);
        } else {
            try {
                decompressor.decompress(body, plain, "block", entry.offsetBytes());
            } catch (MalformedDataException e) {
                throw damaged(entry, "it does not decompress: " + e.getMessage());
            }
        }
        if (!present.hash(entry.block(), plain.duplicate().flip()).equals(entry.hash())) {
            throw damaged(entry, "its bytes do not match their hash");
        }
    }

    private static void fillZero(ByteBuffer plain) {
        while (plain.remaining() >= Long.BYTES) {
            plain.putLong(0);
        }
        while (plain.hasRemaining()) {
            plain.put((byte) 0);
        }
    }

    private IntegrityException damaged(BlockEntry entry, String why) {
        return new IntegrityException("Block " + entry.block() + " of stream " + entry.stream() + " in "
                + origin.fileOf().apply(entry) + " (bytes " + origin.onDisk().apply(entry)
                + " of the disk) is damaged: " + why);
    }

    @Override
    public void close() {
        decompressor.close();
    }
}
