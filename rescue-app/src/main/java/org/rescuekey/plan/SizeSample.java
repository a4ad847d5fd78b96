package org.rescuekey.plan;

/**
 * What a few blocks of a source, spread evenly over what is used, come to when they are compressed.
 *
 * @param blocks how many were read
 * @param storedPerUsedByte the bytes that an image takes for each byte that is used, as far as they tell
 */
public record SizeSample(int blocks, double storedPerUsedByte) {
    /** What an image of so many used bytes takes, about. */
    public long storedBytes(long usedBytes) {
        return (long) Math.ceil(usedBytes * storedPerUsedByte);
    }
}
