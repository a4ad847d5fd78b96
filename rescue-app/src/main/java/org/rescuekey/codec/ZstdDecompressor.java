package org.rescuekey.codec;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import org.rescuekey.error.MalformedDataException;

/**
 * Decompresses zstd frames into buffers whose length is known beforehand: never a byte more, and exactly as many or an
 * error. Hostile frames are data: they end in {@link MalformedDataException}.
 *
 * <p>Thread rule: confined to one thread at a time.
 */
public final class ZstdDecompressor implements AutoCloseable {
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();

    /**
     * Fills the target's remaining bytes from the stored buffer's remaining bytes. Both are direct. The stored buffer is
     * left as it was; the target's position moves to its limit.
     *
     * @param what names the frame in the error
     * @param offsetBytes where the frame stands in its file, for the error
     */
    public void decompress(ByteBuffer stored, ByteBuffer target, String what, long offsetBytes)
            throws MalformedDataException {
        int expected = target.remaining();
        int length;
        try {
            length = context.decompressDirectByteBuffer(
                    target, target.position(), expected, stored, stored.position(), stored.remaining());
        } catch (ZstdException e) {
            throw malformed(what, offsetBytes, expected, String.valueOf(e.getMessage()));
        }
        if (length != expected) {
            throw malformed(what, offsetBytes, expected, length + " bytes");
        }
        target.position(target.limit());
    }

    /** Decompresses a small array into a new one of exactly that length, which the caller has checked against a limit. */
    public byte[] decompress(byte[] stored, int plainLength, String what, long offsetBytes)
            throws MalformedDataException {
        byte[] plain = new byte[plainLength];
        int length;
        try {
            length = context.decompressByteArray(plain, 0, plainLength, stored, 0, stored.length);
        } catch (ZstdException e) {
            throw malformed(what, offsetBytes, plainLength, String.valueOf(e.getMessage()));
        }
        if (length != plainLength) {
            throw malformed(what, offsetBytes, plainLength, length + " bytes");
        }
        return plain;
    }

    private static MalformedDataException malformed(String what, long offsetBytes, int expected, String actual) {
        return new MalformedDataException(what, offsetBytes, "a zstd frame of " + expected + " plain bytes", actual);
    }

    @Override
    public void close() {
        context.close();
    }
}
