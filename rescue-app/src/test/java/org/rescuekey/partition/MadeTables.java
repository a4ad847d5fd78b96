package org.rescuekey.partition;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.gpt.GptEntry;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.partition.mbr.MbrEntry;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** Tables for the tests of other packages, made of places and types. */
public final class MadeTables {
    private MadeTables() {}

    /**
     * A partition to be.
     *
     * @param type a GUID, or the number of an MBR's type in decimal
     * @param link where its link sector stands, if it is a logical partition; else -1
     */
    public record Made(int number, String type, Extent extent, boolean active, long link) {
        public static Made gpt(int number, UUID type, Extent extent) {
            return new Made(number, type.toString(), extent, false, -1);
        }

        public static Made primary(int number, int type, Extent extent) {
            return new Made(number, String.valueOf(type), extent, false, -1);
        }

        public Made activated() {
            return new Made(number, type, extent, true, link);
        }
    }

    public static GptTable gpt(long diskBytes, SectorSize sector, List<Made> made) {
        List<GptEntry> entries = made.stream()
                .map(each -> new GptEntry(
                        each.number(),
                        UUID.fromString(each.type()),
                        new UUID(0x4000, 0x77_0000 + each.number()),
                        sector.toSectors(each.extent().start()),
                        sector.toSectors(each.extent().end()) - 1,
                        0x8000_0000_0000_0000L | each.number(),
                        "name " + each.number()))
                .toList();
        return Tables.gpt(diskBytes, sector, entries);
    }

    /** The extended partition, if one is among them, must be as large as its links and logical partitions. */
    public static MbrTable mbr(long diskBytes, SectorSize sector, List<Made> made) throws RescueException {
        MbrEntry unused = new MbrEntry(0, 0, 0, 0, 0, 0);
        List<MbrEntry> entries = new ArrayList<>(Collections.nCopies(4, unused));
        List<Made> logicals = new ArrayList<>();
        long base = 0;
        for (Made each : made) {
            if (each.link() >= 0) {
                logicals.add(each);
            } else {
                MbrEntry entry = entry(sector, each, 0);
                base = entry.isExtended() ? each.extent().start() : base;
                entries.set(each.number() - 1, entry);
            }
        }
        Map<Long, EntrySector> links = new TreeMap<>();
        EntrySector empty = EntrySector.of(new byte[sector.bytes()]);
        for (int i = 0; i < logicals.size(); i++) {
            Made logical = logicals.get(i);
            MbrEntry next = unused;
            if (i + 1 < logicals.size()) {
                Made after = logicals.get(i + 1);
                next = entry(
                        sector,
                        new Made(
                                0,
                                "5",
                                Extent.between(after.link(), after.extent().end()),
                                false,
                                -1),
                        base);
            }
            links.put(
                    sector.toSectors(logical.link()),
                    empty.withEntries(List.of(entry(sector, logical, logical.link()), next, unused, unused)));
        }
        byte[] code = new byte[sector.bytes()];
        code[0] = 0x33;
        EntrySector first = EntrySector.of(code).withEntries(entries).withDiskSignature(0xA1B2C3D4);
        return MbrTable.of(sector, diskBytes, first, lba -> links.getOrDefault(lba, empty));
    }

    private static MbrEntry entry(SectorSize sector, Made made, long origin) {
        return new MbrEntry(
                made.active() ? MbrEntry.ACTIVE : 0,
                0x123456,
                Integer.parseInt(made.type()),
                0x654321,
                sector.toSectors(made.extent().start() - origin),
                sector.toSectors(made.extent().length()));
    }

    /** Writes a table to a disk. */
    public static void apply(PartitionTable table, BlockDevice disk) throws RescueException {
        Tables.apply(table, disk);
    }

    /** What sgdisk or another program says. */
    public static String run(String input, String... command) throws Exception {
        return ExternalTool.run(input, command);
    }
}
