package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.image.EndState;
import org.rescuekey.image.Hash;
import org.rescuekey.image.Totals;

/**
 * The last 4,096 bytes of a finished image: the commit. Little-endian; what is not listed is zero.
 *
 * <pre>
 *    0   8  magic 89 "RKEND" 0D 0A
 *    8   8  generation, 1
 *   16   8  offset of the INDEX_ROOT record
 *   24   8  offset of the first DESCRIPTION record   32  8  offset of its copy
 *   40  32  root hash = SHA-256("Rescue Key root" 00, SHA-256 of the header, of the description, of the directory)
 *   72   1  end state (1 complete, 2 complete with unreadable sectors, 3 incomplete, recovered)
 *   80   8  length of the file, footer included
 *   88  48  totals: DATA, ZERO, UNREADABLE blocks; captured, unreadable, stored bytes
 *  136  32  HMAC-SHA256 of the 136 bytes before under the set's image key; zero if the image is not encrypted, or if
 *          who wrote the index had no key
 * 2016  32  SHA-256 of the 2,016 bytes before
 * 2048 2048 copy of the header
 * </pre>
 */
record Footer(
        long generation,
        long rootOffsetBytes,
        long descriptionOffsetBytes,
        long descriptionCopyOffsetBytes,
        Hash rootHash,
        EndState state,
        long fileBytes,
        Totals totals,
        Hash mac) {
    static final int BYTES = 4096;
    static final int HEADER_COPY_AT = BYTES - HeaderCodec.BYTES;
    static final long MAGIC = 0x0A0D_444E_454B_5289L;

    private static final int HASH_AT = HEADER_COPY_AT - Hash.BYTES;
    private static final int MAC_AT = 136;
    private static final byte[] ROOT_DOMAIN = {
        'R', 'e', 's', 'c', 'u', 'e', ' ', 'K', 'e', 'y', ' ', 'r', 'o', 'o', 't', 0
    };

    /** The hash over everything in an image. */
    static Hash rootHash(byte[] header, Hash description, Hash directory) {
        return Sha256.of(
                ROOT_DOMAIN, HeaderCodec.identity(header).toBytes(), description.toBytes(), directory.toBytes());
    }

    Footer withMac(Hash newMac) {
        return new Footer(
                generation,
                rootOffsetBytes,
                descriptionOffsetBytes,
                descriptionCopyOffsetBytes,
                rootHash,
                state,
                fileBytes,
                totals,
                newMac);
    }

    byte[] encode(byte[] header) {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.put(authenticated());
        mac.write(out, Hash.BYTES);
        out.position(HASH_AT);
        Sha256.of(Arrays.copyOf(out.array(), HASH_AT)).write(out, Hash.BYTES);
        out.put(header);
        return out.array();
    }

    /** What the MAC is over: everything that the footer says. */
    byte[] authenticated() {
        ByteBuffer out = ByteBuffer.allocate(MAC_AT).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(MAGIC).putLong(generation).putLong(rootOffsetBytes);
        out.putLong(descriptionOffsetBytes).putLong(descriptionCopyOffsetBytes);
        rootHash.write(out, Hash.BYTES);
        out.putLong(state.code()).putLong(fileBytes);
        out.putLong(totals.dataBlocks()).putLong(totals.zeroBlocks()).putLong(totals.unreadableBlocks());
        out.putLong(totals.capturedBytes()).putLong(totals.unreadableBytes()).putLong(totals.storedBytes());
        return out.array();
    }

    /** Decodes the last bytes of a file. The copy of the header is not looked at. */
    static Footer decode(String name, long offsetBytes, byte[] bytes) throws MalformedDataException {
        Fields in = new Fields("footer of " + name, offsetBytes, bytes);
        in.expect(0, MAGIC, in.u64(0), "magic");
        Hash expected = in.hash(HASH_AT);
        Hash actual = Sha256.of(Arrays.copyOf(bytes, HASH_AT));
        if (!expected.equals(actual)) {
            throw in.malformed(HASH_AT, "SHA-256 " + expected, actual.toString());
        }
        in.zero(73, 80);
        in.zero(MAC_AT + Hash.BYTES, HASH_AT);
        long fileBytes = in.u64(80);
        in.expect(80, offsetBytes + BYTES, fileBytes, "a file length of");
        long last = offsetBytes - RecordHeader.BYTES;
        return new Footer(
                in.count(8, Long.MAX_VALUE),
                in.count(16, last),
                in.count(24, last),
                in.count(32, last),
                in.hash(40),
                state(in),
                fileBytes,
                totals(in),
                in.hash(MAC_AT));
    }

    private static EndState state(Fields in) throws MalformedDataException {
        int code = in.u8(72);
        return stateOf(code).orElseThrow(() -> in.malformed(72, "an end state", Integer.toString(code)));
    }

    static java.util.Optional<EndState> stateOf(int code) {
        return Arrays.stream(EndState.values())
                .filter(state -> state.code() == code)
                .findFirst();
    }

    private static Totals totals(Fields in) throws MalformedDataException {
        long[] values = new long[6];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.count(88 + 8 * i, Long.MAX_VALUE >> 2);
        }
        in.check(128, values[4] <= values[3], "at most the captured bytes", Long.toString(values[4]));
        return new Totals(values[0], values[1], values[2], values[3], values[4], values[5]);
    }
}
