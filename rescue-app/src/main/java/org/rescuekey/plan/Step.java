package org.rescuekey.plan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.UUID;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageKind;
import org.rescuekey.partition.TableWrite;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** One action of a plan. Extents are in bytes; those of a stream count from the stream's start. */
public sealed interface Step
        permits AdaptVolume,
                CopyAdapted,
                Step.ReadStream,
                Step.StoreImage,
                Step.AlsoStore,
                Step.FindDamage,
                Step.VerifyImage,
                Step.Erase,
                Step.WriteStream,
                Step.CopyStream,
                Step.Discard,
                Step.ReadBack,
                Step.WriteLast,
                Step.WriteTable,
                Step.MergeImages,
                Step.DeleteImages,
                Step.CopyFile {
    /**
     * Reads a stream of the source into the image.
     *
     * @param stream 0 for what lies outside partitions, else one per partition
     * @param label what a user knows it by
     * @param onDisk where the stream lies on the source disk
     * @param used what the image holds
     * @param leftOut the part of it that is not read and becomes zeros
     * @param knownBad the part of it that is tried once: what cannot be read becomes zeros and is no loss
     */
    record ReadStream(int stream, String label, Extent onDisk, ExtentSet used, ExtentSet leftOut, ExtentSet knownBad)
            implements Step {
        /** Reads all that is used. */
        public ReadStream(int stream, String label, Extent onDisk, ExtentSet used) {
            this(stream, label, onDisk, used, ExtentSet.empty(), ExtentSet.empty());
        }

        @Override
        public String words() {
            return "Read " + label + ": " + ByteCount.text(used.totalBytes()) + " used of "
                    + ByteCount.text(onDisk.length())
                    + (leftOut.isEmpty() ? "" : ", without the " + ByteCount.text(leftOut.totalBytes()) + " left out");
        }

        /** Tells whether every byte of the stream is read. */
        public boolean isWhole() {
            return leftOut.isEmpty() && used.totalBytes() == onDisk.length();
        }

        /** What is read inside a window, in bytes from the stream's start. */
        public ExtentSet toRead(Extent window) {
            return used.intersect(window).subtract(leftOut.intersect(window));
        }
    }

    /**
     * Writes the image while the streams are read, and marks it complete at the end.
     *
     * @param directory where it goes
     * @param name its file name
     * @param level the zstd level, 1 to 19, or {@link Request.Capture#ADAPTIVE_LEVEL}
     * @param description what the image says of itself
     * @param setId the image set that it belongs to
     * @param parent the image that it builds on; empty for a full image
     * @param partLimitBytes no file of the image is longer; 0 for one file
     * @param encrypted whether it is encrypted with a password; which one, no plan says
     * @param resumed what is gone on with instead, if the source still is what it was
     */
    record StoreImage(
            String directory,
            String name,
            int level,
            ImageDescription description,
            UUID setId,
            Optional<ParentImage> parent,
            long partLimitBytes,
            boolean encrypted,
            Optional<ResumedImage> resumed)
            implements Step {
        /** An image in one file. */
        public StoreImage(
                String directory,
                String name,
                int level,
                ImageDescription description,
                UUID setId,
                Optional<ParentImage> parent) {
            this(directory, name, level, description, setId, parent, 0, false, Optional.empty());
        }

        /** The image's path. */
        public String path() {
            return directory + "/" + name;
        }

        /** The image that the step makes if nothing has changed: the one that is gone on with, or the new one. */
        public String expectedName() {
            return resumed.map(ResumedImage::name).orElse(name);
        }

        /** The same image in another directory. */
        public StoreImage in(String otherDirectory) {
            return new StoreImage(
                    otherDirectory,
                    name,
                    level,
                    description,
                    setId,
                    parent,
                    partLimitBytes,
                    encrypted,
                    Optional.empty());
        }

        /** The same step with another name and nothing to go on with. */
        public StoreImage as(String otherName) {
            return new StoreImage(
                    directory,
                    otherName,
                    level,
                    description,
                    setId,
                    parent,
                    partLimitBytes,
                    encrypted,
                    Optional.empty());
        }

        @Override
        public String words() {
            if (resumed.isPresent()) {
                return "Go on with the unfinished image " + directory + "/" + expectedName();
            }
            return parent.map(image -> "Store what has changed since " + image.name() + " as " + path())
                            .orElse("Store the image as " + path())
                    + (encrypted ? ", encrypted with a password" : "");
        }
    }

    /**
     * Writes the same image to a further place, at the same time; each has its own end.
     *
     * @param directory where it goes
     * @param name its file name, as in the first place
     * @param parentPath the image there that it builds on; empty for a full image
     */
    record AlsoStore(String directory, String name, Optional<String> parentPath) implements Step {
        /** The image's path. */
        public String path() {
            return directory + "/" + name;
        }

        @Override
        public String words() {
            return "Store the same image as " + path();
        }
    }

    /**
     * An unfinished image that a capture goes on with.
     *
     * @param name its name when it is finished
     * @param imageId its identity
     * @param storedBytes what is there
     */
    record ResumedImage(String name, UUID imageId, long storedBytes) {}

    /**
     * The image that a new one builds on.
     *
     * @param path its file
     * @param kind what the new image is in relation to it
     * @param streams the streams that are compared with those of the same number in it
     */
    record ParentImage(String path, ImageKind kind, SortedSet<Integer> streams) {
        /** The file's name. */
        public String name() {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    /** Reads all that a restore needs of an image before anything is written; what is damaged is left out, and becomes zeros. */
    record FindDamage(String path) implements Step {
        @Override
        public String words() {
            return "Look for damage in " + path + "; what is lost becomes zeros";
        }
    }

    /**
     * Reads an image and checks it.
     *
     * @param quick the structure alone
     * @param ownOnly only what its own file holds, not the blocks that lie in the images that it builds on
     */
    record VerifyImage(String path, boolean quick, boolean ownOnly) implements Step {
        /** A check of everything that a restore reads. */
        public VerifyImage(String path, boolean quick) {
            this(path, quick, false);
        }

        @Override
        public String words() {
            String blocks = ownOnly ? "Read back and check every new block of " : "Read back and check every block of ";
            return (quick ? "Check the structure of " : blocks) + path;
        }
    }

    /**
     * Erases what the target's present content is recognised by, so that an interrupted restore cannot pass for whole.
     *
     * @param what what a user knows it by, such as "the target's old partition table"
     * @param extents of the target
     */
    record Erase(String what, ExtentSet extents) implements Step {
        @Override
        public String words() {
            return "Erase " + what;
        }
    }

    /**
     * Writes a stream of the image to the target.
     *
     * @param onTarget where the stream goes; at least as long as the stream
     * @param leaveOut extents of the stream that this step does not write, such as what {@link WriteLast} writes
     * @param compare look at what the target holds first, and write what differs
     */
    record WriteStream(int stream, String label, Extent onTarget, ExtentSet leaveOut, boolean compare) implements Step {
        @Override
        public String words() {
            return "Write " + label + " to the target at " + ByteCount.text(onTarget.start()) + whereItDiffers(compare);
        }
    }

    /**
     * Copies a stream of the source to the target.
     *
     * @param read what is read of the source
     * @param onTarget where the stream goes; at least as long as the stream
     * @param leaveOut extents of the stream that this step does not write, such as what {@link WriteLast} writes
     * @param compare look at what the target holds first, and write what differs
     */
    record CopyStream(ReadStream read, Extent onTarget, ExtentSet leaveOut, boolean compare) implements Step {
        public int stream() {
            return read.stream();
        }

        @Override
        public String words() {
            return "Copy " + read.label() + ", " + ByteCount.text(read.used().totalBytes())
                    + " in use, to the target at " + ByteCount.text(onTarget.start()) + whereItDiffers(compare);
        }
    }

    private static String whereItDiffers(boolean compare) {
        return compare ? ", where it differs" : "";
    }

    /** Tells the target which of its extents are not in use, so that an SSD has room to work with. */
    record Discard(ExtentSet extents) implements Step {
        @Override
        public String words() {
            return "Discard what is not in use on the target, " + ByteCount.text(extents.totalBytes());
        }
    }

    /** Reads everything written back from the target's medium and compares it with the image. */
    record ReadBack() implements Step {
        @Override
        public String words() {
            return "Read everything back from the target and compare it";
        }
    }

    /**
     * Writes what a table or a volume is recognised by, its start last of all, once all else was read back; before that
     * nothing on the target can pass for whole.
     *
     * @param stream the stream that it is a part of
     * @param what what a user knows it by, such as "the ends of partition 2 (NTFS)"
     * @param onTarget where the stream goes
     * @param extents of the stream
     * @param hiddenSectors the number of sectors before the volume, which BIOS boot code relies on, to be set in its boot
     *     sector and the copy of it; empty where they stay as they are
     */
    record WriteLast(int stream, String what, Extent onTarget, ExtentSet extents, OptionalLong hiddenSectors)
            implements Step {
        @Override
        public String words() {
            return "Write " + what
                    + (hiddenSectors.isPresent()
                            ? ", with the start sector " + hiddenSectors.getAsLong() + " in the boot sectors"
                            : "");
        }
    }

    /** Writes the partition table, the backup before the primary. */
    record WriteTable(String kind, List<TableWrite> writes) implements Step {
        @Override
        public String words() {
            return "Write the partition table (" + kind + ") for the target's size";
        }
    }

    /**
     * Makes one image that takes the place of several.
     *
     * @param directory where they lie, and where it goes
     * @param merged their file names, the newest first
     * @param name the new image's file name
     */
    record MergeImages(String directory, List<String> merged, String name) implements Step {
        public MergeImages {
            merged = List.copyOf(merged);
        }

        @Override
        public String words() {
            return "Merge " + String.join(", ", merged.reversed()) + " into " + name;
        }
    }

    /**
     * Deletes images in this order.
     *
     * @param directory where they lie
     * @param names their file names; none builds on one that is deleted before it
     */
    record DeleteImages(String directory, List<String> names) implements Step {
        public DeleteImages {
            names = List.copyOf(names);
        }

        @Override
        public String words() {
            return "Delete " + String.join(", ", names);
        }
    }

    /** Copies a file, such as the stick's ISO, to the start of the target. */
    record CopyFile(String file, long bytes, String target) implements Step {
        @Override
        public String words() {
            return "Copy " + file + " (" + ByteCount.text(bytes) + ") to the start of " + target;
        }
    }

    /** What a user reads; one line. */
    String words();
}
