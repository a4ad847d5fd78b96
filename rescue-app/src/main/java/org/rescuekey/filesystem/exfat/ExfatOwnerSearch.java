package org.rescuekey.filesystem.exfat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.owners.Owner;
import org.rescuekey.filesystem.owners.OwnerHits;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SalvagingReader;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Finds what some bytes of a volume belong to by a walk through all directories, which follows the chain of every file that
 * is not in one piece. Directories that contain themselves, and chains that do not end, come to an end by the number of
 * clusters that there are. For one search.
 */
final class ExfatOwnerSearch {
    private static final int PIECE_BYTES = 64 << 10;
    private static final int MAX_DEPTH = 128;
    private static final int CLUSTERS_A_QUESTION = 1 << 16;

    /** An entry that is not in use: stands for what cannot be read, as zeros would end the directory. */
    private static final int UNUSED = 0x05;

    private final ExfatBootSector boot;
    private final SearchWatch watch;
    private final OwnerHits hits;
    private final ExfatTable table;
    private final SalvagingReader reader;
    private final Deque<Directory> open = new ArrayDeque<>();
    private final Set<Long> lostWindows = new HashSet<>();
    private long budgetClusters;
    private long lostSectors;
    private boolean isTooDeep;

    /** A directory on the way from the root directory to where the walk is. */
    private final class Directory {
        private final String path;
        private final ExfatEntries.Content content;
        private final ExfatEntries entries = new ExfatEntries();
        private final long mostClusters;
        private long cluster;
        private long clusters = 1;
        private long position;
        private long end;
        private ByteBuffer piece = ByteBuffer.allocate(0);

        private Directory(String path, ExfatEntries.Content content) {
            this.path = path;
            this.content = content;
            long known = content.lengthBytes() == 0 ? ExfatRoot.MAX_BYTES : content.lengthBytes();
            mostClusters = Math.max(1, clusters(Math.min(known, ExfatRoot.MAX_BYTES)));
            cluster = content.firstCluster();
            enter();
        }

        private void enter() {
            position = boot.clusterOffsetBytes(cluster);
            end = position + boot.clusterBytes();
            long bytes = hits.take(new Extent(position, end - position));
            if (bytes > 0) {
                hits.add(Owner.Kind.DIRECTORY, path.isEmpty() ? "/" : path, "", bytes);
            }
        }

        /** Makes the next bytes be at hand; false at the end. */
        private boolean refill() throws RescueException {
            if (position == end) {
                if (clusters == mostClusters || --budgetClusters < 0) {
                    return false;
                }
                cluster = next(content, cluster);
                if (cluster == 0) {
                    return false;
                }
                clusters++;
                enter();
            }
            int length = (int) Math.min(PIECE_BYTES, end - position);
            piece = reader.read(position, length, boot.sectorBytes(), UNUSED, "exFAT directory");
            lostSectors += reader.takeLostUnits();
            position += length;
            return true;
        }
    }

    ExfatOwnerSearch(BlockDevice volume, ExfatBootSector boot, ExfatTable table, ExtentSet wanted, SearchWatch watch) {
        this.boot = boot;
        this.watch = watch;
        this.table = table;
        this.hits = new OwnerHits(wanted);
        this.reader = new SalvagingReader(volume);
        // Of a sound volume each cluster is come by once.
        this.budgetClusters = 2 * boot.clusterCount() + 64;
    }

    Owners search() throws RescueException {
        structures();
        open.addLast(new Directory("", new ExfatEntries.Content(boot.rootCluster(), 0, false)));
        boolean goesOn = true;
        while (goesOn && !open.isEmpty()) {
            goesOn = step(open.getLast());
        }
        notes(goesOn);
        return hits.result();
    }

    private void structures() {
        hits.structure("the boot region", new Extent(0, boot.bootRegionBytes()));
        hits.structure("the backup of the boot region", new Extent(boot.bootRegionBytes(), boot.bootRegionBytes()));
        hits.structure("the FAT", new Extent(boot.fatOffsetBytes(), (boot.clusterCount() + 2) * 4));
    }

