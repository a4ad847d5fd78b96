package org.rescuekey.filesystem.btrfs;

import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/** Something that tells which addresses of a block group are in use. */
interface FreeSpace {
    /** Takes the runs of addresses in use, in ascending order. */
    @FunctionalInterface
    interface Sink {
        void used(long start, long end);
    }

    /**
     * Reports what is in use between two addresses, which are those of a block group.
     *
     * @return how many bytes are in use
     * @throws MalformedDataException if the tree contradicts itself or its blocks are damaged
     */
    long used(long start, long end, Sink sink) throws RescueException;
}
