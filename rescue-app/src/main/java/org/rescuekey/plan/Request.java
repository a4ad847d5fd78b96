package org.rescuekey.plan;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import org.rescuekey.plan.layout.LayoutRequest;

/** What a user asks for, before anything was looked at. */
public sealed interface Request {
    /**
     * Disk to image.
     *
     * @param source path, serial or WWN of a disk, or the path of a partition or disk file
     * @param partitions the partition numbers to capture; empty for all
     * @param place the directory, or the partition holding a file system, that the image goes to
     * @param level zstd level, 1 to 19, or {@link #ADAPTIVE_LEVEL}
     * @param coverage how much of each volume is captured
     * @param verify read the finished image back and check it
     * @param kind what the image is to hold
     * @param into the image set to add to: its directory, an image of it or its identity; empty to find it by the disk
     * @param partBytes no file of the image is longer; 0 for what the place allows
     * @param encrypt begin an encrypted image set, or add to one; without it, what is added to one is encrypted all the same
     * @param resume go on with an image of the same that was left unfinished
     * @param otherPlaces further places, which get the same image
     */
    record Capture(
            String source,
            SortedSet<Integer> partitions,
            String place,
            int level,
            Coverage coverage,
            boolean verify,
            Kind kind,
            String into,
            long partBytes,
            boolean encrypt,
            boolean resume,
            List<String> otherPlaces)
            implements Request {
        /** The level rises while the place is slower than the cores, and falls while it is not. */
        public static final int ADAPTIVE_LEVEL = 0;

        public Capture {
            otherPlaces = List.copyOf(otherPlaces);
        }

        /** A capture of the kind that suits best, to one place, into the set of that disk; what was left unfinished is gone on with. */
        public Capture(
                String source,
                SortedSet<Integer> partitions,
                String place,
                int level,
                Coverage coverage,
                boolean verify) {
            this(source, partitions, place, level, coverage, verify, Kind.AUTO, "", 0, false, true, List.of());
        }

        /** The same of another kind. */
        public Capture of(Kind otherKind) {
            return new Capture(
                    source,
                    partitions,
                    place,
                    level,
                    coverage,
                    verify,
                    otherKind,
                    into,
                    partBytes,
                    encrypt,
                    resume,
                    otherPlaces);
        }

        /** The same, encrypted or not. */
        public Capture encrypted(boolean nowEncrypted) {
            return new Capture(
                    source,
                    partitions,
                    place,
                    level,
                    coverage,
                    verify,
                    kind,
                    into,
                    partBytes,
                    nowEncrypted,
                    resume,
                    otherPlaces);
        }

        /** Whether the level follows the bottleneck. */
        public boolean isAdaptive() {
            return level == ADAPTIVE_LEVEL;
        }

        /** The same with what was found out about source and places. */
        public Capture resolved(String disk, SortedSet<Integer> numbers, String directory, List<String> others) {
            return new Capture(
                    disk, numbers, directory, level, coverage, verify, kind, into, partBytes, encrypt, resume, others);
        }
    }

    /**
     * Makes one full image out of a chain, at the restore point of one of its images.
     *
     * @param set the set's directory, or one of its images
     * @param upTo the image at whose restore point the new one stands; empty for the newest of the set
     */
    record Consolidate(String set, String upTo) implements Request {}

    /**
     * Lets old restore points go.
     *
     * @param set the set's directory, or one of its images
     * @param rules which ones stay
     */
    record Prune(String set, KeepRules rules) implements Request {}

    /** What an image is to hold in relation to those that are there. */
    enum Kind {
        AUTO,
        FULL,
        DIFFERENTIAL,
        INCREMENTAL
    }

    /**
     * Image to disk.
     *
     * @param image the image's path
     * @param target path, serial or WWN of a disk, or the path of a partition or disk file
     * @param partitions for single partitions: number in the image to number on the target; empty for the whole disk
     * @param acceptUnreadable write zeros where the image says that its source could not be read
     * @param acceptDamage write zeros where the image is damaged
     * @param compare look at what the target holds first, and write what differs
     * @param layout for the whole disk: where its partitions go, and what they are known by
     */
    record Restore(
            String image,
            String target,
            SortedMap<Integer, Integer> partitions,
            boolean acceptUnreadable,
            boolean acceptDamage,
            boolean compare,
            LayoutRequest layout)
            implements Request {
        /** The same with what was found out about image and target. */
        public Restore resolved(String imagePath, String targetDisk, SortedMap<Integer, Integer> pairs) {
            return new Restore(imagePath, targetDisk, pairs, acceptUnreadable, acceptDamage, compare, layout);
        }

        /** A restore of a disk as it was. */
        public Restore(
                String image,
                String target,
                SortedMap<Integer, Integer> partitions,
                boolean acceptUnreadable,
                boolean acceptDamage,
                boolean compare) {
            this(image, target, partitions, acceptUnreadable, acceptDamage, compare, LayoutRequest.AS_IT_IS);
        }

        /** A restore that writes what differs. */
        public Restore(
                String image,
                String target,
                SortedMap<Integer, Integer> partitions,
                boolean acceptUnreadable,
                boolean acceptDamage) {
            this(image, target, partitions, acceptUnreadable, acceptDamage, true);
        }

        /** A restore that ends at the first damage to the image. */
        public Restore(String image, String target, SortedMap<Integer, Integer> partitions, boolean acceptUnreadable) {
            this(image, target, partitions, acceptUnreadable, false);
        }
    }

    /**
     * Disk to disk.
     *
     * @param source path, serial or WWN of a disk, or the path of a partition or disk file
     * @param target the same of the disk that is overwritten
     * @param partitions for single partitions: number on the source to number on the target; empty for the whole disk
     * @param coverage how much of each volume is copied
     * @param discard tell the target what is not in use on it
     * @param compare look at what the target holds first, and write what differs
     * @param layout for the whole disk: where its partitions go, and what they are known by
     */
    record Clone(
            String source,
            String target,
            SortedMap<Integer, Integer> partitions,
            Coverage coverage,
            boolean discard,
            boolean compare,
            LayoutRequest layout)
            implements Request {
        /** A clone of a disk as it is. */
        public Clone(
                String source,
                String target,
                SortedMap<Integer, Integer> partitions,
                Coverage coverage,
                boolean discard,
                boolean compare) {
            this(source, target, partitions, coverage, discard, compare, LayoutRequest.AS_IT_IS);
        }

        /** The same with what was found out about source and target. */
        public Clone resolved(String sourceDisk, String targetDisk, SortedMap<Integer, Integer> pairs) {
            return new Clone(sourceDisk, targetDisk, pairs, coverage, discard, compare, layout);
        }
    }

    /**
     * Proves that an image can be restored.
     *
     * @param image the image's path
     * @param quick check structure only, not every block
     */
    record Verify(String image, boolean quick) implements Request {}

    /**
     * Makes a bootable stick.
     *
     * @param iso the ISO file
     * @param target path, serial or WWN of a disk
     */
    record WriteStick(String iso, String target) implements Request {}
}
