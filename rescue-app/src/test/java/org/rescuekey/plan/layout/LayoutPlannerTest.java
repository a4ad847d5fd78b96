package org.rescuekey.plan.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.plan.layout.LayoutDisks.MIB;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.MadeTables;
import org.rescuekey.partition.MadeTables.Made;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.gpt.GptTypes;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** Single layouts, and what is refused in which words. */
class LayoutPlannerTest {
    private static final long GIB = 1024 * MIB;
    private static final long DISK_BYTES = 100 * GIB;

    private static final Made ESP = Made.gpt(1, GptTypes.EFI_SYSTEM, new Extent(MIB, 100 * MIB));
    private static final Made WINDOWS = Made.gpt(2, GptTypes.MICROSOFT_BASIC_DATA, new Extent(101 * MIB, 60 * GIB));
    private static final Made DATA =
            Made.gpt(3, GptTypes.MICROSOFT_BASIC_DATA, new Extent(101 * MIB + 60 * GIB, 30 * GIB));

    private static PartitionTable gpt(Made... made) {
        return MadeTables.gpt(DISK_BYTES, SectorSize.SECTOR_512, List.of(made));
    }

    private static PartitionNeed flexible(int number, long minimumBytes) {
        return PartitionNeed.flexible(number, "partition " + number + " (NTFS)", minimumBytes, minimumBytes);
    }

    private static LayoutResult plan(PartitionTable table, long targetBytes, Wish wish, PartitionNeed... needs) {
        return LayoutPlanner.plan(table, List.of(needs), new TargetRoom(targetBytes, SectorSize.SECTOR_512), wish);
    }

    private static Layout laid(LayoutResult result) {
        assertThat(result).isInstanceOf(LayoutResult.Fits.class);
        return ((LayoutResult.Fits) result).layout();
    }

    private static String refused(LayoutResult result) {
        assertThat(result).isInstanceOf(LayoutResult.Refused.class);
        return ((LayoutResult.Refused) result).reason();
    }

    private static long size(Layout layout, int number) {
        return layout.place(number).orElseThrow().after().length();
    }

    @Test
    void whatHasMostFreeSpaceShrinksFirst() {
        PartitionTable table = gpt(ESP, WINDOWS, DATA);
        // Windows has 50 GiB free, the other 10: at first only Windows gives.
        Layout little = laid(plan(table, 60 * GIB, Wish.FILL, flexible(2, 10 * GIB), flexible(3, 20 * GIB)));
        assertThat(size(little, 3)).isEqualTo(30 * GIB);
        assertThat(size(little, 2)).isBetween(60 * GIB - 30 * GIB - 103 * MIB, 60 * GIB - 30 * GIB - 101 * MIB);
        // Then both keep the same.
        Layout more = laid(plan(table, 40 * GIB, Wish.FILL, flexible(2, 10 * GIB), flexible(3, 20 * GIB)));
        assertThat((size(more, 2) - 10 * GIB) - (size(more, 3) - 20 * GIB)).isBetween(-MIB, MIB);
    }

    @Test
    void allGrowAlike() {
        PartitionTable table = gpt(ESP, WINDOWS, DATA);
        Layout layout = laid(plan(table, 200 * GIB, Wish.PROPORTIONAL, flexible(2, GIB), flexible(3, GIB)));
        assertThat(size(layout, 2) / (double) size(layout, 3)).isBetween(1.999, 2.001);
        assertThat(size(layout, 1)).isEqualTo(100 * MIB);
        assertThat(layout.unusedBytes()).isLessThan(2 * MIB);
    }

    @Test
    void onTheSameDiskNothingChangesForLessThanAMebibyte() {
        Made odd = Made.gpt(2, GptTypes.MICROSOFT_BASIC_DATA, new Extent(101 * MIB, 60 * GIB + 5 * 512));
        Made behind =
                Made.gpt(3, GptTypes.MICROSOFT_BASIC_DATA, Extent.between(102 * MIB + 60 * GIB, DISK_BYTES - 34 * 512));
        PartitionTable table = gpt(ESP, odd, behind);
        for (Wish wish : List.of(Wish.FILL, Wish.PROPORTIONAL)) {
            assertThat(laid(plan(table, DISK_BYTES, wish, flexible(2, GIB), flexible(3, GIB)))
                            .isAsIs())
                    .isTrue();
        }
    }

    @Test
    void whatBootsFromABiosBootPartitionStaysInPlace() {
        Made bios = Made.gpt(3, GptTypes.BIOS_BOOT, new Extent(101 * MIB + 60 * GIB, MIB));
        Layout layout = laid(plan(gpt(ESP, WINDOWS, bios), 200 * GIB, Wish.FILL, flexible(2, GIB), flexible(3, 1)));
        assertThat(layout.isAsIs()).isTrue();
        assertThat(layout.notes())
                .contains(
                        "Partition 3 (NTFS) is not moved: it holds a boot loader that is found by" + " where it lies.");
    }

