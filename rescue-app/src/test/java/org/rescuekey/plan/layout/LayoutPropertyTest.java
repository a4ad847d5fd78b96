package org.rescuekey.plan.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.plan.layout.LayoutDisks.MIB;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.GptTable;
import org.rescuekey.partition.MadeTables;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionKind;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.units.ExtentSet;

/** What holds for the layout of every disk on every target. */
class LayoutPropertyTest {
    private static final int TRIES = 1500;

    @Provide
    Arbitrary<LayoutDisks> disks() {
        return LayoutDisks.any();
    }

    @Provide
    Arbitrary<Wish> wishes() {
        return Arbitraries.of(Wish.AS_IS, Wish.FILL, Wish.FILL, Wish.PROPORTIONAL, Wish.PROPORTIONAL);
    }

    @Property(tries = TRIES)
    void whatIsLaidOutIsSound(
            @ForAll("disks") LayoutDisks disk,
            @ForAll("wishes") Wish wish,
            @ForAll @LongRange(min = 1, max = 900L << 20) long targetBytes)
            throws RescueException {
        if (disk.plan(targetBytes, wish) instanceof LayoutResult.Fits(Layout layout)) {
            check(disk, layout, targetBytes);
        }
    }

    @Property(tries = TRIES)
    void theShortfallIsExact(
            @ForAll("disks") LayoutDisks disk,
            @ForAll("wishes") Wish wish,
            @ForAll @LongRange(min = 1, max = 300L << 20) long targetBytes)
            throws RescueException {
        LayoutResult result = disk.plan(targetBytes, wish);
        if (result instanceof LayoutResult.TooSmall small) {
            assertThat(small.missingBytes()).isPositive().isEqualTo(small.neededBytes() - targetBytes);
            assertThat(small.reason()).contains(String.format(java.util.Locale.ROOT, "%,d", small.missingBytes()));
            assertThat(disk.plan(small.neededBytes() - 1, wish))
                    .isInstanceOfSatisfying(
                            LayoutResult.TooSmall.class,
                            less -> assertThat(less.missingBytes()).isEqualTo(1));
            LayoutResult enough = disk.plan(small.neededBytes(), wish);
            assertThat(enough).isInstanceOf(LayoutResult.Fits.class);
            check(disk, ((LayoutResult.Fits) enough).layout(), small.neededBytes());
        } else {
            assertThat(result).isInstanceOf(LayoutResult.Fits.class);
        }
    }

    @Property(tries = TRIES)
    void fillLeavesNoRoomWhereSomethingCouldTakeIt(
            @ForAll("disks") LayoutDisks disk, @ForAll @LongRange(min = 1, max = 900L << 20) long targetBytes) {
        if (disk.plan(targetBytes, Wish.FILL) instanceof LayoutResult.Fits(Layout layout)) {
            boolean nothingIsNailed = disk.needs().stream().allMatch(PartitionNeed::canMove);
            boolean someShrank = layout.places().stream().anyMatch(place -> place.change() == VolumeChange.SHRINK);
            boolean someCouldGrow = layout.places().stream()
                    .anyMatch(place -> disk.need(place.number()).canGrow()
                            && disk.need(place.number()).maximumBytes() == Long.MAX_VALUE
                            && isData(layout, place.number()));
            if (nothingIsNailed && (someShrank || someCouldGrow)) {
                assertThat(layout.unusedBytes()).isLessThan(2 * MIB);
            }
            assertThat(layout.places().stream().map(Layout.Place::change).distinct())
                    .as("nothing grows while another shrinks")
                    .doesNotContainSequence(VolumeChange.GROW, VolumeChange.SHRINK)
                    .doesNotContainSequence(VolumeChange.SHRINK, VolumeChange.GROW);
        }
    }

    private static boolean isData(Layout layout, int number) {
        Partition partition = partition(layout.before().partitions(), number);
        return !DiskRoles.keepsItsSize(layout.before(), partition);
    }

