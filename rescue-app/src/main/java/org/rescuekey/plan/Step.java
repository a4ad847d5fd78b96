package org.rescuekey.plan;

import java.util.List;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.partition.TableWrite;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** One action of a plan. Extents are in bytes; those of a stream count from the stream's start. */
public sealed interface Step {
    /**
     * Reads a stream of the source into the image.
     *
     * @param stream 0 for what lies outside partitions, else one per partition
     * @param label what a user knows it by
     * @param onDisk where the stream lies on the source disk
     * @param used what is read
     */
    record ReadStream(int stream, String label, Extent onDisk, ExtentSet used) implements Step {
        @Override
        public String words() {
            return "Read " + label + ": " + ByteCount.text(used.totalBytes()) + " used of "
                    + ByteCount.text(onDisk.length());
        }
    }

    /**
     * Writes the image while the streams are read, and marks it complete at the end.
     *
     * @param directory where it goes
     * @param name its file name
     * @param level the zstd level, 1 to 19
     * @param description what the image says of itself
     */
    record StoreImage(String directory, String name, int level, ImageDescription description) implements Step {
        /** The image's path. */
        public String path() {
            return directory + "/" + name;
        }

        @Override
        public String words() {
            return "Store the image as " + path();
        }
    }

    /** Reads an image and checks it. */
    record VerifyImage(String path, boolean quick) implements Step {
        @Override
        public String words() {
            return (quick ? "Check the structure of " : "Read back and check every block of ") + path;
        }
    }

    /** Makes the target's old table unreadable, so that an interrupted restore cannot pass for a whole disk. */
    record EraseTable(ExtentSet extents) implements Step {
        @Override
        public String words() {
            return "Erase the target's old partition table";
        }
    }

    /**
     * Writes a stream of the image to the target.
     *
     * @param onTarget where the stream goes; at least as long as the stream
     * @param leaveOut extents of the stream that are not written, such as a backup table that moves
     */
    record WriteStream(int stream, String label, Extent onTarget, ExtentSet leaveOut) implements Step {
        @Override
        public String words() {
            return "Write " + label + " to the target at " + ByteCount.text(onTarget.start());
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
     * Sets the number of sectors before a volume in its boot sector and the copy of it, which BIOS boot code relies on.
     *
     * @param onTarget the partition on the target
     * @param hiddenSectors the start of the partition in sectors
     */
    record SetHiddenSectors(String label, Extent onTarget, long hiddenSectors) implements Step {
        @Override
        public String words() {
            return "Set the start sector recorded in the boot sectors of " + label + " to " + hiddenSectors;
        }
    }

    /** Writes the partition table, the backup before the primary. */
    record WriteTable(String kind, List<TableWrite> writes) implements Step {
        @Override
        public String words() {
            return "Write the partition table (" + kind + ") for the target's size";
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