    @Test
    void whatCannotGrowIsNamedWhereRoomIsLeft() {
        PartitionTable table = gpt(ESP, WINDOWS);
        Layout layout = laid(
                plan(table, 200 * GIB, Wish.FILL, PartitionNeed.fixed(2, "partition 2 (exFAT)", 1, "is exFAT, so no")));
        assertThat(layout.isAsIs()).isTrue();
        assertThat(layout.notes()).containsExactly("Partition 2 (exFAT) is not made larger: it is exFAT, so no.");
        assertThat(layout.unusedBytes()).isEqualTo(200 * GIB - 33 * 512 - 60 * GIB - 101 * MIB);
    }

    @Test
    void whatMustStayIsBuiltAround() {
        PartitionNeed locked =
                new PartitionNeed(3, "partition 3 (BitLocker)", 0, 0, 0, "is locked", "is locked", "is locked");
        PartitionTable table = gpt(ESP, WINDOWS, DATA);
        Layout layout = laid(plan(table, 200 * GIB, Wish.FILL, flexible(2, GIB), locked));
        assertThat(layout.isAsIs()).isTrue();
        assertThat(layout.notes()).contains("Partition 3 (BitLocker) is not moved: it is locked.");
        assertThat(refused(plan(table, 200 * GIB, new Wish.ByHand(Map.of(2, 61 * GIB)), flexible(2, GIB), locked)))
                .contains("Partition 3 (BitLocker) is locked.");
    }

    @Test
    void asIsNamesWhatWouldFit() {
        LayoutResult result =
                plan(gpt(ESP, WINDOWS, DATA), 50 * GIB, Wish.AS_IS, flexible(2, 10 * GIB), flexible(3, GIB));
        assertThat(result).isInstanceOfSatisfying(LayoutResult.TooSmall.class, small -> {
            assertThat(small.neededBytes()).isEqualTo(90 * GIB + 101 * MIB + 33 * 512);
            assertThat(small.missingBytes()).isEqualTo(40 * GIB + 101 * MIB + 33 * 512);
            assertThat(small.remedy()).contains("With --layout fill").contains("11.1 GiB");
        });
    }

    @Test
    void theRemedyNamesWhatTakesTheRoom() {
        LayoutResult result = plan(
                gpt(ESP, WINDOWS, DATA),
                20 * GIB,
                Wish.FILL,
                flexible(2, 10 * GIB),
                PartitionNeed.fixed(3, "partition 3 (XFS)", 0, "is XFS, which cannot be made smaller"));
        assertThat(result)
                .isInstanceOfSatisfying(
                        LayoutResult.TooSmall.class,
                        small -> assertThat(small.remedy())
                                .contains(
                                        "Partition 3 (XFS) keeps its 30.0 GiB: it is XFS, which cannot be made smaller.")
                                .contains("Partition 2 (NTFS) needs at least 10.0 GiB."));
    }

