package org.rescuekey.partition;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.partition.mbr.MbrEntry;
import org.rescuekey.partition.mbr.MbrTypes;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * One pass over the entries of an MBR and the chain of its logical partitions. Each sector that the chain leads to is
 * taken out of the extended partition at most once, so that no chain comes back to itself. One use.
 */
final class MbrWalk {
    /** Link sectors that a chain may have; Linux shows no more partitions than this. */
    static final int LINKS_MAX = 256;

    static final int FIRST_LOGICAL_NUMBER = 5;

    private final SectorSize sectorSize;
    private final long diskBytes;
    private final EntrySector bootSector;
    private final MbrTable.SectorSource source;
    private final List<MbrTable.Link> links = new ArrayList<>();
    private final List<Partition> partitions = new ArrayList<>();
    private int nextLogical = FIRST_LOGICAL_NUMBER;

    MbrWalk(SectorSize sectorSize, long diskBytes, EntrySector bootSector, MbrTable.SectorSource source) {
        this.sectorSize = sectorSize;
        this.diskBytes = diskBytes;
        this.bootSector = bootSector;
        this.source = source;
    }

    void run() throws RescueException {
        Extent behindMbr = Extent.between(sectorSize.bytes(), Math.max(diskBytes, sectorSize.bytes() + 1L));
        Claims claims = new Claims(behindMbr, "behind sector 0 and inside the disk of " + diskBytes + " bytes");
        Extent extended = null;
        List<MbrEntry> entries = bootSector.entries();
        for (int slot = 0; slot < entries.size(); slot++) {
            MbrEntry entry = entries.get(slot);
            if (!entry.isUsed()) {
                continue;
            }
            Partition partition = partition(slot + 1, 0, entry, PartitionKind.PRIMARY);
            claims.take("MBR entry " + (slot + 1), partition.extent());
            if (entry.isExtended()) {
                if (extended != null) {
                    throw malformed(0, "one extended partition", "a second in entry " + (slot + 1));
                }
                extended = partition.extent();
            }
            partitions.add(partition);
        }
        if (extended != null) {
            follow(extended);
        }
    }

    List<MbrTable.Link> links() {
        return List.copyOf(links);
    }

    List<Partition> partitions() {
        return List.copyOf(partitions);
    }

    /** Follows the links; each must lie behind no other claim, so that no chain can come back to itself. */
    private void follow(Extent extended) throws RescueException {
        Claims claims = new Claims(extended, "inside the extended partition " + extended);
        long base = sectorSize.toSectors(extended.start());
        long lba = base;
        while (lba >= 0) {
            if (links.size() == LINKS_MAX) {
                throw malformed(lba, "at most " + LINKS_MAX + " links", "more");
            }
            claims.take("link sector", new Extent(sectorSize.toBytes(lba), sectorSize.bytes()));
            EntrySector sector = source.at(lba);
            links.add(new MbrTable.Link(lba, sector));
            if (!sector.hasMark()) {
                if (lba == base && sector.isZero()) {
                    return; // an extended partition in which no logical one was ever made
                }
                throw malformed(lba, "the mark 55 AA", "another end of the sector");
            }
            lba = take(lba, base, sector, claims);
        }
    }

    /** Takes the logical partition of a link sector, if it has one; returns where the next link is, or -1. */
    private long take(long lba, long base, EntrySector sector, Claims claims) throws RescueException {
        long next = -1;
        boolean hasLogical = false;
        for (MbrEntry entry : sector.entries()) {
            if (!entry.hasValidStatus()) {
                throw malformed(lba, "entries with status 00 or 80", MbrTypes.text(entry.status()));
            }
            if (entry.isExtended() && next < 0) {
                next = base + entry.startSector();
            } else if (entry.isUsed() && !entry.isExtended() && !hasLogical) {
                Partition logical = partition(nextLogical, lba, entry, PartitionKind.LOGICAL);
                claims.take("logical partition " + nextLogical, logical.extent());
                nextLogical++;
                partitions.add(logical);
                hasLogical = true;
            } else if (entry.isUsed()) {
                throw malformed(lba, "one partition and one link", "more entries");
            }
        }
        return next;
    }

    private Partition partition(int number, long originLba, MbrEntry entry, PartitionKind kind) {
        long startLba = originLba + entry.startSector();
        return new Partition(
                number,
                new Extent(sectorSize.toBytes(startLba), sectorSize.toBytes(entry.sectorCount())),
                entry.isExtended() ? PartitionKind.EXTENDED : kind,
                MbrTypes.text(entry.type()),
                MbrTypes.nameOf(entry.type()),
                bootSector.diskSignatureText() + "-" + startLba,
                "",
                0,
                entry.isActive());
    }

    private MalformedDataException malformed(long lba, String expected, String actual) {
        return new MalformedDataException("MBR", sectorSize.toBytes(lba), expected, actual);
    }
}
