package org.rescuekey.partition;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.partition.mbr.MbrEntry;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * Builds an MBR whose partitions lie elsewhere: types, active flag, boot code and order stay, the chain of links is made
 * anew. What it builds is read again by the code that reads disks. One use.
 */
final class MbrPlacing {
    private static final MbrEntry UNUSED = new MbrEntry(0, 0, 0, 0, 0, 0);
    private static final int TYPE_LINK = 0x05;

    private final SectorSize sectorSize;
    private final Places places;

    MbrPlacing(SectorSize sectorSize, Places places) {
        this.sectorSize = sectorSize;
        this.places = places;
    }

    /** @throws IllegalArgumentException if the places are not those of a table */
    MbrTable place(MbrTable table, long diskBytes) {
        List<MbrEntry> entries = new ArrayList<>();
        Extent extended = null;
        for (MbrEntry entry : table.bootSector().entries()) {
            int number = entries.size() + 1;
            if (entry.isUsed()) {
                Extent extent = places.of(number);
                entries.add(placed(entry, extent, 0));
                extended = entry.isExtended() ? extent : extended;
            } else {
                entries.add(entry);
            }
        }
        EntrySector bootSector = table.bootSector().withEntries(entries);
        Map<Long, EntrySector> links = extended == null ? new TreeMap<>() : links(table, extended);
        try {
            return MbrTable.of(sectorSize, diskBytes, bootSector, lba -> {
                EntrySector sector = links.get(lba);
                if (sector == null) {
                    throw new MalformedDataException("MBR", sectorSize.toBytes(lba), "a link sector", "nothing");
                }
                return sector;
            });
        } catch (RescueException e) {
            throw new IllegalArgumentException("no places for a table: " + e.getMessage(), e);
        }
    }

    /** A place that is as it was keeps its bytes, whatever its maker thought of cylinders. */
    private MbrEntry placed(MbrEntry entry, Extent extent, long originLba) {
        long startLba = lba(extent.start());
        long sectors = lba(extent.length());
        return entry.startSector() == startLba - originLba && entry.sectorCount() == sectors
                ? entry
                : entry.placed(originLba, startLba, sectors);
    }

    private Map<Long, EntrySector> links(MbrTable table, Extent extended) {
        long base = lba(extended.start());
        List<MbrTable.Link> old = table.linksOfLogicals();
        Map<Long, EntrySector> sectors = new TreeMap<>();
        EntrySector empty = EntrySector.of(new byte[sectorSize.bytes()]).withEntries(Collections.nCopies(4, UNUSED));
        if (old.isEmpty()) {
            sectors.put(base, empty);
        }
        for (int i = 0; i < old.size(); i++) {
            int number = MbrWalk.FIRST_LOGICAL_NUMBER + i;
            long linkLba = lba(places.linkOf(number));
            EntrySector sector = old.get(i).sector();
            MbrEntry logical = sector.entries().stream()
                    .filter(entry -> entry.isUsed() && !entry.isExtended())
                    .findFirst()
                    .orElseThrow();
            MbrEntry next = i + 1 == old.size() ? UNUSED : link(base, number + 1);
            sectors.put(
                    linkLba,
                    sector.withEntries(List.of(placed(logical, places.of(number), linkLba), next, UNUSED, UNUSED)));
        }
        return sectors;
    }

    /** The entry that leads to the link of a logical partition; it covers both. */
    private MbrEntry link(long base, int number) {
        long linkLba = lba(places.linkOf(number));
        long sectors = lba(places.of(number).end()) - linkLba;
        return new MbrEntry(0, 0, TYPE_LINK, 0, 0, 0).placed(base, linkLba, sectors);
    }

    private long lba(long offsetBytes) {
        if (!sectorSize.divides(offsetBytes)) {
            throw new IllegalArgumentException("byte " + offsetBytes + " is no whole number of " + sectorSize);
        }
        return sectorSize.toSectors(offsetBytes);
    }
}
