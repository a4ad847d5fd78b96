package org.rescuekey.filesystem.exfat;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.filesystem.runs.Allocation;
import org.rescuekey.filesystem.runs.BitRuns;
import org.rescuekey.filesystem.runs.UsedRuns;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.ExtentSet;

/**
 * A volume with exFAT. What is in use is told by the allocation bitmap alone, and systems write it in no fixed order with
 * the directory entries that rely on it: of a volume that was not closed it is not believed. Not for several threads.
 */
public final class ExfatVolume {
    /** A bit for each cluster that can be numbered. */
    private static final long MAX_BITMAP_BYTES = 512L << 20;

    /** More than any table of 65,536 characters takes. */
    private static final long MAX_UPCASE_BYTES = 1 << 20;

    private final BlockDevice volume;
    private final ExfatBootSector boot;
    private final ExfatTable table;

    private ExfatVolume(BlockDevice volume, ExfatBootSector boot) {
        this.volume = volume;
        this.boot = boot;
        this.table = new ExfatTable(volume, boot);
    }

    /** Opens a volume whose boot sector bears the mark. */
    public static ExfatVolume open(BlockDevice volume) throws RescueException {
        ByteBuffer sector = Reads.at(volume, 0, ExfatBootSector.SIZE_BYTES, "exFAT boot sector");
        return new ExfatVolume(volume, ExfatBootSector.parse(sector));
    }

    public long clusterBytes() {
        return boot.clusterBytes();
    }

    public long sizeBytes() {
        return boot.sizeBytes();
    }

    /** Two groups of four hexadecimal digits. */
    public String serial() {
        return String.format(Locale.ROOT, "%04X-%04X", boot.serial() >>> 16, boot.serial() & 0xFFFF);
    }

    public String label() throws RescueException {
        return ExfatRoot.read(volume, boot, rootChain()).label();
    }

    public boolean isDirty() {
        return boot.hasFlag(ExfatBootSector.FLAG_DIRTY);
    }

    /** Tells whether reads or writes failed that are not yet recorded as bad clusters. */
    public boolean hasErrors() {
        return boot.hasFlag(ExfatBootSector.FLAG_MEDIA_FAILURE);
    }

    /** Tells whether the checksum of the boot region is right. */
    public boolean isBootRegionSound() throws RescueException {
        return isSound(0);
    }

    /** The same of the boot region's backup. */
    public boolean isBackupSound() throws RescueException {
        return isSound(boot.bootRegionBytes());
    }

    /** Why its bitmap cannot be relied on, as a sentence; empty if it can. */
    public String reasonForRaw() {
        if (boot.fatCount() > 1 || boot.hasFlag(ExfatBootSector.FLAG_SECOND_FAT)) {
            return "It keeps two tables of its clusters, and which of them holds is not told here.";
        }
        if (isDirty()) {
            return "It was not closed properly, so what it says is free may be in use.";
        }
        if (hasErrors()) {
            // A write that failed may have been one of the bitmap.
            return "Its medium has failed while it was in use, so what it says is free may be in use.";
        }
        return "";
    }

    /**
     * The bytes in use, from the volume's start to the device's end: all before the first cluster, the clusters that the
     * bitmap marks, those of the volume's own structures, all behind the last cluster. Meaningful only if there is no
     * {@link #reasonForRaw()}.
     *
     * @throws MalformedDataException if the volume exceeds its device or a structure that this rests on is damaged
     */
    public Allocation allocation() throws RescueException {
        if (boot.sizeBytes() > volume.sizeBytes()) {
            throw new MalformedDataException(
                    "exFAT boot sector",
                    72,
                    "a volume of at most " + ByteCount.of(volume.sizeBytes()).exact(),
                    ByteCount.of(boot.sizeBytes()).exact());
        }
        boot.checkRegion(Reads.at(volume, 0, boot.bootRegionBytes(), "exFAT boot region"), 0);
        ClusterChain rootChain = rootChain();
        ExfatRoot root = ExfatRoot.read(volume, boot, rootChain);
        check(root.unknownEntry() == 0, "entries that are known", "type " + Integer.toHexString(root.unknownEntry()));
        check(root.bitmaps() == 1, "one allocation bitmap", root.bitmaps() + " of them");
        long bitmapBytes = (boot.clusterCount() + 7) / 8;
        check(
                root.bitmapBytes() >= bitmapBytes && root.bitmapBytes() <= MAX_BITMAP_BYTES,
                "a bitmap of at least " + bitmapBytes + " bytes",
                root.bitmapBytes() + " bytes");
        ClusterChain bitmap = content(root.bitmapCluster(), root.bitmapBytes(), "exFAT allocation bitmap");

        ExtentSet.Builder needed = ExtentSet.builder();
        rootChain.addTo(needed, boot);
        bitmap.addTo(needed, boot);
        if (root.upcaseCluster() != 0) {
            long bytes = root.upcaseBytes();
            check(bytes > 0 && bytes <= MAX_UPCASE_BYTES, "an up-case table of up to 1 MiB", bytes + " bytes");
            content(root.upcaseCluster(), bytes, "exFAT up-case table").addTo(needed, boot);
        }
        return Allocation.of(marked(bitmap), bad(), needed.build());
    }