    @Property(tries = TRIES)
    void sizesByHandAreGivenOrRefused(
            @ForAll("disks") LayoutDisks disk,
            @ForAll @IntRange(max = 6) int which,
            @ForAll @LongRange(min = 1, max = 120) long askedMib,
            @ForAll @LongRange(min = 1, max = 900L << 20) long targetBytes)
            throws RescueException {
        PartitionNeed need = disk.needs().get(which % disk.needs().size());
        long asked = askedMib * MIB;
        TargetRoom room = new TargetRoom(targetBytes, disk.table().sectorSize());
        SizeRange range = LayoutPlanner.ranges(disk.table(), disk.needs(), room).stream()
                .filter(each -> each.number() == need.number())
                .findFirst()
                .orElseThrow();
        switch (disk.plan(targetBytes, new Wish.ByHand(Map.of(need.number(), asked)))) {
            case LayoutResult.Fits(Layout layout) -> {
                check(disk, layout, targetBytes);
                assertThat(layout.place(need.number()).orElseThrow().after().length())
                        .isEqualTo(asked)
                        .isBetween(range.smallestBytes(), range.largestBytes());
                layout.places().stream()
                        .filter(place -> place.number() != need.number())
                        .forEach(place -> assertThat(place.change()).isEqualTo(VolumeChange.SAME));
            }
            case LayoutResult.TooSmall small ->
                assertThat(disk.plan(small.neededBytes(), new Wish.ByHand(Map.of(need.number(), asked))))
                        .isInstanceOf(LayoutResult.Fits.class);
            case LayoutResult.Refused refused -> {
                boolean isNailed = refused.reason().contains("nailed down");
                assertThat(isNailed || asked < range.smallestBytes() || asked > range.largestBytes())
                        .as(refused + ", " + range)
                        .isTrue();
            }
        }
    }

    /** Written without a look at how the planner does it. */
    private static void check(LayoutDisks disk, Layout layout, long targetBytes) throws RescueException {
        List<Partition> before = layout.before().partitions();
        List<Partition> after = layout.after().partitions();
        assertThat(after)
                .extracting(Partition::number)
                .isEqualTo(before.stream().map(Partition::number).toList());
        ExtentSet taken = ExtentSet.empty();
        for (Partition now : after) {
            Partition was = partition(before, now.number());
            assertThat(now.typeId()).isEqualTo(was.typeId());
            assertThat(now.name()).isEqualTo(was.name());
            assertThat(now.attributes()).isEqualTo(was.attributes());
            assertThat(now.bootable()).isEqualTo(was.bootable());
            assertThat(now.kind()).isEqualTo(was.kind());
            assertThat(now.extent().end()).isLessThanOrEqualTo(targetBytes);
            if (now.kind() != PartitionKind.EXTENDED) {
                assertThat(taken.intersects(now.extent())).isFalse();
                taken = taken.union(ExtentSet.of(now.extent()));
                checkPlace(disk, was, now);
            }
        }
        assertThat(taken.intersect(layout.after().tableExtents()).isEmpty()).isTrue();
        assertThat(layout.after().diskIdentity()).isEqualTo(layout.before().diskIdentity());
        assertThat(order(after)).isEqualTo(order(before));
        assertThat(taken.intersects(layout.keptFront())).isFalse();
        if (layout.after() instanceof GptTable gpt) {
            assertThat(gpt.hasBackupAtEnd()).isTrue();
            assertThat(after)
                    .extracting(Partition::identity)
                    .isEqualTo(before.stream().map(Partition::identity).toList());
        }
        MemoryDevice device =
                new MemoryDevice(layout.after().diskBytes(), layout.after().sectorSize());
        MadeTables.apply(layout.after(), device);
        assertThat(PartitionTables.read(device).table()).contains(layout.after());
    }

    private static void checkPlace(LayoutDisks disk, Partition was, Partition now) {
        PartitionNeed need = disk.need(now.number());
        if (now.extent().start() != was.extent().start()) {
            assertThat(now.extent().start() % MIB).isZero();
            assertThat(need.canMove()).isTrue();
        }
        long size = now.extent().length();
        if (size != was.extent().length()) {
            assertThat(size % MIB).isZero();
            assertThat(DiskRoles.keepsItsSize(disk.table(), was)).isFalse();
        }
        if (size < was.extent().length()) {
            assertThat(need.canShrink()).isTrue();
            assertThat(size).isGreaterThanOrEqualTo(need.minimumBytes());
        }
        if (size > was.extent().length()) {
            assertThat(need.canGrow()).isTrue();
            assertThat(size).isLessThanOrEqualTo(need.maximumBytes());
        }
    }

    private static Partition partition(List<Partition> partitions, int number) {
        return partitions.stream()
                .filter(each -> each.number() == number)
                .findFirst()
                .orElseThrow();
    }

    private static List<Integer> order(List<Partition> partitions) {
        return partitions.stream()
                .sorted(Comparator.comparing(Partition::extent))
                .filter(each -> each.kind() != PartitionKind.EXTENDED)
                .map(Partition::number)
                .toList();
    }
}
