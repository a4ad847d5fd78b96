package org.rescuekey.filesystem.fat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.files.DirectoryListing;
import org.rescuekey.filesystem.files.DirectoryTree;
import org.rescuekey.filesystem.files.FileContent;
import org.rescuekey.filesystem.files.FileOnVolume;
import org.rescuekey.filesystem.files.FileRun;

/**
 * The directories of a FAT volume. A name is found by its long or its short form, whatever the case of its letters. Chains are
 * followed as far as the size says; one that ends before is damage. Each step that is not to the next cluster is a run, and runs are limited.
 */
final class FatTree implements DirectoryTree<FatEntries.File> {
    private static final int ENTRY_BYTES = 32;
    /** The size to which a directory may grow. */
    private static final int MAX_DIRECTORY_BYTES = 2 << 20;
    /** The far ends of a table may have to be read for each. */
    private static final int MAX_RUNS = 1 << 16;

    private final BlockDevice volume;
    private final FatBootSector boot;
    private final FatChains chains;

    /** Takes the entries of a directory. */
    @FunctionalInterface
    private interface Sink {
        /** @return whether to go on */
        boolean entry(FatEntries.File entry);
    }

    FatTree(BlockDevice volume, FatBootSector boot) {
        this.volume = volume;
        this.boot = boot;
        this.chains = new FatChains(volume, boot);
    }

    @Override
    public FatEntries.File root() {
        return new FatEntries.File("", "", true, boot.rootCluster(), 0);
    }

    @Override
    public boolean isSeparator(char letter) {
        return letter == '/' || letter == '\\';
    }

    @Override
    public String name(FatEntries.File place) {
        return place.name();
    }

    @Override
    public FileOnVolume.Kind kind(FatEntries.File place) {
        return place.directory() ? FileOnVolume.Kind.DIRECTORY : FileOnVolume.Kind.FILE;
    }

    @Override
    public Optional<FatEntries.File> child(FatEntries.File directory, String name) throws RescueException {
        FatEntries.@Nullable File[] found = new FatEntries.File[1];
        forEach(directory, entry -> {
            if (isSame(entry.name(), name) || isSame(entry.shortName(), name)) {
                found[0] = entry;
            }
            return found[0] == null;
        });
        return Optional.ofNullable(found[0]);
    }

    @Override
    public DirectoryListing list(FatEntries.File directory, int most) throws RescueException {
        List<DirectoryListing.Name> names = new ArrayList<>();
        boolean[] isMore = {false};
        forEach(directory, entry -> {
            isMore[0] = names.size() == most;
            if (!isMore[0]) {
                names.add(new DirectoryListing.Name(entry.name(), entry.directory()));
            }
            return !isMore[0];
        });
        return new DirectoryListing(names, !isMore[0]);
    }

    @Override
    public FileOnVolume open(FatEntries.File place, String path) throws RescueException {
        return place.directory()
                ? FileOnVolume.of(volume, path, FileOnVolume.Kind.DIRECTORY)
                : FileOnVolume.file(volume, path, content(place, path));
    }

    private FileContent content(FatEntries.File file, String path) throws RescueException {
        long clusters = (file.sizeBytes() + boot.clusterBytes() - 1) / boot.clusterBytes();
        if (clusters > boot.clusterCount()) {
            throw new MalformedDataException(
                    path, 0, "at most " + boot.clusterCount() + " clusters", Long.toString(clusters));
        }
        List<FileRun> runs = new ArrayList<>();
        long cluster = file.firstCluster();
        long start = cluster;
        long done = 0;
        for (long i = 0; i < clusters; i++) {
            if (!boot.hasCluster(cluster)) {
                throw new MalformedDataException(path, 0, clusters + " clusters", "a chain that ends after " + i);
            }
            long next = i + 1 < clusters ? next(cluster) : 0;
            if (next != cluster + 1) {
                long length = Math.min((cluster + 1 - start) * boot.clusterBytes(), file.sizeBytes() - done);
                runs.add(new FileRun(done, boot.clusterOffsetBytes(start), length));
                checkRuns(runs, path);
                done += length;
                start = next;
            }
            cluster = next;
        }
        return FileContent.of(volume, path, file.sizeBytes(), runs, "");
    }

    private static void checkRuns(List<FileRun> runs, String path) throws MalformedDataException {
        if (runs.size() > MAX_RUNS) {
            throw new MalformedDataException(path, 0, "at most " + MAX_RUNS + " runs", "more");
        }
    }

    private void forEach(FatEntries.File directory, Sink sink) throws RescueException {
        FatEntries entries = new FatEntries(boot.width() == 32);
        if (directory.firstCluster() == 0 && boot.width() != 32) {
            take(Reads.at(volume, boot.rootOffsetBytes(), boot.rootBytes(), "FAT root directory"), entries, sink);
            return;
        }
        long cluster = directory.firstCluster();
        String what = directory.name().isEmpty() ? "FAT root directory" : "directory " + directory.name();
        boolean goesOn = true;
        for (long taken = 0; goesOn && cluster != 0 && taken < MAX_DIRECTORY_BYTES; taken += boot.clusterBytes()) {
            if (!boot.hasCluster(cluster)) {
                throw new MalformedDataException(
                        what, 0, "a cluster of 2 to " + (boot.clusterCount() + 1), Long.toString(cluster));
            }
            ByteBuffer bytes = Reads.at(volume, boot.clusterOffsetBytes(cluster), boot.clusterBytes(), what);
            goesOn = take(bytes, entries, sink);
            cluster = goesOn ? next(cluster) : 0;
        }
    }

    /** A table that no copy of can be read ends no chain: that would hide what is behind. */
    private long next(long cluster) throws RescueException {
        long next = chains.next(cluster);
        if (chains.lostSectors() > 0) {
            throw new MalformedDataException("FAT", boot.fatOffsetBytes(), "a copy that can be read", "none");
        }
        return next;
    }

    private static boolean take(ByteBuffer bytes, FatEntries entries, Sink sink) {
        for (int at = 0; at + ENTRY_BYTES <= bytes.limit(); at += ENTRY_BYTES) {
            switch (entries.take(bytes.slice(at, ENTRY_BYTES))) {
                case FatEntries.End _ -> {
                    return false;
                }
                case FatEntries.Nothing _ -> {
                    // A part of a long name, or what was deleted.
                }
                case FatEntries.File file -> {
                    if (!sink.entry(file)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** As systems compare names of FAT: letter by letter, each half of a surrogate pair by itself. */
    private static boolean isSame(String one, String other) {
        if (one.length() != other.length()) {
            return false;
        }
        for (int i = 0; i < one.length(); i++) {
            if (Character.toUpperCase(one.charAt(i)) != Character.toUpperCase(other.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
