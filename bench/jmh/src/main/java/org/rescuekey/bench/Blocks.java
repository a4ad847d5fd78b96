package org.rescuekey.bench;

import java.nio.ByteBuffer;
import java.util.Random;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.rescuekey.image.BlockSize;

/**
 * Blocks of an image to work on, in a direct buffer as the engine has them: one after the other, so that they do not lie in a
 * core's cache when their turn comes. Always the same, from a fixed seed.
 */
@State(Scope.Thread)
public class Blocks {
    /** The bytes of a block. */
    public static final int BLOCK_BYTES = BlockSize.DEFAULT.bytes();

    private static final int COUNT = 256;
    private static final int WORDS = 4096;

    /** What the blocks hold. */
    public enum Content {
        /** Words of a vocabulary, about as compressible as programs and documents are. */
        WORDS,
        /** Nothing that can be compressed. */
        NOISE,
        ZEROS
    }

    /** What they hold. */
    @Param({"WORDS", "NOISE"})
    public Content content = Content.WORDS;

    private ByteBuffer bytes = ByteBuffer.allocateDirect(0);
    private int turn;

    /** Fills the blocks. */
    @Setup(Level.Trial)
    public void fill() {
        byte[] all = new byte[COUNT * BLOCK_BYTES];
        Random random = new Random(20_261_122);
        switch (content) {
            case NOISE -> random.nextBytes(all);
            case WORDS -> fillWords(all, random);
            case ZEROS -> {}
        }
        bytes = ByteBuffer.allocateDirect(all.length).put(all);
    }

    private static void fillWords(byte[] all, Random random) {
        byte[][] words = new byte[WORDS][];
        for (int i = 0; i < WORDS; i++) {
            words[i] = new byte[2 + random.nextInt(12)];
            random.nextBytes(words[i]);
        }
        int at = 0;
        while (at < all.length) {
            byte[] word = words[Math.min(WORDS - 1, (int) Math.abs(random.nextGaussian() * WORDS / 3))];
            int length = Math.min(word.length, all.length - at);
            System.arraycopy(word, 0, all, at, length);
            at += length;
        }
    }

    /** The next block, as the remaining bytes of a buffer. */
    public ByteBuffer next() {
        turn = (turn + 1) % COUNT;
        return bytes.slice(turn * BLOCK_BYTES, BLOCK_BYTES);
    }
}
