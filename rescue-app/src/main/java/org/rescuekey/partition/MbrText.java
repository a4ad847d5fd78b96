package org.rescuekey.partition;

import java.util.Map;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** The text form of an MBR; the grammar is in {@link PartitionTables#parseText}. */
final class MbrText {
    private MbrText() {}

    static String print(MbrTable table) {
        StringBuilder text = new StringBuilder();
        TableText.printSize(text, table);
        for (Partition partition : table.partitions()) {
            Extent extent = partition.extent();
            text.append("partition ").append(partition.number());
            text.append(" first=").append(table.sectorSize().toSectors(extent.start()));
            text.append(" last=").append(table.sectorSize().toSectors(extent.end()) - 1);
            text.append(" type=").append(partition.typeId());
            text.append(partition.bootable() ? " active\n" : "\n");
        }
        TableText.printSector(text, 0, table.bootSector());
        table.links().forEach(link -> TableText.printSector(text, link.lba(), link.sector()));
        return text.toString();
    }

    static MbrTable parse(TextLines lines) throws MalformedDataException {
        SectorSize sectorSize = TableText.parseSectorSize(lines);
        long diskBytes = TableText.parseDiskBytes(lines, sectorSize);
        lines.value("disk-id");
        while (lines.next("partition")) {
            lines.value("partition");
        }
        Map<Long, EntrySector> sectors = TableText.parseSectors(lines, sectorSize, MbrWalk.LINKS_MAX + 1);
        EntrySector zero = EntrySector.of(new byte[sectorSize.bytes()]);
        try {
            return MbrTable.of(
                    sectorSize, diskBytes, sectors.getOrDefault(0L, zero), lba -> sectors.getOrDefault(lba, zero));
        } catch (MalformedDataException e) {
            throw e;
        } catch (RescueException e) {
            throw new IllegalStateException("sectors out of a map cannot fail", e);
        }
    }
}
