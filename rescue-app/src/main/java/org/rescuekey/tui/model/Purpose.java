package org.rescuekey.tui.model;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.inventory.Place;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.SourceRules;

/** What a place is chosen for. */
public sealed interface Purpose {
    /**
     * To put an image there.
     *
     * @param source the disk to back up
     * @param partitions the numbers of the partitions to back up; all of them means the whole disk
     * @param coverage how much of each partition
     * @param kind full, differential or incremental, or what suits best
     * @param encrypt into an encrypted image set, a new one or one that the password opens
     */
    record BackUp(DiskInfo source, SortedSet<Integer> partitions, Coverage coverage, Request.Kind kind, boolean encrypt)
            implements Purpose {
        /** A backup of the kind that suits best. */
        public BackUp(DiskInfo source, SortedSet<Integer> partitions, Coverage coverage) {
            this(source, partitions, coverage, Request.Kind.AUTO, false);
        }

        Request.Capture request(String place) {
            boolean whole = partitions.size() == source.partitions().size();
            SortedSet<Integer> chosen = whole ? new TreeSet<>() : partitions;
            int level = Request.Capture.ADAPTIVE_LEVEL;
            return new Request.Capture(source.path(), chosen, place, level, coverage, true)
                    .of(kind)
                    .encrypted(encrypt);
        }

        BackUp withNextKind() {
            Request.Kind next =
                    switch (kind) {
                        case AUTO -> Request.Kind.FULL;
                        case FULL -> Request.Kind.DIFFERENTIAL;
                        case DIFFERENTIAL -> Request.Kind.INCREMENTAL;
                        case INCREMENTAL -> Request.Kind.AUTO;
                    };
            return new BackUp(source, partitions, coverage, next, encrypt);
        }

        BackUp withOther(SortedSet<Integer> chosen) {
            return new BackUp(source, chosen, coverage, kind, encrypt);
        }

        BackUp withNextCoverage() {
            return new BackUp(source, partitions, Coverages.next(coverage), kind, encrypt);
        }

        /** How much of each partition is read, in a few words. */
        public String coverageWords() {
            return Coverages.words(coverage);
        }

        BackUp encrypted(boolean on) {
            return new BackUp(source, partitions, coverage, kind, on);
        }

        /** Whether it is encrypted, in a sentence. */
        public String encryptionWords() {
            return encrypt
                    ? "Encrypted: a password is asked for next. Whoever loses it loses the image."
                    : "Not encrypted, unless it joins an open encrypted set. E encrypts it.";
        }

        /** What kind of image it becomes, in a sentence. */
        public String kindWords() {
            return switch (kind) {
                case AUTO -> "Kind: what suits best; the plan says which, and why.";
                case FULL -> "Kind: full. The image needs no other one.";
                case DIFFERENTIAL ->
                    "Kind: differential. What has changed since the newest full image of this disk here.";
                case INCREMENTAL -> "Kind: incremental. What has changed since the newest image of this disk here.";
            };
        }

        /** The most that the image can need, as far as is known before the used maps are read. */
        public long mostBytes() {
            if (source.partitions().isEmpty()) {
                return source.sizeBytes();
            }
            return source.partitions().stream()
                    .filter(partition -> partitions.contains(partition.number()))
                    .mapToLong(this::mostBytes)
                    .sum();
        }

        /** What could change the ticked partitions while they are read; empty if nothing can. */
        public String inUse() {
            String uses = SourceRules.whatCouldChange(source, partitions);
            return uses.isEmpty() ? "" : "The disk could change while it is read: " + uses + ".";
        }

        private long mostBytes(PartitionInfo partition) {
            long size = partition.partition().extent().length();
            return coverage == Coverage.ALL ? size : partition.usedBytes().orElse(size);
        }
    }

    /** To find an image to restore. */
    record Restore() implements Purpose {}

    /** To find an image to verify. */
    record Verify() implements Purpose {}

    /** To look at what is there, to restore, verify or tidy up. */
    record Images() implements Purpose {}

    default String word() {
        return switch (this) {
            case BackUp backUp -> "Back up";
            case Restore restore -> "Restore";
            case Verify verify -> "Verify";
            case Images images -> "Images";
        };
    }

    /** Why a place cannot be chosen; empty if it can. */
    default Optional<String> refusal(Place place) {
        return this instanceof BackUp backUp
                        && place.diskPath().equals(backUp.source().path())
                ? Optional.of("The image cannot be put on the disk that is backed up.")
                : Optional.empty();
    }
}