    /** Tells which files and structures some bytes belong to, as far as that can be read. */
    public Owners owners(ExtentSet bytes, SearchWatch watch) throws RescueException {
        return boot.sizeBytes() > volume.sizeBytes()
                ? Owners.unknown(bytes, "Which files these are is not known: the volume exceeds its place.")
                : new ExfatOwnerSearch(volume, boot, table, bytes, watch).search();
    }

    private ExtentSet bad() throws RescueException {
        ExtentSet bad = table.bad();
        return bad.isEmpty() ? bad : bad.subtract(new ExfatContents(volume, boot, table, bad).inUse());
    }

    private ExtentSet marked(ClusterChain bitmap) throws RescueException {
        UsedRuns used = new UsedRuns();
        used.add(0, boot.heapOffsetBytes());
        long cluster = 2;
        for (int run = 0; run < bitmap.runs(); run++) {
            long start = bitmap.offsetBytes(run, boot);
            long end = start + bitmap.lengthBytes(run, boot);
            for (long position = start; position < end && boot.hasCluster(cluster); position += BitRuns.WINDOW_BYTES) {
                long bits =
                        Math.min(8 * Math.min(BitRuns.WINDOW_BYTES, end - position), boot.clusterCount() + 2 - cluster);
                ByteBuffer window = Reads.at(volume, position, (bits + 7) / 8, "exFAT allocation bitmap");
                long origin = boot.clusterOffsetBytes(cluster);
                long unit = boot.clusterBytes();
                BitRuns.scan(window, bits, (first, last) -> used.add(origin + first * unit, origin + last * unit));
                cluster += bits;
            }
        }
        long heapEnd = boot.clusterOffsetBytes(boot.clusterCount() + 2);
        if (heapEnd < volume.sizeBytes()) {
            used.add(heapEnd, volume.sizeBytes());
        }
        return used.build();
    }

    /** The clusters of a content: neither fewer nor more than its length takes. */
    private ClusterChain content(long firstCluster, long lengthBytes, String what) throws RescueException {
        long clusters = (lengthBytes + boot.clusterBytes() - 1) / boot.clusterBytes();
        ClusterChain chain = table.chain(firstCluster, clusters, what);
        check(chain.clusters() == clusters, what + " of " + clusters + " clusters", chain.clusters() + " of them");
        return chain;
    }

    private ClusterChain rootChain() throws RescueException {
        long most = Math.max(1, ExfatRoot.MAX_BYTES / boot.clusterBytes());
        return table.chain(boot.rootCluster(), most, "exFAT root directory");
    }

    private boolean isSound(long regionOffsetBytes) throws RescueException {
        try {
            ByteBuffer region = Reads.at(volume, regionOffsetBytes, boot.bootRegionBytes(), "exFAT boot region");
            boot.checkRegion(region, regionOffsetBytes);
            return true;
        } catch (MalformedDataException e) {
            return false;
        }
    }

    private void check(boolean valid, String expected, String actual) throws MalformedDataException {
        if (!valid) {
            throw new MalformedDataException(
                    "exFAT root directory", boot.clusterOffsetBytes(boot.rootCluster()), expected, actual);
        }
    }
}
