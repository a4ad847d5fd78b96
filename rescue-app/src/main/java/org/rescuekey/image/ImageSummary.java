package org.rescuekey.image;

/**
 * What a finished image is, for the report and for the child that builds on it.
 *
 * @param name its name in the store
 * @param header its header
 * @param state how it ended
 * @param totals what it holds
 * @param rootHash the hash over everything in it
 * @param fileBytes the length of its file
 * @param isIndexProven false if it is encrypted and its index was made without the key: then each block is authentic, but not
 *     that none is missing or older
 */
public record ImageSummary(
        String name,
        ImageHeader header,
        EndState state,
        Totals totals,
        Hash rootHash,
        long fileBytes,
        boolean isIndexProven) {}
