package org.rescuekey.partition;

import java.util.Map;
import java.util.UUID;

/** What a table and its partitions are told from all others by. */
public sealed interface DiskIdentities {
    /**
     * Of a GPT.
     *
     * @param disk the disk's GUID
     * @param partitions the unique GUID of each partition, by its number
     */
    record Gpt(UUID disk, Map<Integer, UUID> partitions) implements DiskIdentities {
        public Gpt {
            partitions = Map.copyOf(partitions);
        }
    }

    /**
     * Of an MBR, whose partitions are known by the signature and by where they start.
     *
     * @param signature the disk signature, an unsigned number that is not 0
     */
    record Mbr(int signature) implements DiskIdentities {
        public Mbr {
            if (signature == 0) {
                throw new IllegalArgumentException("a signature of 0 says that there is none");
            }
        }
    }
}
