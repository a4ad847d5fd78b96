package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;
import org.rescuekey.filesystem.ntfs.RunList.Run;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.filesystem.runs.BitRuns;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Walks through a volume for {@link NtfsProof}, its $MFT once for each window of clusters. For one walk. */
final class NtfsProver {
    static final int WINDOW_CLUSTERS = 1 << 28;

    /** NTFS has no more, and each window takes a pass. */
    private static final long MAX_CLUSTERS = 1L << 32;

    private static final int BITMAP_RECORD = 6;
    /** So many clusters that are owned twice show that nothing is right; to look further is of no use. */
    private static final long MAX_TWICE = 1 << 24;

    private static final int MAX_PLACES = 10;

    private final BlockDevice volume;
    private final SearchWatch watch;
    private final int windowClusters;
    private final NtfsFindings findings;
    private final NtfsBootSector boot;
    private final Mft mft;
    private final ClusterPlaces twice = new ClusterPlaces();
    private final ClusterPlaces unmarked = new ClusterPlaces();
    private long records;
    private long runs;
    private long used;
    private long unowned;
    private long listBytes;

    /** Some clusters, the first of them by number. */
    private static final class ClusterPlaces {
        private final ExtentSet.Builder first = ExtentSet.builder();
        private int places;
        private long clusters;

        private void add(long cluster, long count) {
            clusters += count;
            if (places < MAX_PLACES) {
                first.add(cluster, cluster + count);
                places++;
            }
        }
    }

    NtfsProver(BlockDevice volume, SearchWatch watch, int windowClusters, NtfsFindings findings)
            throws RescueException {
        this.volume = volume;
        this.watch = watch;
        this.windowClusters = windowClusters;
        this.findings = findings;
        this.boot = NtfsBootSector.parse(Reads.at(volume, 0, NtfsBootSector.SIZE_BYTES, "NTFS boot sector"));
        this.mft = Mft.open(volume, boot);
    }

    NtfsProof prove() throws RescueException {
        new BootProof(volume, boot, mft, findings).check();
        if (boot.clusterCount() > MAX_CLUSTERS) {
            findings.add("It has " + boot.clusterCount() + " clusters, more than NTFS allows.");
        } else if (boot.sizeBytes() <= volume.sizeBytes()) {
            walk();
        }
        return new NtfsProof(records, runs, used, unowned, findings.count(), findings.sentences());
    }

    private void walk() throws RescueException {
        Content bitmap = bitmap();
        boolean goesOn = true;
        for (long first = 0; goesOn && first < boot.clusterCount(); first += windowClusters) {
            int count = (int) Math.min(windowClusters, boot.clusterCount() - first);
            ClusterWindow window = new ClusterWindow(first, count);
            boolean isFirst = first == 0;
            mft.scan(new Pass(window, isFirst), 0, watch);
            goesOn = twice.clusters <= MAX_TWICE && watch.goOn();
            if (goesOn) {
                compare(bitmap, window, first);
            }
            used += window.owned();
        }
        if (!watch.goOn()) {
            findings.add("The walk through it was ended before it was through.");
        }
        if (twice.clusters > 0) {
            tell(twice, "belong to more than one file or attribute");
        }
        if (unmarked.clusters > 0) {
            tell(unmarked, "are in use and not set in $Bitmap");
        }
    }

    /** One pass through all records. */
    private final class Pass implements Mft.RecordSink {
        private final ClusterWindow window;
        private final boolean isFirst;

        private Pass(ClusterWindow window, boolean isFirst) {
            this.window = window;
            this.isFirst = isFirst;
        }

        @Override
        public void record(FileRecord record) throws RescueException {
            for (Attribute attribute : record.attributes()) {
                for (Run run : attribute.runs()) {
                    if (!run.isSparse() && twice.clusters <= MAX_TWICE) {
                        window.own(run.firstCluster(), run.count(), twice::add);
                    }
                }
            }
            if (isFirst) {
                records++;
                runs += record.attributes().stream()
                        .mapToLong(attribute -> attribute.runs().size())
                        .sum();
                checkParts(record);
            }
        }

        @Override
        public void damaged(long number, MalformedDataException e) {
            if (isFirst) {
                findings.add(e.getMessage() + ".");
            }
        }
    }

