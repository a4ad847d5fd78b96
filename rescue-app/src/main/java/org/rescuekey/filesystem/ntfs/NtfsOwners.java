package org.rescuekey.filesystem.ntfs;

import java.util.List;
import org.rescuekey.units.ExtentSet;

/**
 * Which files some bytes of a volume belong to.
 *
 * @param owners the files, in the order of their records
 * @param ownerless those of the bytes that no file was found for; empty if there were too many owners to tell
 * @param complete whether all owners are named; if not, there are too many
 * @param others how many more files there are, as far as they could be told apart
 * @param damagedRecords how many records could not be read; what these own is not known
 */
public record NtfsOwners(List<Owner> owners, ExtentSet ownerless, boolean complete, long others, long damagedRecords) {
    public NtfsOwners {
        owners = List.copyOf(owners);
    }

    /**
     * A stream of a file that some of the bytes belong to.
     *
     * @param path from the root directory, with slashes; of a file with several names one of them
     * @param stream empty for the main content; the name of another stream, or "name:$TYPE" for what is not content
     * @param extents its share of the bytes that were asked about
     */
    public record Owner(String path, String stream, ExtentSet extents) {
        /** What the user is told. */
        public String label() {
            return stream.isEmpty() ? path : path + ":" + stream;
        }
    }
}
