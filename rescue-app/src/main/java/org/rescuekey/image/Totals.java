package org.rescuekey.image;

/**
 * What an image holds, in numbers.
 *
 * @param dataBlocks blocks with stored bytes
 * @param zeroBlocks blocks that hold only zeros
 * @param unreadableBlocks blocks of which nothing could be read
 * @param capturedBytes the used bytes of the disk that the image stands for, unreadable ones included
 * @param unreadableBytes those of them in units of which at least a sector could not be read
 * @param storedBytes what the blocks take in this image's own file, without record headers
 */
public record Totals(
        long dataBlocks,
        long zeroBlocks,
        long unreadableBlocks,
        long capturedBytes,
        long unreadableBytes,
        long storedBytes) {
    public static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0);

    public Totals {
        if (dataBlocks < 0
                || zeroBlocks < 0
                || unreadableBlocks < 0
                || capturedBytes < 0
                || unreadableBytes < 0
                || unreadableBytes > capturedBytes
                || storedBytes < 0) {
            throw new IllegalArgumentException("totals that cannot be");
        }
    }

    public long blocks() {
        return dataBlocks + zeroBlocks + unreadableBlocks;
    }
}
