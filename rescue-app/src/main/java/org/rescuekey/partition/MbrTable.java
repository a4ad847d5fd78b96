package org.rescuekey.partition;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/**
 * An MBR with the link sectors of its logical partitions. Immutable and checked: see {@link PartitionTable}.
 *
 * <p>The sectors are kept as they are, boot code, signature and CHS fields included; the partitions are read out of
 * them. Nothing depends on the size of the disk, except that everything has to fit.
 */
public final class MbrTable implements PartitionTable {
    /** A link sector and its place. */
    record Link(long lba, EntrySector sector) {}

    /** Gives the sectors that the chain of logical partitions leads to. */
    @FunctionalInterface
    interface SectorSource {
        EntrySector at(long lba) throws RescueException;
    }

    private final SectorSize sectorSize;
    private final long diskBytes;
    private final EntrySector bootSector;
    private final List<Link> links;
    private final List<Partition> partitions;

    private MbrTable(
            SectorSize sectorSize,
            long diskBytes,
            EntrySector bootSector,
            List<Link> links,
            List<Partition> partitions) {
        this.sectorSize = sectorSize;
        this.diskBytes = diskBytes;
        this.bootSector = bootSector;
        this.links = links;
        this.partitions = partitions;
    }

    /**
     * Follows the chain of logical partitions and checks the whole.
     *
     * @throws MalformedDataException if an invariant does not hold
     * @throws RescueException what the source throws
     */
    static MbrTable of(SectorSize sectorSize, long diskBytes, EntrySector bootSector, SectorSource source)
            throws RescueException {
        MbrWalk walk = new MbrWalk(sectorSize, diskBytes, bootSector, source);
        walk.run();
        return new MbrTable(sectorSize, diskBytes, bootSector, walk.links(), walk.partitions());
    }

    @Override
    public String kind() {
        return "mbr";
    }

    @Override
    public SectorSize sectorSize() {
        return sectorSize;
    }

    @Override
    public long diskBytes() {
        return diskBytes;
    }

    @Override
    public List<Partition> partitions() {
        return partitions;
    }

    @Override
    public String diskIdentity() {
        return bootSector.diskSignatureText();
    }

    EntrySector bootSector() {
        return bootSector;
    }

    List<Link> links() {
        return links;
    }

    @Override
    public ExtentSet tableExtents() {
        ExtentSet.Builder extents = ExtentSet.builder().add(new Extent(0, sectorSize.bytes()));
        links.forEach(link -> extents.add(new Extent(sectorSize.toBytes(link.lba()), sectorSize.bytes())));
        return extents.build();
    }

    @Override
    public MbrTable forDiskOf(long otherDiskBytes) throws RefusedException {
        if (otherDiskBytes <= 0 || !sectorSize.divides(otherDiskBytes)) {
            throw new IllegalArgumentException(otherDiskBytes + " bytes are not whole sectors of " + sectorSize);
        }
        long neededBytes = partitions.stream()
                .mapToLong(partition -> partition.extent().end())
                .max()
                .orElse(sectorSize.bytes());
        if (neededBytes > otherDiskBytes) {
            throw GptTable.tooSmall(otherDiskBytes, neededBytes);
        }
        return new MbrTable(sectorSize, otherDiskBytes, bootSector, links, partitions);
    }

    @Override
    public MbrTable placed(long otherDiskBytes, Places places) {
        return new MbrPlacing(sectorSize, places).place(this, otherDiskBytes);
    }

    @Override
    public MbrTable withIdentities(DiskIdentities fresh) {
        if (!(fresh instanceof DiskIdentities.Mbr mbr)) {
            throw new IllegalArgumentException("identities of another kind of table");
        }
        try {
            return of(sectorSize, diskBytes, bootSector.withDiskSignature(mbr.signature()), this::linkAt);
        } catch (RescueException e) {
            throw new IllegalStateException("a signature makes no table wrong", e);
        }
    }

    @Override
    public long firstUsableBytes() {
        return sectorSize.bytes();
    }

    @Override
    public long bytesBehindPartitions() {
        return 0;
    }

    private EntrySector linkAt(long lba) {
        return links.stream()
                .filter(link -> link.lba() == lba)
                .findFirst()
                .orElseThrow()
                .sector();
    }

    /** The links that name a logical partition, in the order of their numbers; chains may hold others. */
    List<Link> linksOfLogicals() {
        return links.stream()
                .filter(link -> link.sector().entries().stream().anyMatch(each -> each.isUsed() && !each.isExtended()))
                .toList();
    }

    /** Where the link sector of each logical partition stands, by its number, in bytes. */
    public Map<Integer, Long> linkOffsets() {
        Map<Integer, Long> offsets = new TreeMap<>();
        for (Link link : linksOfLogicals()) {
            offsets.put(MbrWalk.FIRST_LOGICAL_NUMBER + offsets.size(), sectorSize.toBytes(link.lba()));
        }
        return offsets;
    }

    /** The links from the last to the first, so that a chain is never seen before all of it stands; sector 0 last. */
    @Override
    public List<TableWrite> writes() {
        List<TableWrite> writes = new ArrayList<>();
        for (Link link : links.reversed()) {
            writes.add(new TableWrite(
                    sectorSize.toBytes(link.lba()), link.sector().bytes(), "link sector of a logical partition"));
        }
        writes.add(new TableWrite(0, bootSector.bytes(), "boot code and MBR"));
        return List.copyOf(writes);
    }

    @Override
    public String toText() {
        return MbrText.print(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MbrTable that
                && diskBytes == that.diskBytes
                && sectorSize.equals(that.sectorSize)
                && bootSector.equals(that.bootSector)
                && links.equals(that.links);
    }

    @Override
    public int hashCode() {
        return 31 * bootSector.hashCode() + links.hashCode();
    }

    @Override
    public String toString() {
        return toText();
    }
}
