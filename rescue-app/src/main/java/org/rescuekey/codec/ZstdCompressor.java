package org.rescuekey.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;

/**
 * Compresses one buffer into one independent zstd frame, with a context that is kept from call to call. The frame
 * states the plain length and has no dictionary and no checksum: the caller has a hash of its own.
 *
 * <p>Thread rule: confined to one thread at a time.
 */
public final class ZstdCompressor implements AutoCloseable {
    public static final int MIN_LEVEL = 1;
    public static final int MAX_LEVEL = 19;

    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private int level;

    /** @param level from {@link #MIN_LEVEL} (fast) to {@link #MAX_LEVEL} (small) */
    public ZstdCompressor(int level) {
        context.setContentSize(true);
        context.setChecksum(false);
        setLevel(level);
    }

    /** Changes the level for the calls to come; costs nothing where it stays. */
    public void setLevel(int level) {
        if (level < MIN_LEVEL || level > MAX_LEVEL) {
            throw new IllegalArgumentException("compression level " + level);
        }
        if (level != this.level) {
            this.level = level;
            context.setLevel(level);
        }
    }

    public int level() {
        return level;
    }

    /** The target length at which {@link #compress} never lacks room. */
    public static int bound(int plainLength) {
        return Math.toIntExact(Zstd.compressBound(plainLength));
    }

    /**
     * Compresses the plain buffer's remaining bytes to the target's position. Both are direct. The plain buffer is left as
     * it was; the target's position moves behind the frame.
     *
     * @return the length of the frame
     */
    public int compress(ByteBuffer plain, ByteBuffer target) {
        if (target.remaining() < bound(plain.remaining())) {
            throw new IllegalArgumentException("a target of " + target.remaining() + " bytes for " + plain.remaining());
        }
        int length = context.compressDirectByteBuffer(
                target, target.position(), target.remaining(), plain, plain.position(), plain.remaining());
        target.position(target.position() + length);
        return length;
    }

    /** Compresses a small array, such as a page of the index, into a new one. */
    public byte[] compress(byte[] plain) {
        return context.compress(plain);
    }

    @Override
    public void close() {
        context.close();
    }
}
