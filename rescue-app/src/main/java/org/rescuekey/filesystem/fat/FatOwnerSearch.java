package org.rescuekey.filesystem.fat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.owners.Owner;
import org.rescuekey.filesystem.owners.OwnerHits;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SalvagingReader;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Finds what some bytes of a volume belong to by a walk through all directories, which follows the chain of every file.
 * Directories that contain themselves, and chains that do not end, come to an end by the number of clusters that there are.
 * For one search.
 */
final class FatOwnerSearch {
    /** The size to which a directory may grow. */
    private static final int MAX_DIRECTORY_BYTES = 2 << 20;

    private static final int PIECE_BYTES = 64 << 10;
    private static final int ENTRY_BYTES = 32;
    private static final int MAX_DEPTH = 128;
    private static final int CLUSTERS_A_QUESTION = 1 << 16;

    /** An entry that was deleted: stands for what cannot be read, as zeros would end the directory. */
    private static final int DELETED = 0xE5;

    private final FatBootSector boot;
    private final SearchWatch watch;
    private final OwnerHits hits;
    private final FatChains chains;
    private final SalvagingReader reader;
    private final Deque<Directory> open = new ArrayDeque<>();
    private long budgetClusters;
    private long lostSectors;
    private boolean isTooDeep;

    /** A directory on the way from the root directory to where the walk is. */
    private final class Directory {
        private final String path;
        private final long firstCluster;
        private final FatEntries entries = new FatEntries(boot.width() == 32);
        private long cluster;
        private long position;
        private long end;
        private long takenBytes;
        private ByteBuffer piece = ByteBuffer.allocate(0);

        /** One that is made of clusters. */
        private Directory(String path, long firstCluster) {
            this.path = path;
            this.firstCluster = firstCluster;
            this.cluster = firstCluster;
            enter();
        }

        /** The root directory of fixed size. */
        private Directory() {
            path = "";
            firstCluster = 0;
            cluster = 0;
            position = boot.rootOffsetBytes();
            end = position + boot.rootBytes();
        }

        private void enter() {
            position = boot.clusterOffsetBytes(cluster);
            end = position + boot.clusterBytes();
            take(path.isEmpty() ? "/" : path, Owner.Kind.DIRECTORY, new Extent(position, end - position));
        }

        /** Makes the next bytes be at hand; false at the end. */
        private boolean refill() throws RescueException {
            if (position == end) {
                if (cluster == 0 || takenBytes >= MAX_DIRECTORY_BYTES || --budgetClusters < 0) {
                    return false;
                }
                cluster = chains.next(cluster);
                if (cluster == 0) {
                    return false;
                }
                enter();
            }
            int length = (int) Math.min(PIECE_BYTES, end - position);
            piece = reader.read(position, length, boot.sectorBytes(), DELETED, "FAT directory");
            lostSectors += reader.takeLostUnits();
            position += length;
            takenBytes += length;
            return true;
        }
    }

    FatOwnerSearch(BlockDevice volume, FatBootSector boot, ExtentSet wanted, SearchWatch watch) {
        this.boot = boot;
        this.watch = watch;
        this.hits = new OwnerHits(wanted);
        this.chains = new FatChains(volume, boot);
        this.reader = new SalvagingReader(volume);
        // Of a sound volume each cluster is come by once.
        this.budgetClusters = 2 * boot.clusterCount() + 64;
    }

    Owners search() throws RescueException {
        structures();
        if (boot.width() != 32) {
            open.addLast(new Directory());
        } else if (boot.hasCluster(boot.rootCluster())) {
            open.addLast(new Directory("", boot.rootCluster()));
        } else {
            hits.incomplete("Its root directory was not found.");
        }
        boolean goesOn = true;
        while (goesOn && !open.isEmpty()) {
            goesOn = step(open.getLast());
        }
        notes(goesOn);
        return hits.result();
    }

    private void structures() {
        hits.structure("the boot sector", new Extent(0, boot.sectorBytes()));
        if (boot.fatOffsetBytes() > boot.sectorBytes()) {
            hits.structure("the reserved sectors", Extent.between(boot.sectorBytes(), boot.fatOffsetBytes()));
        }
        for (int copy = 0; copy < boot.fatCount(); copy++) {
            String name = copy == boot.activeFat() ? "the FAT" : "copy " + (copy + 1) + " of the FAT";
            hits.structure(name, new Extent(boot.fatOffsetBytes() + copy * boot.fatBytes(), boot.fatBytes()));
        }
        if (boot.width() != 32) {
            take("/", Owner.Kind.DIRECTORY, new Extent(boot.rootOffsetBytes(), boot.rootBytes()));
        }
    }

    /** Goes on in the innermost directory up to the next one in it, or the next piece; false if the search was ended. */
    private boolean step(Directory directory) throws RescueException {
        while (directory.piece.remaining() >= ENTRY_BYTES) {
            FatEntries.Entry entry =
                    directory.entries.take(directory.piece.slice(directory.piece.position(), ENTRY_BYTES));
            directory.piece.position(directory.piece.position() + ENTRY_BYTES);
            switch (entry) {
                case FatEntries.End _ -> {
                    open.removeLast();
                    return true;
                }
                case FatEntries.Nothing _ -> {
                    // A part of a long name, or what was deleted.
                }
                case FatEntries.File file -> {
                    if (file.directory()) {
                        enter(directory.path + "/" + file.name(), file.firstCluster());
                        return true;
                    }
                    follow(directory.path + "/" + file.name(), file);
                }
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

    private void enter(String path, long firstCluster) {
        boolean isAbove = open.stream().anyMatch(each -> each.firstCluster == firstCluster);
        if (!boot.hasCluster(firstCluster) || isAbove) {
            return;
        }
        if (open.size() == MAX_DEPTH || --budgetClusters < 0) {
            isTooDeep = true;
            return;
        }
        open.addLast(new Directory(path, firstCluster));
    }

    private void follow(String path, FatEntries.File file) throws RescueException {
        long clusters = (file.sizeBytes() + boot.clusterBytes() - 1) / boot.clusterBytes();
        long cluster = boot.hasCluster(file.firstCluster()) ? file.firstCluster() : 0;
        long runStart = cluster;
        long bytes = 0;
        for (long i = 0; i < clusters && cluster != 0 && --budgetClusters >= 0; i++) {
            long next = i + 1 < clusters ? chains.next(cluster) : 0;
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
        if (bytes > 0) {
            hits.add(Owner.Kind.FILE, path, "", bytes);
        }
    }

    private void take(String path, Owner.Kind kind, Extent extent) {
        long bytes = hits.take(extent);
        if (bytes > 0) {
            hits.add(kind, path, "", bytes);
        }
    }

    private void notes(boolean cameToItsEnd) {
        hits.incomplete(
                lostSectors,
                "A sector of a directory could not be read: the files that it names, and all in them, are not known.",
                "sectors of directories could not be read: the files that they name, and all in them, are not known.");
        hits.incomplete(
                chains.lostSectors(),
                "A sector of the FAT could not be read in any copy: where the files go on that it links is not known.",
                "sectors of the FAT could not be read in any copy: where the files go on that they link is not known.");
        if (isTooDeep || budgetClusters < 0) {
            hits.incomplete("Its directories and chains contradict each other, so that not all were followed.");
        }
        if (!cameToItsEnd) {
            hits.incomplete("The search for the files was ended before it was through.");
        }
    }
}
