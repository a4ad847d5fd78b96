package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;
import org.rescuekey.filesystem.ntfs.NtfsMap.PageFile;
import org.rescuekey.filesystem.ntfs.RunList.Run;
import org.rescuekey.filesystem.runs.BitRuns;
import org.rescuekey.filesystem.runs.UsedRuns;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Builds the used map from $Bitmap, of a volume that was closed. Added to it, whatever the bitmap says: the start of
 * the volume, the clusters of all files, first of the system's own, and all from the last whole cluster to the end of the
 * device, where the copy of the boot sector stands. Taken from it: the clusters that NTFS itself knows as bad, which hold
 * nothing. A cluster that a file has is never taken away, nor left out with a page file. For one map.
 */
final class NtfsUsedMap {
    private static final int BITMAP_RECORD = 6;
    private static final int START_BYTES = 8192;
    private static final int MAX_RUNS = 1 << 18;

    private final BlockDevice volume;
    private final NtfsBootSector boot;
    private final Mft mft;
    private final List<String> notes = new ArrayList<>();
    private int checkedRuns;

    NtfsUsedMap(BlockDevice volume, NtfsBootSector boot, Mft mft) {
        this.volume = volume;
        this.boot = boot;
        this.mft = mft;
    }

    /** What the system's own files add to the bitmap, and what they share with clusters that are to be treated apart. */
    private record OwnFiles(ExtentSet more, ExtentSet shared) {}

    /** @param leaveOut whether to look for files whose content nobody needs */
    NtfsMap build(boolean leaveOut) throws RescueException {
        ExtentSet bad = badClusters();
        List<PageFile> pageFiles = leaveOut ? new PageFiles(mft, boot).find() : List.of();
        ExtentSet bitmap = fromBitmap();
        ExtentSet.Builder apart = ExtentSet.builder();
        bad.forEach(apart::add);
        pageFiles.forEach(file -> file.extents().forEach(apart::add));
        OwnFiles own = ownFiles(bitmap, apart.build());
        ExtentSet used = UsedRuns.union(bitmap, own.more());
        if (!bad.isEmpty()) {
            ExtentSet unused = withoutFiles(bad.subtract(own.shared()));
            noteBad(bad, unused);
            used = used.subtract(unused);
        }
        Optional<UnmarkedFiles.Found> others = ofOtherFiles(used, pageFiles);
        used = UsedRuns.union(used, others.map(UnmarkedFiles.Found::extents).orElse(ExtentSet.empty()));
        // What other files have is known only if all of them were looked into.
        boolean isKnown = others.filter(found -> found.damagedRecords() == 0).isPresent();
        List<PageFile> leftOut = isKnown
                ? leftOut(
                        pageFiles, used, own.shared().union(others.orElseThrow().shared()))
                : List.of();
        new BackupBootSector(volume, boot).problem().ifPresent(notes::add);
        noteShadowCopies();
        return new NtfsMap(used, leftOut, notes);
    }

    private void noteShadowCopies() throws RescueException {
        try {
            if (ShadowCopies.areOn(volume)) {
                notes.add("It has shadow copies (restore points, previous versions). What they keep of files that were"
                        + " deleted since lies in free space and is not captured; every sector (--exact) keeps it.");
            }
        } catch (DeviceException e) {
            if (!e.isUnreadableSector()) {
                throw e;
            }
            notes.add("Whether it has shadow copies cannot be read (" + e.getMessage() + ").");
        }
    }

    /** What the bitmap has not marked of the files of users. */
    private Optional<UnmarkedFiles.Found> ofOtherFiles(ExtentSet used, List<PageFile> pageFiles)
            throws RescueException {
        try {
            UnmarkedFiles.Found found = new UnmarkedFiles(mft, boot, used, pageFiles).search();
            if (!found.note().isEmpty()) {
                notes.add(found.note());
            }
            if (found.damagedRecords() > 0) {
                notes.add(String.format(
                        Locale.ROOT,
                        "%,d of its file records are damaged or cannot be read; for these its bitmap alone tells what is free.",
                        found.damagedRecords()));
            }
            return Optional.of(found);
        } catch (DeviceException e) {
            if (!e.isUnreadableSector()) {
                throw e;
            }
            notes.add(
                    "Its list of files cannot be read (" + e.getMessage() + "); its bitmap alone tells what is free.");
            return Optional.empty();
        }
    }

    private static List<PageFile> leftOut(List<PageFile> files, ExtentSet used, ExtentSet shared) {
        List<PageFile> leftOut = new ArrayList<>();
        for (PageFile file : files) {
            ExtentSet alone = file.extents().subtract(shared);
            for (PageFile other : files) {
                alone = other.name().equals(file.name()) ? alone : alone.subtract(other.extents());
            }
            ExtentSet extents = alone.intersect(used);
            if (!extents.isEmpty()) {
                leftOut.add(new PageFile(file.name(), file.record(), extents));
            }
        }
        return leftOut;
    }

