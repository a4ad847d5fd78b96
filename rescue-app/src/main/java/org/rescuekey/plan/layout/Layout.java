package org.rescuekey.plan.layout;

import java.util.List;
import java.util.Optional;
import org.rescuekey.partition.DiskIdentities;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.units.Extent;
import org.rescuekey.windows.IdentityChange;
import org.rescuekey.windows.PartitionIdentity;

/**
 * Where each partition goes, how large it becomes, and the table that says so. Immutable and checked: what the table says and
 * what the places say is the same.
 *
 * @param before the table of the source
 * @param after the table for the target
 * @param places the partitions that can hold a volume, in the order in which they lie on the disk
 * @param keptFront what lies before the first partition and keeps its place: the table, and what boots; all else outside of
 *     partitions has its place only where nothing moves
 * @param unusedBytes what stays unpartitioned behind the last partition
 * @param notes sentences about what the wish could not be given
 */
public record Layout(
        PartitionTable before,
        PartitionTable after,
        List<Place> places,
        Extent keptFront,
        long unusedBytes,
        List<String> notes) {
    /**
     * One partition.
     *
     * @param label what a user knows it by
     * @param before where it is on the source
     * @param after where it goes on the target
     */
    public record Place(int number, String label, Extent before, Extent after) {
        public VolumeChange change() {
            int compared = Long.compare(after.length(), before.length());
            return compared == 0 ? VolumeChange.SAME : compared < 0 ? VolumeChange.SHRINK : VolumeChange.GROW;
        }

        public boolean isMoved() {
            return before.start() != after.start();
        }
    }

    public Layout {
        places = List.copyOf(places);
        notes = List.copyOf(notes);
        for (Place place : places) {
            boolean agrees = after.partitions().stream()
                    .anyMatch(p -> p.number() == place.number() && p.extent().equals(place.after()));
            if (!agrees) {
                throw new IllegalArgumentException("the table does not agree with " + place);
            }
        }
    }

    public Optional<Place> place(int number) {
        return places.stream().filter(place -> place.number() == number).findFirst();
    }

    /** Tells whether each partition keeps its place and its size. */
    public boolean isAsIs() {
        return places.stream().allMatch(place -> place.before().equals(place.after()));
    }

    /** Tells whether some volume must be made smaller or larger. */
    public boolean resizesVolumes() {
        return places.stream().anyMatch(place -> place.change() != VolumeChange.SAME);
    }

    /** Tells whether the target is known by other identities than the source. */
    public boolean hasNewIdentities() {
        return !before.diskIdentity().equals(after.diskIdentity());
    }

    /** What each partition was known by and will be known by, where these differ, in the order of the disk. */
    public List<IdentityChange> identityChanges() {
        return places.stream()
                .flatMap(place -> change(place.number()).stream())
                .filter(IdentityChange::isAnyChange)
                .toList();
    }

    private Optional<IdentityChange> change(int number) {
        Optional<PartitionIdentity> was = identity(before, number);
        Optional<PartitionIdentity> now = identity(after, number);
        return was.flatMap(old -> now.map(fresh -> new IdentityChange(old, fresh)));
    }

    private static Optional<PartitionIdentity> identity(PartitionTable table, int number) {
        return table.partitions().stream()
                .filter(partition -> partition.number() == number)
                .findFirst()
                .flatMap(partition -> PartitionIdentity.of(table, partition));
    }

    /** The same under new identities. */
    public Layout withIdentities(DiskIdentities fresh) {
        return new Layout(before, after.withIdentities(fresh), places, keptFront, unusedBytes, notes);
    }
}
