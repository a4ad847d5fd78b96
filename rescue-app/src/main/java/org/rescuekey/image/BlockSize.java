package org.rescuekey.image;

/**
 * The size of an image's blocks in bytes, a power of two of 64 KiB to 4 MiB, and the arithmetic of masks: a block has 64
 * units, and bit i of a mask stands for the bytes {@code [i * unit, (i + 1) * unit)} of the block.
 *
 * @param bytes the size
 */
public record BlockSize(int bytes) {
    public static final int MIN_BYTES = 64 << 10;
    public static final int MAX_BYTES = 4 << 20;

    /** How many units a block has. */
    public static final int UNITS = 64;

    public static final BlockSize DEFAULT = new BlockSize(256 << 10);

    public BlockSize {
        if (bytes < MIN_BYTES || bytes > MAX_BYTES || Integer.bitCount(bytes) != 1) {
            throw new IllegalArgumentException("block size " + bytes + " is no power of two of 64 KiB to 4 MiB");
        }
    }

    public int log2() {
        return Integer.numberOfTrailingZeros(bytes);
    }

    /** The bytes that one bit of a mask stands for. */
    public int unitBytes() {
        return bytes / UNITS;
    }

    /** The number of blocks that hold so many bytes, the last of them perhaps short. */
    public long blocksIn(long lengthBytes) {
        return (lengthBytes + bytes - 1) >>> log2();
    }

    /** The offset of a block's first byte in its stream. */
    public long offsetBytes(long block) {
        return Math.multiplyExact(block, (long) bytes);
    }

    /** The length of a block in a stream of a given length: the last one may be short. */
    public int lengthBytes(long block, long streamBytes) {
        long left = streamBytes - offsetBytes(block);
        if (block < 0 || left <= 0) {
            throw new IllegalArgumentException(
                    "block " + block + " lies outside a stream of " + streamBytes + " bytes");
        }
        return (int) Math.min(bytes, left);
    }

    /** The mask with a bit for every unit of a block of this length, whole or in part. */
    public long fullMask(int lengthBytes) {
        int units = (lengthBytes + unitBytes() - 1) / unitBytes();
        return units == UNITS ? -1L : (1L << units) - 1;
    }

    /** The bytes that a mask's units hold in a block of this length. */
    public int bytesIn(long mask, int lengthBytes) {
        int unit = unitBytes();
        int bytes = Long.bitCount(mask) * unit;
        int tail = lengthBytes % unit;
        boolean lastUnitIsShort = tail != 0 && ((mask >>> (lengthBytes / unit)) & 1) != 0;
        return lastUnitIsShort ? bytes - unit + tail : bytes;
    }
}
