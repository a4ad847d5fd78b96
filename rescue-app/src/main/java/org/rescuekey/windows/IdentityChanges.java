package org.rescuekey.windows;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.rescuekey.error.RefusedException;

/**
 * The partitions that become others, found by what they were known by. No two were known by the same, so that what refers
 * to a partition means one of them. Partitions that nothing can tell apart from others, such as on an MBR disk without a
 * signature, are not found. Immutable.
 */
public final class IdentityChanges {
    private record Place(int signature, long offsetBytes) {}

    private final List<IdentityChange> all;
    private final Map<UUID, IdentityChange> byGuid = new HashMap<>();
    private final Map<Place, IdentityChange> byPlace = new HashMap<>();

    private IdentityChanges(List<IdentityChange> all) {
        this.all = all;
    }

    /**
     * @throws RefusedException if two partitions were known by the same GUID, or the same signature and offset, and
     *     become different ones
     */
    public static IdentityChanges of(List<IdentityChange> changes) throws RefusedException {
        List<IdentityChange> telling = new ArrayList<>();
        for (IdentityChange change : changes) {
            if (change.before().isTelling()) {
                telling.add(change);
            }
        }
        IdentityChanges result = new IdentityChanges(List.copyOf(telling));
        for (IdentityChange change : telling) {
            Optional<IdentityChange> other = Optional.ofNullable(
                    switch (change.before()) {
                        case PartitionIdentity.Gpt gpt -> result.byGuid.put(gpt.partitionGuid(), change);
                        case PartitionIdentity.Mbr mbr ->
                            result.byPlace.put(new Place(mbr.signature(), mbr.offsetBytes()), change);
                    });
            if (other.isPresent() && !other.get().equals(change)) {
                throw new RefusedException(
                        "Two partitions have one identity: " + change.before().words() + ".",
                        "Keep the identities of this disk, or give one of the two partitions another GUID first.");
            }
        }
        return result;
    }

    /** Those that can be found, in the order given. */
    public List<IdentityChange> all() {
        return all;
    }

    /** The partition of a GPT disk that had this GUID. */
    public Optional<IdentityChange> withGuid(UUID partitionGuid) {
        return Optional.ofNullable(byGuid.get(partitionGuid));
    }

    /** The partition that had this GUID, on the disk that had this one. */
    public Optional<IdentityChange> withGuids(UUID diskGuid, UUID partitionGuid) {
        return withGuid(partitionGuid)
                .filter(change -> change.before() instanceof PartitionIdentity.Gpt gpt
                        && gpt.diskGuid().equals(diskGuid));
    }

    /** The partition that began at this offset of the MBR disk with this signature. */
    public Optional<IdentityChange> at(int signature, long offsetBytes) {
        return Optional.ofNullable(byPlace.get(new Place(signature, offsetBytes)));
    }
}
