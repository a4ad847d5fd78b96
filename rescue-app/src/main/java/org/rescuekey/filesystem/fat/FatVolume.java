package org.rescuekey.filesystem.fat;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.files.TreeFiles;
import org.rescuekey.filesystem.files.VolumeFiles;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.filesystem.runs.Allocation;
import org.rescuekey.filesystem.runs.BadRuns;
import org.rescuekey.filesystem.runs.UsedRuns;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * A volume with FAT12, FAT16 or FAT32. The table itself is the truth of what is in use, so a volume that was not
 * closed has a sound map too. Not for several threads.
 */
public final class FatVolume {
    private static final int FAT16_CLEAN = 0x8000;
    private static final int FAT16_NO_ERRORS = 0x4000;
    private static final int FAT32_CLEAN = 0x0800_0000;
    private static final int FAT32_NO_ERRORS = 0x0400_0000;
    private static final int OPEN_FLAG = 0x01;

    private static final int ROOT_CLUSTERS_LIMIT = 64;

    private final BlockDevice volume;
    private final FatBootSector boot;
    private final FatTable table;

    private FatVolume(BlockDevice volume, FatBootSector boot) {
        this.volume = volume;
        this.boot = boot;
        this.table = new FatTable(volume, boot);
    }

    /** Tells whether 512 little-endian bytes are the boot sector of a FAT volume. */
    public static boolean isOne(ByteBuffer sector) {
        return FatBootSector.isOne(sector);
    }

    public static FatVolume open(BlockDevice volume) throws RescueException {
        ByteBuffer sector = Reads.at(volume, 0, FatBootSector.SIZE_BYTES, "FAT boot sector");
        return new FatVolume(volume, FatBootSector.parse(sector));
    }

    /** The bits of an entry of its table: 12, 16 or 32. */
    public int width() {
        return boot.width();
    }

    public long clusterBytes() {
        return boot.clusterBytes();
    }

    public long sizeBytes() {
        return boot.sizeBytes();
    }

    /** Two groups of four hexadecimal digits; empty if the volume has no serial number. */
    public String serial() {
        return boot.serial() == 0
                ? ""
                : String.format(Locale.ROOT, "%04X-%04X", boot.serial() >>> 16, boot.serial() & 0xFFFF);
    }

    /** The label of the root directory, or else that of the boot sector. */
    public String label() throws RescueException {
        String label = boot.width() == 32 ? labelInRootClusters() : FatDirectory.findLabel(rootOfFixedSize());
        return label.isEmpty() ? boot.label() : label;
    }

    public boolean isDirty() throws RescueException {
        return (boot.stateFlags() & OPEN_FLAG) != 0 || isFlagClear(FAT16_CLEAN, FAT32_CLEAN);
    }

    public boolean hasErrors() throws RescueException {
        return isFlagClear(FAT16_NO_ERRORS, FAT32_NO_ERRORS);
    }

    /** Tells whether the copy of its boot sector says the same, or there is none. */
    public boolean isCopySound() throws RescueException {
        if (boot.copyOffsetBytes() == 0) {
            return true;
        }
        ByteBuffer copy =
                Reads.at(volume, boot.copyOffsetBytes(), FatBootSector.SIZE_BYTES, "copy of the FAT boot sector");
        try {
            return boot.hasGeometryOf(FatBootSector.parse(copy));
        } catch (MalformedDataException e) {
            return false;
        }
    }

    /**
     * The bytes in use, from the volume's start to the device's end: all before the first cluster, the clusters that
     * are neither free nor bad, the first of the root directory, all behind the last cluster.
     *
     * @throws MalformedDataException if the volume exceeds its device or its tables are not where they should be
     */
    public Allocation allocation() throws RescueException {
        if (boot.sizeBytes() > volume.sizeBytes()) {
            throw exceedsItsDevice();
        }
        table.check();
        UsedRuns used = new UsedRuns();
        used.add(0, boot.dataOffsetBytes());
        BadRuns bad = new BadRuns();
        table.addClusters(used, bad);
        long clustersEnd = boot.clusterOffsetBytes(boot.clusterCount() + 2);
        if (clustersEnd < volume.sizeBytes()) {
            used.add(clustersEnd, volume.sizeBytes());
        }
        return Allocation.of(used.build(), bad.build(), rootStart());
    }

    /** Tells which files and structures some bytes belong to, as far as that can be read. */
    public Owners owners(ExtentSet bytes, SearchWatch watch) throws RescueException {
        return boot.sizeBytes() > volume.sizeBytes()
                ? Owners.unknown(bytes, "Which files these are is not known: the volume exceeds its place.")
                : new FatOwnerSearch(volume, boot, bytes, watch).search();
    }

    /** Its files, by path. */
    public VolumeFiles files() throws RescueException {
        if (boot.sizeBytes() > volume.sizeBytes()) {
            throw exceedsItsDevice();
        }
        return new TreeFiles<>(new FatTree(volume, boot));
    }

    private MalformedDataException exceedsItsDevice() {
        return new MalformedDataException(
                "FAT boot sector",
                32,
                "a volume of at most " + ByteCount.of(volume.sizeBytes()).exact(),
                ByteCount.of(boot.sizeBytes()).exact());
    }

    /** On FAT32 the root directory is made of clusters like any other. */
    private ExtentSet rootStart() throws MalformedDataException {
        if (boot.width() != 32) {
            return ExtentSet.empty();
        }
        if (!boot.hasCluster(boot.rootCluster())) {
            throw new MalformedDataException(
                    "FAT boot sector",
                    44,
                    "a cluster of 2 to " + (boot.clusterCount() + 1),
                    Long.toString(boot.rootCluster()));
        }
        return ExtentSet.of(new Extent(boot.clusterOffsetBytes(boot.rootCluster()), boot.clusterBytes()));
    }

    private boolean isFlagClear(int fat16Flag, int fat32Flag) throws RescueException {
        return switch (boot.width()) {
            case 16 -> (table.entry(1) & fat16Flag) == 0;
            case 32 -> (table.entry(1) & fat32Flag) == 0;
            default -> false;
        };
    }

    private ByteBuffer rootOfFixedSize() throws RescueException {
        return Reads.at(volume, boot.rootOffsetBytes(), boot.rootBytes(), "FAT root directory");
    }

    private String labelInRootClusters() throws RescueException {
        long cluster = boot.rootCluster();
        for (int i = 0; i < ROOT_CLUSTERS_LIMIT && boot.hasCluster(cluster); i++) {
            ByteBuffer entries =
                    Reads.at(volume, boot.clusterOffsetBytes(cluster), boot.clusterBytes(), "FAT root directory");
            String label = FatDirectory.findLabel(entries);
            if (!label.isEmpty()) {
                return label;
            }
            cluster = table.entry(cluster);
        }
        return "";
    }
}