    /** The parts of each attribute follow one another and map all of its size, in whichever records they stand. */
    private void checkParts(FileRecord record) throws RescueException {
        if (record.isExtension() || isListTooMuch(record)) {
            return;
        }
        String what = "NTFS record " + record.number();
        try {
            Map<List<Object>, List<Attribute>> groups = new LinkedHashMap<>();
            for (Attribute attribute : mft.attributes(record)) {
                groups.computeIfAbsent(List.of(attribute.type(), attribute.name()), _ -> new ArrayList<>())
                        .add(attribute);
            }
            for (List<Attribute> parts : groups.values()) {
                if (!parts.getFirst().resident()) {
                    checkSize(parts, what);
                }
            }
        } catch (MalformedDataException e) {
            findings.add(e.getMessage() + ".");
        }
    }

    private void checkSize(List<Attribute> parts, String what) throws MalformedDataException {
        Attribute any = parts.getFirst();
        Content content = mft.content(parts, any.type(), any.name(), what).orElseThrow();
        long mapped = content.runs().isEmpty() ? 0 : content.runs().getLast().endVcn() * boot.clusterBytes();
        if (content.sizeBytes() > mapped) {
            findings.add(String.format(
                    Locale.ROOT,
                    "%s: attribute 0x%X has %d bytes and clusters for %d.",
                    what,
                    any.type(),
                    content.sizeBytes(),
                    mapped));
        }
    }

    /** All lists of attributes together are no larger than the volume, unless several have the same clusters. */
    private boolean isListTooMuch(FileRecord record) {
        long before = listBytes;
        for (Attribute attribute : record.attributes()) {
            if (attribute.is(Attribute.ATTRIBUTE_LIST, "")) {
                listBytes += Math.min(attribute.sizeBytes(), volume.sizeBytes());
            }
        }
        boolean isTooMuch = listBytes > volume.sizeBytes();
        if (isTooMuch && before <= volume.sizeBytes()) {
            findings.add("Its lists of attributes are larger than it is.");
        }
        return isTooMuch;
    }

    private Content bitmap() throws RescueException {
        Content bitmap = mft.content(mft.record(BITMAP_RECORD), Attribute.DATA, "", "$Bitmap")
                .orElseThrow(() -> new MalformedDataException("$Bitmap", 0, "content", "none"));
        long bytes = (boot.clusterCount() + 7) / 8;
        if (bitmap.isResident() || bitmap.sizeBytes() < bytes || bitmap.initialisedBytes() < bytes) {
            throw new MalformedDataException(
                    "$Bitmap", 0, bytes + " bytes that were written", bitmap.initialisedBytes() + " bytes");
        }
        return bitmap;
    }

    private void compare(Content bitmap, ClusterWindow window, long first) throws RescueException {
        int wordsAPiece = BitRuns.WINDOW_BYTES / Long.BYTES;
        for (int word = 0; word < window.words(); word += wordsAPiece) {
            int words = Math.min(wordsAPiece, window.words() - word);
            long offset = first / 8 + (long) word * Long.BYTES;
            int bytes = (int) Math.min((long) words * Long.BYTES, (boot.clusterCount() + 7) / 8 - offset);
            ByteBuffer piece = ByteBuffer.allocate(words * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            piece.put(0, bitmap.read(offset, bytes), 0, bytes);
            for (int i = 0; i < words; i++) {
                window.compare(word + i, piece.getLong(i * Long.BYTES), unmarked::add, count -> unowned += count);
            }
        }
    }

    /** Says of the first places whose they are. */
    private void tell(ClusterPlaces places, String fault) throws RescueException {
        ExtentSet clusters = places.first.build();
        ExtentSet.Builder bytes = ExtentSet.builder();
        clusters.forEach(each -> bytes.add(each.start() * boot.clusterBytes(), each.end() * boot.clusterBytes()));
        List<NtfsOwners.Owner> owners =
                new OwnerSearch(mft, boot, bytes.build()).search().owners();
        findings.more(places.clusters - clusters.size());
        for (Extent each : clusters) {
            Extent extent = new Extent(each.start() * boot.clusterBytes(), each.length() * boot.clusterBytes());
            List<String> names = new ArrayList<>();
            for (NtfsOwners.Owner owner : owners) {
                if (owner.extents().intersects(extent)) {
                    names.add(owner.label());
                }
            }
            String range = each.length() == 1
                    ? "Cluster " + each.start()
                    : "Clusters " + each.start() + "-" + (each.end() - 1);
            findings.add(range + " (" + String.join(", ", names) + ") " + fault + ".");
        }
    }
}
