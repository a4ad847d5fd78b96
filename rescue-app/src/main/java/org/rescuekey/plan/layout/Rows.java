package org.rescuekey.plan.layout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.rescuekey.partition.MbrTable;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionKind;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.Places;
import org.rescuekey.partition.mbr.MbrEntry;
import org.rescuekey.plan.layout.Packing.Spot;
import org.rescuekey.units.Extent;

/**
 * The way from a table to rows that are packed, and from packed rows back to a table. An extended partition is no row: it
 * follows from its logical ones, unless it has none. Immutable.
 */
record Rows(Packing packing) {
    private static final String FOUND_BY_PLACE = "holds a boot loader that is found by where it lies";

    static Rows of(PartitionTable table, List<PartitionNeed> needs) {
        Map<Integer, PartitionNeed> byNumber = new TreeMap<>();
        needs.forEach(need -> byNumber.put(need.number(), need));
        Map<Integer, Long> links = links(table);
        List<Row> rows = new ArrayList<>();
        for (Partition partition : table.partitions()) {
            if (partition.kind() != PartitionKind.EXTENDED || links.isEmpty()) {
                Long link = links.get(partition.number());
                PartitionNeed need = byNumber.getOrDefault(partition.number(), unknown(partition));
                rows.add(Row.of(
                        table,
                        partition,
                        DiskRoles.isFoundByPlace(partition) ? need.nailedDown(FOUND_BY_PLACE) : need,
                        link == null ? OptionalLong.empty() : OptionalLong.of(link)));
            }
        }
        rows.sort(Comparator.comparingLong(row -> row.old().start()));
        return new Rows(new Packing(rows, table.firstUsableBytes()));
    }

    private static PartitionNeed unknown(Partition partition) {
        String label = "partition " + partition.number() + " (" + partition.typeName() + ")";
        return PartitionNeed.fixed(partition.number(), label, 0, "keeps its size, because nothing is known of it");
    }

    private static Map<Integer, Long> links(PartitionTable table) {
        return table instanceof MbrTable mbr ? mbr.linkOffsets() : Map.of();
    }

    /** Logical partitions whose links are not where nearly every maker of tables puts them: each right before its own. */
    static Optional<LayoutResult.Refused> unusual(PartitionTable table) {
        long end = 0;
        int number = 0;
        for (Row row : of(table, List.of()).packing().rows()) {
            boolean isInOrder =
                    row.oldFrom() >= end && row.oldFrom() <= row.old().start();
            if (!isInOrder || (row.isLogical() && row.number() < number)) {
                return Optional.of(new LayoutResult.Refused(
                        "The logical partitions of the disk do not lie in the order of their numbers, each behind its"
                                + " link; laid out anew, they would get other numbers.",
                        "Use --layout as-is, on a target of at least the same size."));
            }
            number = row.isLogical() ? row.number() : number;
            end = row.old().end();
        }
        return Optional.empty();
    }

    /** No partition of an MBR may end behind this. */
    static long reachBytes(PartitionTable table) {
        return table instanceof MbrTable ? table.sectorSize().toBytes(MbrEntry.SECTORS_MAX) : Long.MAX_VALUE;
    }

    long smallestEnd() {
        return packing.end(packing.lowSizes(), Packing.Gaps.CLOSED);
    }

    /** The places of all partitions of a table. */
    Places places(PartitionTable table, List<Spot> spots, long endBytes) {
        Map<Integer, Extent> extents = new TreeMap<>();
        Map<Integer, Long> links = new TreeMap<>();
        for (int i = 0; i < spots.size(); i++) {
            Row row = packing.rows().get(i);
            Spot spot = spots.get(i);
            extents.put(row.number(), new Extent(spot.start(), spot.length()));
            if (row.isLogical()) {
                links.put(row.number(), spot.from());
            }
        }
        table.partitions().stream()
                .filter(partition -> !extents.containsKey(partition.number()))
                .findFirst()
                .ifPresent(extended -> extents.put(extended.number(), extended(extended, spots, endBytes)));
        return new Places(extents, links);
    }

    /** From the first link to the end of the last logical partition; with all the room it had, if nothing in it changes. */
    private Extent extended(Partition extended, List<Spot> spots, long endBytes) {
        List<Row> rows = packing.rows();
        boolean isSame = true;
        long start = Long.MAX_VALUE;
        long end = 0;
        long next = endBytes;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            Spot spot = spots.get(i);
            if (row.isLogical()) {
                isSame &= spot.equals(
                        new Spot(row.oldFrom(), row.old().start(), row.old().length()));
                start = Math.min(start, spot.from());
                end = spot.end();
            } else if (end > 0) {
                next = Math.min(next, spot.start());
            }
        }
        Extent old = extended.extent();
        boolean keepsRoom = isSame && start == old.start() && old.end() <= next;
        return keepsRoom ? old : Extent.between(start, end);
    }

    /** The layout that a table says. */
    Layout layout(PartitionTable before, PartitionTable after, long endBytes) {
        List<Layout.Place> places = new ArrayList<>();
        long front = Math.max(before.firstUsableBytes(), Row.GRID_BYTES);
        long end = 0;
        for (Row row : packing.rows()) {
            Extent placed = after.partitions().stream()
                    .filter(partition -> partition.number() == row.number())
                    .findFirst()
                    .orElseThrow()
                    .extent();
            places.add(new Layout.Place(row.number(), row.need().label(), row.old(), placed));
            end = Math.max(end, placed.end());
        }
        if (!places.isEmpty()) {
            Layout.Place first = places.getFirst();
            front = Math.min(first.before().start(), first.after().start());
        }
        return new Layout(
                before, after, places, new Extent(0, front), Math.max(0, endBytes - Math.max(end, front)), List.of());
    }
}