    @Test
    void sizesOutsideWhatAPartitionCanHave() {
        PartitionTable table = gpt(ESP, WINDOWS);
        PartitionNeed need = new PartitionNeed(2, "partition 2 (FAT32)", 0, 10 * GIB, 70 * GIB, "", "", "");
        assertThat(refused(plan(table, DISK_BYTES, new Wish.ByHand(Map.of(2, 9 * GIB)), need)))
                .contains("as small as 9,663,676,416 bytes")
                .contains("at least 10,737,418,240 bytes");
        assertThat(refused(plan(table, DISK_BYTES, new Wish.ByHand(Map.of(2, 71 * GIB)), need)))
                .contains("at most 75,161,927,680 bytes");
        assertThat(refused(plan(table, DISK_BYTES, new Wish.ByHand(Map.of(1, 71 * MIB)), need)))
                .contains("cannot become smaller: it is a partition for starting or repairing a system");
        assertThat(refused(plan(table, DISK_BYTES, new Wish.ByHand(Map.of(1, 171 * MIB)), need)))
                .contains("cannot become larger: it is a partition for starting or repairing a system");
        assertThat(refused(plan(table, DISK_BYTES, new Wish.ByHand(Map.of(7, GIB)), need)))
                .contains("no partition 7");
        assertThat(LayoutPlanner.ranges(table, List.of(need), new TargetRoom(50 * GIB, SectorSize.SECTOR_512)))
                .extracting(SizeRange::number, SizeRange::smallestBytes, SizeRange::largestBytes)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1, 100 * MIB, 100 * MIB),
                        org.assertj.core.groups.Tuple.tuple(2, 10 * GIB, 50 * GIB - 102 * MIB));
    }

    @Test
    void otherSectorsAreRefusedWithBothSizes() {
        LayoutResult result =
                LayoutPlanner.plan(gpt(ESP), List.of(), new TargetRoom(DISK_BYTES, SectorSize.SECTOR_4096), Wish.AS_IS);
        assertThat(refused(result)).contains("512 bytes").contains("4096 bytes");
    }

    @Test
    void whatIsNotUnderstoodIsOnlyCopied() throws RescueException {
        for (UUID type : List.of(GptTypes.DYNAMIC_METADATA, GptTypes.DYNAMIC_DATA, GptTypes.STORAGE_SPACES)) {
            PartitionTable table = gpt(ESP, Made.gpt(2, type, WINDOWS.extent()));
            assertThat(refused(plan(table, 200 * GIB, Wish.FILL))).containsAnyOf("dynamic", "Storage Spaces");
            assertThat(laid(plan(table, 200 * GIB, Wish.AS_IS)).isAsIs()).isTrue();
        }
        PartitionTable dynamic =
                MadeTables.mbr(DISK_BYTES, SectorSize.SECTOR_512, List.of(Made.primary(1, 0x42, new Extent(MIB, GIB))));
        assertThat(refused(plan(dynamic, 200 * GIB, Wish.PROPORTIONAL))).contains("dynamic");
    }

    @Test
    void nothingOfAnMbrLiesAboveTwoTebibytes() throws RescueException {
        PartitionTable table = MadeTables.mbr(
                DISK_BYTES, SectorSize.SECTOR_512, List.of(Made.primary(1, 7, new Extent(MIB, 60 * GIB))));
        Layout layout = laid(plan(table, 4096 * GIB, Wish.FILL, flexible(1, GIB)));
        assertThat(layout.place(1).orElseThrow().after().end()).isEqualTo(2048 * GIB - MIB);
        assertThat(refused(plan(table, 4096 * GIB, new Wish.ByHand(Map.of(1, 3000 * GIB)), flexible(1, GIB))))
                .contains("MBR")
                .contains("2.0 TiB");
    }

    @Test
    void aSmallActivePartitionKeepsItsSizeBesideALargeOne() throws RescueException {
        Made reserved = Made.primary(1, 7, new Extent(MIB, 500 * MIB)).activated();
        Made windows = Made.primary(2, 7, new Extent(501 * MIB, 60 * GIB));
        PartitionTable table = MadeTables.mbr(DISK_BYTES, SectorSize.SECTOR_512, List.of(reserved, windows));
        Layout layout = laid(plan(table, 20 * GIB, Wish.PROPORTIONAL, flexible(1, 50 * MIB), flexible(2, GIB)));
        assertThat(size(layout, 1)).isEqualTo(500 * MIB);
        PartitionTable alone = MadeTables.mbr(DISK_BYTES, SectorSize.SECTOR_512, List.of(reserved));
        assertThat(size(laid(plan(alone, 20 * GIB, Wish.FILL, flexible(1, 50 * MIB))), 1))
                .isGreaterThan(19 * GIB);
    }

    @Test
    void logicalPartitionsOutOfOrderKeepTheirPlaces() throws RescueException {
        Made extended = Made.primary(1, 0x0F, new Extent(MIB, 100 * MIB));
        Made first = new Made(5, "131", new Extent(60 * MIB, 10 * MIB), false, MIB);
        Made second = new Made(6, "131", new Extent(10 * MIB, 10 * MIB), false, 9 * MIB);
        PartitionTable table = MadeTables.mbr(DISK_BYTES, SectorSize.SECTOR_512, List.of(extended, first, second));
        assertThat(refused(plan(table, 200 * GIB, Wish.FILL))).contains("order of their numbers");
        assertThat(laid(plan(table, 200 * GIB, Wish.AS_IS)).isAsIs()).isTrue();
    }

    @Test
    void newIdentitiesAreTheSameWhenAskedAgainAndOthersForOtherJobs() {
        byte[] seed = "sixteen bytes...".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        IdentitySource one = new SeededIdentities(seed, "a to b");
        assertThat(new SeededIdentities(seed, "a to b").guid("disk")).isEqualTo(one.guid("disk"));
        assertThat(new SeededIdentities(seed, "a to c").guid("disk")).isNotEqualTo(one.guid("disk"));
        assertThat(new SeededIdentities(new byte[16], "a to b").guid("disk")).isNotEqualTo(one.guid("disk"));
        assertThat(one.guid("partition 1")).isNotEqualTo(one.guid("disk"));
        assertThat(one.guid("disk").version()).isEqualTo(4);
        assertThat(one.guid("disk").variant()).isEqualTo(2);
        assertThat(one.mbrSignature()).isNotZero().isEqualTo(new SeededIdentities(seed, "a to b").mbrSignature());
    }
}
