package org.rescuekey.filesystem.ntfs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;
import org.rescuekey.filesystem.ntfs.RunList.Run;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.ExtentSet;

/**
 * The files of a volume with NTFS: found by path, listed, read, and named by the clusters that they own. What stands on
 * the volume is shown: nothing is replayed, links to other places are not followed, and there are no permissions.
 * Nothing is kept of a listing, whatever its length. Not for several threads.
 */
public final class NtfsFiles {
    private static final int MAX_DEPTH = 1024;

    private final NtfsBootSector boot;
    private final Mft mft;
    private @Nullable UpperCase upperCase;

    /** Takes the names of a directory, in no order. */
    @FunctionalInterface
    public interface EntrySink {
        void entry(NtfsEntry entry) throws RescueException;
    }

    private NtfsFiles(NtfsBootSector boot, Mft mft) {
        this.boot = boot;
        this.mft = mft;
    }

    /** @throws MalformedDataException if its boot sector or the record of its $MFT is damaged */
    public static NtfsFiles open(BlockDevice volume) throws RescueException {
        NtfsBootSector boot = NtfsBootSector.parse(Reads.at(volume, 0, NtfsBootSector.SIZE_BYTES, "NTFS boot sector"));
        return new NtfsFiles(boot, Mft.open(volume, boot));
    }

    Mft mft() {
        return mft;
    }

    /** The root directory. */
    public NtfsEntry root() throws RescueException {
        FileRecord record = mft.record(RootDirectory.RECORD);
        long reference = (long) record.sequence() << 48 | RootDirectory.RECORD;
        return new NtfsEntry("", reference, true, 0, Instant.EPOCH, Instant.EPOCH);
    }

    /**
     * Finds a file by its path from the root directory, with slashes or backslashes. A name in the very letters is
     * preferred, then one that differs in case by the volume's own table of letters, then the 8.3 form of a name.
     *
     * @throws MalformedDataException if a directory on the way is damaged, so that it is not known whether it is there
     */
    public Optional<NtfsEntry> find(String path) throws RescueException {
        NtfsEntry place = root();
        int depth = 0;
        for (String name : path.split("[/\\\\]", -1)) {
            if (name.isEmpty()) {
                continue;
            }
            Optional<NtfsEntry> next = place.directory() && depth < MAX_DEPTH ? child(place, name) : Optional.empty();
            if (next.isEmpty()) {
                return next;
            }
            place = next.get();
            depth++;
        }
        return Optional.of(place);
    }

    /** What a directory has under a name, preferred as {@link #find} does. */
    Optional<NtfsEntry> child(NtfsEntry directory, String name) throws RescueException {
        UpperCase letters = letters();
        @Nullable NtfsEntry[] best = new NtfsEntry[3];
        long damaged = index(directory).forEach(entry -> {
            if (letters.isSame(entry.name().name(), name)) {
                int rank = entry.name().shortOnly() ? 2 : entry.name().name().equals(name) ? 0 : 1;
                if (best[rank] == null) {
                    best[rank] = NtfsEntry.of(entry);
                }
            }
        });
        for (NtfsEntry entry : best) {
            if (entry != null) {
                return Optional.of(entry);
            }
        }
        if (damaged > 0) {
            throw new MalformedDataException("directory " + directory.name(), 0, "whole blocks", damaged + " damaged");
        }
        return Optional.empty();
    }

    /**
     * Lists a directory, without the 8.3 forms of other names.
     *
     * @return how many blocks of the directory are damaged; the names in them are missing
     */
    public long list(NtfsEntry directory, EntrySink sink) throws RescueException {
        return index(directory).forEach(entry -> {
            // The root directory is in itself.
            if (!entry.name().shortOnly() && !entry.name().name().equals(".")) {
                sink.entry(NtfsEntry.of(entry));
            }
        });
    }

    /** The streams of a file, its main content first; of a directory those that somebody gave it. */
    public List<NtfsStream> streams(NtfsEntry file) throws RescueException {
        Map<String, List<Attribute>> parts = new TreeMap<>();
        for (Attribute attribute : mft.attributes(record(file))) {
            if (attribute.type() == Attribute.DATA) {
                parts.computeIfAbsent(attribute.name(), name -> new ArrayList<>())
                        .add(attribute);
            }
        }
        List<NtfsStream> streams = new ArrayList<>();
        for (Map.Entry<String, List<Attribute>> each : parts.entrySet()) {
            String name = each.getKey();
            String what = file.name() + (name.isEmpty() ? "" : ":" + name);
            Content content =
                    mft.content(each.getValue(), Attribute.DATA, name, what).orElseThrow();
            streams.add(new NtfsStream(name, content, extents(content)));
        }
        return streams;
    }

    /** One stream of a file; the main content has no name. */
    public Optional<NtfsStream> stream(NtfsEntry file, String name) throws RescueException {
        return streams(file).stream()
                .filter(stream -> stream.name().equals(name))
                .findFirst();
    }

    /**
     * Names the files that some bytes of the volume belong to, by whole clusters, in one pass over the $MFT. Damaged
     * and unreadable records are passed over and counted.
     */
    public NtfsOwners owners(ExtentSet bytes) throws RescueException {
        return new OwnerSearch(mft, boot, bytes).search();
    }

    /** The same over any number of bad sectors, for who knows that they fail quickly, up to the end of what is watched. */
    NtfsOwners owners(ExtentSet bytes, SearchWatch watch) throws RescueException {
        return new OwnerSearch(mft, boot, bytes).search(watch);
    }

    private ExtentSet extents(Content content) {
        ExtentSet.Builder extents = ExtentSet.builder();
        for (Run run : content.runs()) {
            if (!run.isSparse()) {
                extents.add(boot.extent(run));
            }
        }
        return extents.build();
    }

    private DirectoryIndex index(NtfsEntry directory) throws RescueException {
        return DirectoryIndex.open(mft, record(directory));
    }

    /** The record of a file, if it still is the one that the entry means. */
    FileRecord record(NtfsEntry file) throws RescueException {
        FileRecord record = mft.record(file.reference() & FileRecord.NUMBER_MASK);
        if (!record.inUse() || record.isExtension() || record.sequence() != (int) (file.reference() >>> 48)) {
            throw new MalformedDataException(
                    "NTFS record " + record.number(), 0, "the file " + file.name(), "another one or none");
        }
        return record;
    }

    private UpperCase letters() throws RescueException {
        UpperCase known = upperCase;
        if (known == null) {
            known = UpperCase.of(mft);
            upperCase = known;
        }
        return known;
    }
}