    /** Goes on in the innermost directory up to the next one in it, or the next piece; false if the search was ended. */
    private boolean step(Directory directory) throws RescueException {
        while (directory.piece.remaining() >= ExfatEntries.ENTRY_BYTES) {
            ByteBuffer bytes = directory.piece.slice(directory.piece.position(), ExfatEntries.ENTRY_BYTES);
            directory.piece.position(directory.piece.position() + ExfatEntries.ENTRY_BYTES);
            Optional<ExfatEntries.Entry> entry = directory.entries.take(bytes);
            if (directory.entries.isAtEnd()) {
                open.removeLast();
                return true;
            }
            if (entry.isPresent() && take(directory, entry.get())) {
                return true;
            }
        }
        if (!watch.goOn()) {
            return false;
        }
        if (!directory.refill()) {
            open.removeLast();
        }
        return true;
    }

    /** Tells whether there is a new innermost directory. */
    private boolean take(Directory directory, ExfatEntries.Entry entry) throws RescueException {
        return switch (entry) {
            case ExfatEntries.Structure structure -> {
                if (open.size() == 1) {
                    long bytes = follow(structure.content());
                    if (bytes > 0) {
                        hits.add(Owner.Kind.STRUCTURE, structure.name(), "", bytes);
                    }
                }
                yield false;
            }
            case ExfatEntries.File file
            when file.directory() -> enter(directory.path + "/" + file.name(), file.content());
            case ExfatEntries.File file -> {
                long bytes = follow(file.content());
                if (bytes > 0) {
                    hits.add(Owner.Kind.FILE, directory.path + "/" + file.name(), "", bytes);
                }
                yield false;
            }
        };
    }

    private boolean enter(String path, ExfatEntries.Content content) {
        long first = content.firstCluster();
        boolean isAbove = open.stream().anyMatch(each -> each.content.firstCluster() == first);
        if (!boot.hasCluster(first) || isAbove) {
            return false;
        }
        if (open.size() == MAX_DEPTH || --budgetClusters < 0) {
            isTooDeep = true;
            return false;
        }
        open.addLast(new Directory(path, content));
        return true;
    }

    private long follow(ExfatEntries.Content content) throws RescueException {
        long first = content.firstCluster();
        if (!boot.hasCluster(first) || content.lengthBytes() == 0) {
            return 0;
        }
        long clusters = clusters(content.lengthBytes());
        if (content.inOnePiece()) {
            long present = Math.min(clusters, boot.clusterCount() + 2 - first);
            return hits.take(new Extent(boot.clusterOffsetBytes(first), present * boot.clusterBytes()));
        }
        long cluster = first;
        long runStart = first;
        long bytes = 0;
        for (long i = 0; i < clusters && cluster != 0 && --budgetClusters >= 0; i++) {
            long next = i + 1 < clusters ? next(content, cluster) : 0;
            if (next != cluster + 1) {
                long start = boot.clusterOffsetBytes(runStart);
                bytes += hits.take(Extent.between(start, boot.clusterOffsetBytes(cluster) + boot.clusterBytes()));
                runStart = next;
            }
            cluster = next;
            if (i % CLUSTERS_A_QUESTION == CLUSTERS_A_QUESTION - 1 && !watch.goOn()) {
                break;
            }
        }
        return bytes;
    }

    /** The cluster behind another one; 0 if there is none, or it is not known. */
    private long next(ExfatEntries.Content content, long cluster) throws RescueException {
        long next = 0;
        if (content.inOnePiece()) {
            next = cluster + 1;
        } else if (!lostWindows.contains(table.windowOf(cluster))) {
            try {
                next = table.entry(cluster);
            } catch (DeviceException e) {
                if (!e.isUnreadableSector()) {
                    throw e;
                }
                lostWindows.add(table.windowOf(cluster));
            }
        }
        return boot.hasCluster(next) ? next : 0;
    }

    private long clusters(long lengthBytes) {
        return lengthBytes / boot.clusterBytes() + (lengthBytes % boot.clusterBytes() == 0 ? 0 : 1);
    }

    private void notes(boolean cameToItsEnd) {
        hits.incomplete(
                lostSectors,
                "A sector of a directory could not be read: the files that it names, and all in them, are not known.",
                "sectors of directories could not be read: the files that they name, and all in them, are not known.");
        hits.incomplete(
                lostWindows.size(),
                "A part of the FAT could not be read: where the files go on that it links is not known.",
                "parts of the FAT could not be read: where the files go on that they link is not known.");
        if (isTooDeep || budgetClusters < 0) {
            hits.incomplete("Its directories and chains contradict each other, so that not all were followed.");
        }
        if (!cameToItsEnd) {
            hits.incomplete("The search for the files was ended before it was through.");
        }
    }
}
