package org.rescuekey.plan.layout;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.MadeTables;
import org.rescuekey.partition.MadeTables.Made;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionKind;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.gpt.GptTypes;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** Disks for tests, with what is known of their partitions. */
record LayoutDisks(PartitionTable table, List<PartitionNeed> needs) {
    static final long MIB = 1L << 20;

    /**
     * How a random partition is.
     *
     * @param gapBytes before it
     * @param role which type it gets
     * @param minimumShare how much of it is the least that it needs, in percent
     * @param abilities bit 0: can shrink, bit 1: can grow, bit 2: cannot move
     */
    record Shape(long gapBytes, long sizeBytes, int role, int minimumShare, int abilities) {}

    static Arbitrary<LayoutDisks> any() {
        Arbitrary<List<Shape>> shapes = shape().list().ofMinSize(1).ofMaxSize(7);
        Arbitrary<Integer> sectors = Arbitraries.of(512, 4096);
        Arbitrary<Long> behind = Arbitraries.longs().between(0, 40 * MIB);
        return Combinators.combine(
                        shapes, sectors, behind, Arbitraries.integers().between(0, 9))
                .as((list, sector, spare, kind) -> kind < 5
                        ? gpt(list, new SectorSize(sector), spare)
                        : mbr(list, new SectorSize(sector), spare, kind - 5));
    }

    private static Arbitrary<Shape> shape() {
        Arbitrary<Long> gaps = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, Arbitraries.just(0L)),
                net.jqwik.api.Tuple.of(2, Arbitraries.longs().between(0, 5 * MIB)),
                net.jqwik.api.Tuple.of(1, Arbitraries.longs().between(0, 60 * MIB)));
        Arbitrary<Long> sizes = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(2, Arbitraries.longs().between(1, 80).map(mib -> mib * MIB)),
                net.jqwik.api.Tuple.of(1, Arbitraries.longs().between(4096, 80 * MIB)));
        return Combinators.combine(
                        gaps,
                        sizes,
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.integers().between(0, 100),
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(6, Arbitraries.integers().between(0, 3)),
                                net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(4, 7))))
                .as(Shape::new);
    }

    private static LayoutDisks gpt(List<Shape> shapes, SectorSize sector, long spare) {
        List<Made> made = new ArrayList<>();
        long end = MIB;
        for (int i = 0; i < shapes.size(); i++) {
            Shape shape = shapes.get(i);
            Extent extent = extent(shape, sector, end);
            // Numbers do not follow the order on the disk.
            int number = (i * 3) % 8 + 1;
            made.add(Made.gpt(
                    number,
                    switch (shape.role()) {
                        case 0 -> GptTypes.EFI_SYSTEM;
                        case 1 -> GptTypes.MICROSOFT_RESERVED;
                        case 2 -> GptTypes.WINDOWS_RECOVERY;
                        case 3 -> GptTypes.LINUX_FILE_SYSTEM;
                        default -> GptTypes.MICROSOFT_BASIC_DATA;
                    },
                    extent));
            end = extent.end();
        }
        long disk = sector.roundUp(end + spare) + sector.toBytes(34);
        return withNeeds(MadeTables.gpt(disk, sector, made), shapes);
    }

    /** @param primaries how many of the partitions are primary ones; the others are logical */
    private static LayoutDisks mbr(List<Shape> shapes, SectorSize sector, long spare, int primaries) {
        List<Made> made = new ArrayList<>();
        int logicals = shapes.size() > 4 || primaries < shapes.size() ? shapes.size() - Math.min(3, primaries) : 0;
        int before = Math.min(shapes.size(), logicals == 0 ? 4 : Math.min(3, primaries));
        long end = primaries % 2 == 0 ? MIB : 63L * sector.bytes();
        for (int i = 0; i < before; i++) {
            Extent extent = extent(shapes.get(i), sector, end);
            Made primary = Made.primary(i + 1, shapes.get(i).role() == 0 ? 0x27 : 0x07, extent);
            made.add(i == 0 ? primary.activated() : primary);
            end = extent.end();
        }
        List<Made> inside = new ArrayList<>();
        for (int i = before; i < shapes.size(); i++) {
            long link = end + sector.roundDown(shapes.get(i).gapBytes());
            Shape noGap = new Shape(0, shapes.get(i).sizeBytes(), 0, 0, 0);
            long room = primaries % 2 == 0 ? MIB : 63L * sector.bytes();
            Extent extent = extent(noGap, sector, link + room);
            inside.add(new Made(5 + i - before, String.valueOf(0x83), extent, false, link));
            end = extent.end();
        }
        if (!inside.isEmpty()) {
            made.add(Made.primary(
                    before + 1, 0x0F, Extent.between(inside.getFirst().link(), end)));
            made.addAll(inside);
        }
        try {
            return withNeeds(MadeTables.mbr(sector.roundUp(end + spare + 512), sector, made), shapes);
        } catch (RescueException e) {
            throw new AssertionError(e);
        }
    }

    private static Extent extent(Shape shape, SectorSize sector, long end) {
        return new Extent(
                sector.roundUp(end + shape.gapBytes()), Math.max(sector.bytes(), sector.roundDown(shape.sizeBytes())));
    }

    private static LayoutDisks withNeeds(PartitionTable table, List<Shape> shapes) {
        List<PartitionNeed> needs = new ArrayList<>();
        for (Partition partition : table.partitions()) {
            if (partition.kind() != PartitionKind.EXTENDED) {
                Shape shape = shapes.get(needs.size());
                long minimum = partition.extent().length() / 100 * shape.minimumShare();
                needs.add(new PartitionNeed(
                        partition.number(),
                        "partition " + partition.number() + " (test)",
                        minimum / 2,
                        minimum,
                        shape.role() == 9 ? partition.extent().length() + 7 * MIB : Long.MAX_VALUE,
                        (shape.abilities() & 1) != 0 ? "" : "is of iron",
                        (shape.abilities() & 2) != 0 ? "" : "is of stone",
                        (shape.abilities() & 4) == 0 ? "" : "is nailed down"));
            }
        }
        return new LayoutDisks(table, needs);
    }

    PartitionNeed need(int number) {
        return needs.stream()
                .filter(each -> each.number() == number)
                .findFirst()
                .orElseThrow();
    }

    LayoutResult plan(long targetBytes, Wish wish) {
        return LayoutPlanner.plan(table, needs, new TargetRoom(targetBytes, table.sectorSize()), wish);
    }
}
