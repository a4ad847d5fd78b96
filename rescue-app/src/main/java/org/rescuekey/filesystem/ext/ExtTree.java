package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ext.GroupDescriptors.Group;
import org.rescuekey.filesystem.files.DirectoryListing;
import org.rescuekey.filesystem.files.DirectoryTree;
import org.rescuekey.filesystem.files.FileContent;
import org.rescuekey.filesystem.files.FileOnVolume;
import org.rescuekey.filesystem.files.FileRun;

/**
 * The directories of a volume with ext2, ext3 or ext4. The case of letters matters, but in directories that are made not to tell it.
 * Not for several threads.
 */
final class ExtTree implements DirectoryTree<ExtTree.Place> {
    private static final int MAX_TARGET_BYTES = 4096;

    private final BlockDevice volume;
    private final ExtSuperblock superblock;
    private final GroupDescriptors descriptors;
    private final ExtDirectory directories;

    /** A name, and the inode that it stands for. */
    record Place(String name, ExtInode inode) {}

    ExtTree(BlockDevice volume, ExtSuperblock superblock) {
        this.volume = volume;
        this.superblock = superblock;
        this.descriptors = new GroupDescriptors(volume, superblock);
        this.directories = new ExtDirectory(volume, superblock);
    }

    @Override
    public Place root() throws RescueException {
        return place("", ExtInode.ROOT);
    }

    @Override
    public boolean isSeparator(char letter) {
        return letter == '/';
    }

    @Override
    public String name(Place place) {
        return place.name();
    }

    @Override
    public FileOnVolume.Kind kind(Place place) {
        ExtInode inode = place.inode();
        if (inode.isDirectory()) {
            return FileOnVolume.Kind.DIRECTORY;
        }
        if (inode.isLink()) {
            return FileOnVolume.Kind.LINK;
        }
        return inode.isRegular() ? FileOnVolume.Kind.FILE : FileOnVolume.Kind.OTHER;
    }

    @Override
    public Optional<Place> child(Place directory, String name) throws RescueException {
        long[] found = {0};
        boolean anyCase = directory.inode().isCaseFolded();
        forEach(directory, (inode, entry) -> {
            if (anyCase ? entry.equalsIgnoreCase(name) : entry.equals(name)) {
                found[0] = inode;
            }
            return found[0] == 0;
        });
        return found[0] == 0 ? Optional.empty() : Optional.of(place(name, found[0]));
    }

    @Override
    public DirectoryListing list(Place directory, int most) throws RescueException {
        List<String> names = new ArrayList<>();
        List<Long> inodes = new ArrayList<>();
        boolean[] isMore = {false};
        forEach(directory, (inode, name) -> {
            isMore[0] = names.size() == most;
            if (!isMore[0]) {
                names.add(name);
                inodes.add(inode);
            }
            return !isMore[0];
        });
        List<DirectoryListing.Name> result = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            // Older volumes keep no types in directories.
            result.add(
                    new DirectoryListing.Name(names.get(i), inode(inodes.get(i)).isDirectory()));
        }
        return new DirectoryListing(result, !isMore[0]);
    }

    @Override
    public FileOnVolume open(Place place, String path) throws RescueException {
        return switch (kind(place)) {
            case FILE -> FileOnVolume.file(volume, path, content(place.inode(), path));
            case LINK -> FileOnVolume.link(volume, path, target(place.inode(), path));
            case DIRECTORY, OTHER -> FileOnVolume.of(volume, path, kind(place));
        };
    }

    private void forEach(Place directory, ExtDirectory.Sink sink) throws RescueException {
        String what = directory.name().isEmpty() ? "root directory" : "directory " + directory.name();
        if (directory.inode().isEncrypted()) {
            throw new RefusedException(
                    "The " + what + " is encrypted, so that its names are not known.", "Look at it in its own system.");
        }
        directories.forEach(directory.inode(), what, sink);
    }

    private FileContent content(ExtInode inode, String path) throws RescueException {
        if (inode.isEncrypted()) {
            return FileContent.unreadable(inode.sizeBytes(), path + " is encrypted.");
        }
        if (inode.isInline()) {
            return FileContent.unreadable(
                    inode.sizeBytes(), path + " stands in its inode, which is not looked at here.");
        }
        List<FileRun> runs = ExtFileMap.runs(volume, superblock, inode, path);
        long covered = runs.stream().mapToLong(FileRun::lengthBytes).sum();
        String why = "";
        if (inode.isVerified()) {
            why = path + " is protected against changes (fs-verity).";
        } else if (covered < inode.sizeBytes()) {
            why = path + " is sparse: parts of it have no place on the volume.";
        }
        return FileContent.of(volume, path, inode.sizeBytes(), runs, why);
    }

    private String target(ExtInode inode, String path) throws RescueException {
        if (inode.isEncrypted() || inode.sizeBytes() < 0 || inode.sizeBytes() > MAX_TARGET_BYTES) {
            return "";
        }
        if (!inode.hasMap()) {
            int length = (int) Math.min(inode.sizeBytes(), ExtInode.MAP_BYTES);
            boolean isWhole = length == inode.sizeBytes();
            return isWhole
                    ? StandardCharsets.UTF_8.decode(inode.map().limit(length)).toString()
                    : "";
        }
        byte[] text = new byte[(int) inode.sizeBytes()];
        for (FileRun run : ExtFileMap.runs(volume, superblock, inode, path)) {
            Reads.at(volume, run.volumeOffsetBytes(), run.lengthBytes(), path)
                    .get(text, (int) run.fileOffsetBytes(), (int) run.lengthBytes());
        }
        return new String(text, StandardCharsets.UTF_8);
    }

    private Place place(String name, long number) throws RescueException {
        return new Place(name, inode(number));
    }

    private ExtInode inode(long number) throws RescueException {
        String what = "ext inode " + number;
        long index = number - 1;
        Optional<Group> group = index < 0 || index / superblock.inodesPerGroup() >= superblock.groupCount()
                ? Optional.empty()
                : descriptors.group((int) (index / superblock.inodesPerGroup()));
        if (group.isEmpty()) {
            throw new MalformedDataException(what, 0, "a group that has it", "none");
        }
        long offset = group.get().inodeTable() * superblock.blockBytes()
                + index % superblock.inodesPerGroup() * superblock.inodeBytes();
        ByteBuffer bytes =
                Reads.at(volume, offset, superblock.inodeBytes(), what).order(ByteOrder.LITTLE_ENDIAN);
        ExtInode inode = new ExtInode(number, bytes);
        if (!inode.isInUse()) {
            throw new MalformedDataException(what, offset, "one in use", "a free one");
        }
        ExtChecksum.checkInode(superblock, number, bytes, what, offset);
        return inode;
    }
}