    /** What the bitmap marks, no more. */
    ExtentSet fromBitmap() throws RescueException {
        Content bitmap = mft.content(mft.record(BITMAP_RECORD), Attribute.DATA, "", "$Bitmap")
                .orElseThrow(() -> new MalformedDataException("$Bitmap", 0, "content", "none"));
        long bitmapBytes = (boot.clusterCount() + 7) / 8;
        if (bitmap.sizeBytes() < bitmapBytes
                || bitmap.initialisedBytes() < bitmapBytes
                || bitmap.runs().stream().anyMatch(Run::isSparse)) {
            throw new MalformedDataException(
                    "$Bitmap", 0, bitmapBytes + " bytes that were written", bitmap.initialisedBytes() + " bytes");
        }
        UsedRuns used = new UsedRuns();
        long clusterBytes = boot.clusterBytes();
        for (long offset = 0; offset < bitmapBytes; offset += BitRuns.WINDOW_BYTES) {
            int length = (int) Math.min(BitRuns.WINDOW_BYTES, bitmapBytes - offset);
            ByteBuffer window = bitmap.read(offset, length);
            long first = offset * 8;
            BitRuns.scan(
                    window,
                    Math.min(length * 8L, boot.clusterCount() - first),
                    (start, end) -> used.add((first + start) * clusterBytes, (first + end) * clusterBytes));
        }
        return used.build();
    }

    /** The list of bad clusters is as long as the volume; where it is not sparse, the cluster of that number is bad. */
    private ExtentSet badClusters() throws RescueException {
        ExtentSet.Builder bad = ExtentSet.builder();
        for (Attribute attribute : mft.attributes(mft.record(SystemFiles.BAD_CLUSTERS_RECORD))) {
            if (attribute.is(Attribute.DATA, SystemFiles.BAD_CLUSTERS_STREAM)) {
                checkRuns(attribute.runs().size());
                for (Run run : attribute.runs()) {
                    if (!run.isSparse() && run.firstCluster() == run.firstVcn()) {
                        bad.add(boot.extent(run));
                    }
                }
            }
        }
        return bad.build();
    }

    /** No file has clusters that are bad, unless the volume is damaged; then they are read like any other. */
    private ExtentSet withoutFiles(ExtentSet bad) throws RescueException {
        try {
            NtfsOwners owners = new OwnerSearch(mft, boot, bad, SystemFiles.BAD_CLUSTERS_RECORD).search();
            return owners.complete() && owners.damagedRecords() == 0 ? owners.ownerless() : ExtentSet.empty();
        } catch (DeviceException e) {
            if (!e.isUnreadableSector()) {
                throw e;
            }
            return ExtentSet.empty();
        }
    }

    private void noteBad(ExtentSet bad, ExtentSet unused) {
        if (!unused.isEmpty()) {
            notes.add(ByteCount.of(unused.totalBytes()).exact()
                    + " of it are in clusters that its own system marked as bad; they hold no data and are not read.");
        }
        long shared = (bad.totalBytes() - unused.totalBytes()) / boot.clusterBytes();
        if (shared > 0) {
            notes.add(clusters(shared) + " that its system marked as bad may be in use by files and are read.");
        }
    }

    private OwnFiles ownFiles(ExtentSet bitmap, ExtentSet apart) throws RescueException {
        ExtentSet.Builder more = ExtentSet.builder();
        ExtentSet.Builder shared = ExtentSet.builder();
        Extent start = new Extent(0, Math.min(START_BYTES, volume.sizeBytes()));
        more.add(start);
        more.add(boot.clusterCount() * boot.clusterBytes(), volume.sizeBytes());
        apart.intersect(start).forEach(shared::add);
        SystemFiles.Visitor check = (file, attributes) -> {
            ExtentSet unmarked = unmarked(attributes, bitmap, apart, shared);
            if (!unmarked.isEmpty()) {
                notes.add("Its bitmap calls " + clusters(unmarked.totalBytes() / boot.clusterBytes()) + " of " + file
                        + " free; they are taken as used. Its own system should check it.");
                unmarked.forEach(more::add);
            }
        };
        SystemFiles files = new SystemFiles(mft);
        files.forEach(check);
        try {
            files.forEachInExtend(check);
        } catch (MalformedDataException | DeviceException e) {
            // The bitmap speaks for these as it does for all other files.
            if (e instanceof DeviceException error && !error.isUnreadableSector()) {
                throw e;
            }
            notes.add("Its files in $Extend cannot be read (" + e.getMessage() + ").");
        }
        return new OwnFiles(more.build(), shared.build());
    }

    /** The clusters of a file that the bitmap calls free; adds those that are to be treated apart to others. */
    private ExtentSet unmarked(List<Attribute> attributes, ExtentSet bitmap, ExtentSet apart, ExtentSet.Builder shared)
            throws MalformedDataException {
        ExtentSet.Builder missing = ExtentSet.builder();
        for (Attribute attribute : attributes) {
            for (Run run : attribute.runs()) {
                if (!run.isSparse()) {
                    Extent extent = boot.extent(run);
                    if (!bitmap.contains(extent)) {
                        missing.add(extent);
                        checkRuns(1);
                    }
                    ExtentSet both = apart.intersect(extent);
                    both.forEach(shared::add);
                    checkRuns(both.size());
                }
            }
        }
        return missing.build().subtract(bitmap);
    }

    /** Bounds both memory and time: a volume with more than this is damaged. */
    private void checkRuns(int more) throws MalformedDataException {
        checkedRuns += more;
        if (checkedRuns > MAX_RUNS) {
            throw new MalformedDataException("NTFS system files", 0, "at most " + MAX_RUNS + " odd runs", "more");
        }
    }

    private static String clusters(long count) {
        return count == 1 ? "1 cluster" : String.format(Locale.ROOT, "%,d clusters", count);
    }
}
