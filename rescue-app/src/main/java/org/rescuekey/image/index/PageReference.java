package org.rescuekey.image.index;

import org.rescuekey.image.Hash;

/**
 * A page as the directory lists it.
 *
 * @param stream the stream
 * @param number which page of the stream
 * @param offsetBytes where its record begins in the image's file
 * @param storedBytes the length of its record's body
 * @param plainBytes the length of the plain page
 * @param blocks how many blocks it lists
 * @param hash SHA-256 of the plain page
 * @param image the image whose file holds the page; 0 is the one whose directory lists it
 */
public record PageReference(
        int stream, long number, long offsetBytes, int storedBytes, int plainBytes, int blocks, Hash hash, int image) {
    /** A page in the image's own file. */
    public PageReference(
            int stream, long number, long offsetBytes, int storedBytes, int plainBytes, int blocks, Hash hash) {
        this(stream, number, offsetBytes, storedBytes, plainBytes, blocks, hash, 0);
    }

    /** The same page, called by another number of its image. */
    public PageReference in(int newImage) {
        return new PageReference(stream, number, offsetBytes, storedBytes, plainBytes, blocks, hash, newImage);
    }

    /** The first block number that the page covers. */
    public long firstBlock() {
        return number * IndexPage.BLOCKS;
    }

    boolean isBehind(PageReference other) {
        return stream > other.stream || (stream == other.stream && number > other.number);
    }
}
