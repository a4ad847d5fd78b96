package org.rescuekey.plan.layout;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.plan.layout.Packing.Gaps;
import org.rescuekey.plan.layout.SizeChooser.Chosen;

/**
 * Plans where the partitions of a disk go on a target and how large they become. Pure; says before anything is written
 * whether it fits, and what is missing to the byte.
 *
 * <p>What holds for every layout: partitions keep type, name, attributes, number and order. A partition that moves starts at a
 * whole MiB; one that changes its size becomes a whole number of MiB, never less than it needs. EFI system, Microsoft reserved
 * and recovery partitions, a small active one, and what cannot be resized keep their size: a partition larger than its volume
 * would be harmless to most, but room that nobody can use is no gift. What lies before the first partition stays there. On an
 * MBR nothing reaches beyond what its 32 bits can say.
 */
public final class LayoutPlanner {
    private final PartitionTable table;
    private final TargetRoom target;
    private final Rows rows;
    private final LayoutWords words;

    private LayoutPlanner(PartitionTable table, Rows rows, TargetRoom target) {
        this.table = table;
        this.target = target;
        this.rows = rows;
        this.words = new LayoutWords(target, rows);
    }

    /**
     * Plans a layout.
     *
     * @param needs what is known of the partitions; of which nothing is known, keeps its size
     */
    public static LayoutResult plan(PartitionTable table, List<PartitionNeed> needs, TargetRoom target, Wish wish) {
        Optional<LayoutResult.Refused> refusal = LayoutWords.otherSectors(table, target);
        if (refusal.isEmpty() && !(wish instanceof Wish.AsIs)) {
            refusal = DiskRoles.unchangeable(table).or(() -> Rows.unusual(table));
        }
        if (refusal.isPresent()) {
            return refusal.get();
        }
        LayoutPlanner planner = new LayoutPlanner(table, Rows.of(table, needs), target);
        return switch (wish) {
            case Wish.AsIs ignored -> planner.asIs();
            case Wish.Fill ignored -> planner.chosen(false);
            case Wish.Proportional ignored -> planner.chosen(true);
            case Wish.ByHand byHand -> planner.byHand(byHand);
        };
    }

    /** Which sizes each partition can get on a target; empty if the disk cannot be laid out anew at all. */
    public static List<SizeRange> ranges(PartitionTable table, List<PartitionNeed> needs, TargetRoom target) {
        if (LayoutWords.otherSectors(table, target).isPresent()
                || DiskRoles.unchangeable(table).isPresent()
                || Rows.unusual(table).isPresent()) {
            return List.of();
        }
        LayoutPlanner planner = new LayoutPlanner(table, Rows.of(table, needs), target);
        Packing packing = planner.rows.packing();
        SizeChooser chooser = new SizeChooser(packing, planner.endBytes());
        boolean fits = chooser.fits(packing.lowSizes(), Gaps.CLOSED);
        List<SizeRange> ranges = new ArrayList<>();
        for (int i = 0; i < packing.rows().size(); i++) {
            Row row = packing.rows().get(i);
            long largest = fits ? chooser.largestOf(i) : row.lowBytes();
            ranges.add(new SizeRange(
                    row.number(),
                    row.need().label(),
                    row.old().length(),
                    row.lowBytes(),
                    largest,
                    row.lowBytes() == row.highBytes() ? LayoutWords.whyFixed(row) : ""));
        }
        return List.copyOf(ranges);
    }

    private LayoutResult asIs() {
        long neededEnd = table.partitions().stream()
                .mapToLong(partition -> partition.extent().end())
                .max()
                .orElse(table.firstUsableBytes());
        if (neededEnd + table.bytesBehindPartitions() > target.wholeSectorsBytes()) {
            boolean canShrink = DiskRoles.unchangeable(table).isEmpty()
                    && Rows.unusual(table).isEmpty();
            return words.tooSmall(
                    neededEnd + table.bytesBehindPartitions(),
                    canShrink ? rows.smallestEnd() + table.bytesBehindPartitions() : Packing.NOWHERE);
        }
        try {
            PartitionTable fitted = table.forDiskOf(target.wholeSectorsBytes());
            return new LayoutResult.Fits(rows.layout(table, fitted, endBytes()));
        } catch (org.rescuekey.error.RefusedException e) {
            return new LayoutResult.Refused(e.reason(), e.remedy());
        }
    }

    private LayoutResult chosen(boolean proportional) {
        Optional<LayoutResult> tooSmall = tooSmall(rows.packing().lowSizes());
        if (tooSmall.isPresent()) {
            return tooSmall.get();
        }
        SizeChooser chooser = new SizeChooser(rows.packing(), endBytes());
        return laid(proportional ? chooser.proportional() : chooser.fill(), true);
    }

    private LayoutResult byHand(Wish.ByHand wish) {
        Map<Integer, Long> left = new TreeMap<>(wish.sizesBytes());
        List<Row> all = rows.packing().rows();
        long[] sizes = rows.packing().oldSizes();
        for (int i = 0; i < sizes.length; i++) {
            Long asked = left.remove(all.get(i).number());
            if (asked != null && asked != sizes[i]) {
                Optional<LayoutResult.Refused> refusal = words.outside(all.get(i), asked);
                if (refusal.isPresent()) {
                    return refusal.get();
                }
                sizes[i] = Math.max(all.get(i).lowBytes(), Row.down(asked));
            }
        }
        if (!left.isEmpty()) {
            return words.noSuchPartition(left.keySet().iterator().next());
        }
        Optional<LayoutResult> tooSmall = tooSmall(sizes);
        return tooSmall.isPresent()
                ? tooSmall.get()
                : laid(new SizeChooser(rows.packing(), endBytes()).given(sizes), false);
    }

    /** The answer if these sizes do not fit, however they are packed. */
    private Optional<LayoutResult> tooSmall(long[] sizes) {
        long end = rows.packing().end(sizes, Gaps.CLOSED);
        if (end == Packing.NOWHERE) {
            return Optional.of(words.inTheWay());
        }
        if (end <= endBytes()) {
            return Optional.empty();
        }
        if (end > Rows.reachBytes(table)) {
            return Optional.of(words.beyondReach(end));
        }
        return Optional.of(words.tooSmall(end + table.bytesBehindPartitions(), Packing.NOWHERE));
    }

    private LayoutResult laid(Chosen chosen, boolean fills) {
        List<Packing.Spot> spots =
                rows.packing().spots(chosen.array(), chosen.gaps()).orElseThrow();
        PartitionTable placed = table.placed(target.wholeSectorsBytes(), rows.places(table, spots, endBytes()));
        Layout layout = rows.layout(table, placed, endBytes());
        return new LayoutResult.Fits(fills ? words.withNotes(layout) : layout);
    }

    /** Where the last partition must end. */
    private long endBytes() {
        return Math.min(target.wholeSectorsBytes() - table.bytesBehindPartitions(), Rows.reachBytes(table));
    }
}
