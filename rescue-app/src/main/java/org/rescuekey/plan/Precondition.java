package org.rescuekey.plan;

import java.util.List;
import java.util.Locale;
import org.rescuekey.inventory.DiskFingerprint;

/** What must still hold when a plan runs; checked again after the devices are open and before the first write. */
public sealed interface Precondition {
    /** The part a disk plays in a job. */
    enum Role {
        SOURCE,
        TARGET
    }

    /** The disk at a path is the one that was planned for: serial, WWN, size, sectors and table. */
    record DiskIs(Role role, String path, DiskFingerprint fingerprint) implements Precondition {
        @Override
        public String words() {
            return role.name().toLowerCase(Locale.ROOT) + " " + path + " is " + fingerprint.text();
        }
    }

    /** Nothing of the disk is mounted, swapped to or held by another device. */
    record NotInUse(String path) implements Precondition {
        @Override
        public String words() {
            return path + " is not in use";
        }
    }

    /** Nothing can change these streams of the source while they are read. */
    record SourceAtRest(String path, List<Integer> streams) implements Precondition {
        @Override
        public String words() {
            return "nothing writes to " + path;
        }
    }

    /** The image at a path is the one that was planned for. */
    record ImageIs(String path, String imageId, String rootHash) implements Precondition {
        @Override
        public String words() {
            return "image " + path + " is " + imageId + " with root hash " + rootHash;
        }
    }

    /** The place is still there and lies where it did: not an empty folder in memory whose disk was taken away. */
    record PlaceIs(String path, String diskPath) implements Precondition {
        @Override
        public String words() {
            return diskPath.isEmpty() ? path + " is there" : path + " lies on " + diskPath;
        }
    }

    /** A disk that is written holds no file that is read, and one that is read no file that is written. */
    record Apart(String file, String diskPath) implements Precondition {
        @Override
        public String words() {
            return file + " does not lie on " + diskPath;
        }
    }

    /**
     * An image set holds these files of images and no others: what was not looked at may build on what goes.
     *
     * @param names the file names, sorted
     */
    record SetIs(String directory, List<String> names) implements Precondition {
        public SetIs {
            names = List.copyOf(names);
        }

        @Override
        public String words() {
            return directory + " holds these files of images and no others: " + String.join(", ", names);
        }
    }

    /** One line; part of what the plan's digest covers. */
    String words();
}
