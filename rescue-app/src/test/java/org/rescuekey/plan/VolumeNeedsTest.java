package org.rescuekey.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.filesystem.MinimumSize;
import org.rescuekey.filesystem.VolumeState;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.plan.layout.PartitionNeed;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;

/** What volumes of each kind and in each state can become. */
class VolumeNeedsTest {
    private static final long USED = 16 * ByteCount.GIB;

    private static ImageDescription.Partition partition(int number, String type, List<String> states, String raw) {
        return new ImageDescription.Partition(
                "id-" + number,
                number,
                new Extent(number * ByteCount.TIB, 100 * ByteCount.GIB),
                "type",
                "type name",
                "",
                new ImageDescription.Volume(type, "", "", states, raw));
    }

    private static PartitionNeed need(String type, String raw, VolumeState... states) {
        List<String> words = new ArrayList<>();
        for (VolumeState state : states) {
            words.add(state.words());
        }
        return need(partition(1, type, words, raw), Map.of());
    }

    private static PartitionNeed need(ImageDescription.Partition partition, Map<Integer, MinimumSize> sizes) {
        ImageDescription.Stream stream =
                new ImageDescription.Stream(partition.number(), partition.extent(), USED, Optional.of(partition));
        return VolumeNeeds.of(description(List.of(stream), List.of()), sizes).getFirst();
    }

    private static ImageDescription description(
            List<ImageDescription.Stream> streams, List<ImageDescription.Partition> omitted) {
        return new ImageDescription(
                "",
                "",
                Instant.EPOCH,
                new ImageDescription.Disk("", "", "", "", 100 * ByteCount.TIB, 512, 512),
                new ImageDescription.Table("gpt", "", ""),
                streams,
                omitted,
                List.of());
    }

    private static PartitionNeed need(FileSystemType type, VolumeState... states) {
        return need(type.label(), "", states);
    }

    @Test
    void whatCanBeResizedBothWays() {
        for (FileSystemType type : List.of(
                FileSystemType.NTFS,
                FileSystemType.EXT2,
                FileSystemType.EXT3,
                FileSystemType.EXT4,
                FileSystemType.BTRFS)) {
            PartitionNeed need = need(type);
            assertThat(need.canShrink() && need.canGrow() && need.canMove())
                    .as(type.label())
                    .isTrue();
            assertThat(need.minimumBytes()).isBetween(USED + USED / 20, USED + USED / 10);
        }
    }

    @Test
    void whatAVolumeSaysItselfCounts() {
        MinimumSize measured = new MinimumSize(5, "", "is as large as it can be");
        PartitionNeed need = need(partition(1, "NTFS", List.of(), ""), Map.of(1, measured));
        assertThat(need.minimumBytes()).isEqualTo(5);
        assertThat(need.canShrink()).isTrue();
        assertThat(need.whyNotLarger()).isEqualTo("is as large as it can be");
        List<String> hibernated = List.of(VolumeState.HIBERNATED.words());
        assertThat(need(partition(1, "NTFS", hibernated, ""), Map.of(1, measured))
                        .canMove())
                .isFalse();
    }

    @Test
    void xfsGrowsOnly() {
        PartitionNeed need = need(FileSystemType.XFS);
        assertThat(need.whyNotSmaller()).isEqualTo("holds XFS, which cannot be made smaller");
        assertThat(need.canGrow() && need.canMove()).isTrue();
    }

    @Test
    void allElseKeepsItsSizeAndMayMove() {
        for (FileSystemType type : FileSystemType.values()) {
            boolean isKnown =
                    List.of("NTFS", "ext2", "ext3", "ext4", "Btrfs", "XFS").contains(type.label());
            if (!isKnown) {
                PartitionNeed need = need(type);
                assertThat(need.canShrink() || need.canGrow()).as(type.label()).isFalse();
                assertThat(need.canMove()).as(type.label()).isEqualTo(type != FileSystemType.BITLOCKER);
            }
        }
        assertThat(need("NTFS", "its map is damaged").whyNotLarger()).contains("all its sectors");
    }

    @Test
    void statesStandInTheWayAndNameTheirRemedy() {
        for (VolumeState state : VolumeState.values()) {
            PartitionNeed need = need(FileSystemType.NTFS, state);
            assertThat(need.canShrink() || need.canGrow()).as(state.name()).isFalse();
            assertThat(need.canMove())
                    .as(state.name())
                    .isEqualTo(state != VolumeState.HIBERNATED && state != VolumeState.BITLOCKER_LOCKED);
        }
        assertThat(need(FileSystemType.NTFS, VolumeState.HIBERNATED, VolumeState.DIRTY)
                        .canMove())
                .isFalse();
        assertThat(need(FileSystemType.NTFS, VolumeState.DIRTY).whyNotSmaller())
                .isEqualTo("was not closed properly (start its own system once and shut it down, or let that system"
                        + " check the volume)");
    }

    @Test
    void whatIsLeftOutKeepsItsSize() {
        PartitionNeed need = VolumeNeeds.of(
                        description(List.of(), List.of(partition(7, "NTFS", List.of(), ""))), Map.of())
                .getFirst();
        assertThat(need.number()).isEqualTo(7);
        assertThat(need.whyNotLarger()).contains("left out");
    }
}
