package org.rescuekey.filesystem.ntfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;
import org.rescuekey.filesystem.ntfs.NtfsMap.PageFile;
import org.rescuekey.filesystem.ntfs.RunList.Run;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Finds the clusters that files have and the bitmap calls free, in one pass over all records. A driver that was cut off leaves
 * such files, and not always a mark that it was. For one search.
 */
final class UnmarkedFiles {
    private static final int MAX_RUNS = 1 << 18;
    private static final int NAMED = 3;

    private final Mft mft;
    private final NtfsBootSector boot;
    private final ExtentSet marked;
    private final ExtentSet apart;
    private final Set<Long> owners;
    private final ExtentSet.Builder shared = ExtentSet.builder();
    private final ExtentSet.Builder missing = ExtentSet.builder();
    private final List<Long> examples = new ArrayList<>();
    private int runs;
    private long files;
    private long lastFile = -1;

    /**
     * A search.
     *
     * @param marked all that is known to be in use already
     * @param pageFiles the files whose clusters are to be treated apart, unless another file has them too
     */
    UnmarkedFiles(Mft mft, NtfsBootSector boot, ExtentSet marked, List<PageFile> pageFiles) {
        ExtentSet.Builder clusters = ExtentSet.builder();
        pageFiles.forEach(file -> file.extents().forEach(clusters::add));
        apart = clusters.build();
        owners = pageFiles.stream().map(PageFile::record).collect(Collectors.toSet());
        this.mft = mft;
        this.boot = boot;
        this.marked = marked;
    }

    /**
     * What was found.
     *
     * @param extents what is missing in the bitmap; never a part of what is known
     * @param shared the clusters of the page files that another file has too
     * @param note a sentence on it; empty if nothing is missing
     * @param damagedRecords how many records could not be looked into
     */
    record Found(ExtentSet extents, ExtentSet shared, String note, long damagedRecords) {}

    /** @throws MalformedDataException if so much is missing that the bitmap tells nothing */
    Found search() throws RescueException {
        long damaged = mft.scan(this::look);
        if (runs > MAX_RUNS) {
            throw new MalformedDataException("$Bitmap", 0, "the clusters of the files", "too many missing");
        }
        ExtentSet unmarked = missing.build().subtract(marked);
        return new Found(unmarked, shared.build(), unmarked.isEmpty() ? "" : note(unmarked), damaged);
    }

    /** The list of bad clusters is no file that holds something. */
    private void look(FileRecord record) {
        if (record.baseRecord() == SystemFiles.BAD_CLUSTERS_RECORD) {
            return;
        }
        for (Attribute attribute : record.attributes()) {
            for (Run run : attribute.runs()) {
                if (!run.isSparse() && runs <= MAX_RUNS) {
                    Extent extent = boot.extent(run);
                    if (apart.intersects(extent) && !owners.contains(record.baseRecord())) {
                        apart.intersect(extent).forEach(shared::add);
                        runs++;
                    }
                    if (!marked.contains(extent)) {
                        take(record.baseRecord(), extent);
                    }
                }
            }
        }
    }

    private void take(long file, Extent extent) {
        missing.add(extent);
        runs++;
        if (file != lastFile) {
            lastFile = file;
            files++;
            if (examples.size() < NAMED) {
                examples.add(file);
            }
        }
    }

    private String note(ExtentSet unmarked) throws RescueException {
        FilePaths paths = new FilePaths(mft);
        List<String> names = new ArrayList<>();
        for (long file : examples) {
            names.add(paths.of(file));
        }
        long clusters = unmarked.totalBytes() / boot.clusterBytes();
        return String.format(
                Locale.ROOT,
                "Its bitmap calls %,d %s of %,d %s free (%s%s); they are taken as used. Its own system should check it.",
                clusters,
                clusters == 1 ? "cluster" : "clusters",
                files,
                files == 1 ? "file" : "files",
                String.join(", ", names),
                files > names.size() ? ", ..." : "");
    }
}
