package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.filesystem.MinimumSize;
import org.rescuekey.filesystem.VolumeState;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.plan.layout.PartitionNeed;
import org.rescuekey.units.ByteCount;

/** Which sizes the volumes that are described can have, and why not others. Pure. */
final class VolumeNeeds {
    private static final Set<String> RESIZABLE = labels(
            FileSystemType.NTFS, FileSystemType.EXT2, FileSystemType.EXT3, FileSystemType.EXT4, FileSystemType.BTRFS);

    private static final Set<String> GROWING_ONLY = labels(FileSystemType.XFS);
    private static final Set<String> LINUX = labels(
            FileSystemType.EXT2, FileSystemType.EXT3, FileSystemType.EXT4, FileSystemType.BTRFS, FileSystemType.XFS);
    private static final String BITLOCKER = FileSystemType.BITLOCKER.label();

    /** A file system needs room for its own records and to move files about: a sixteenth of what is used, and this. */
    private static final long LEAST_FREE_BYTES = 64 * ByteCount.MIB;

    private VolumeNeeds() {}

    /**
     * What is known of each partition.
     *
     * @param sizes what the volumes themselves say, by partition; where nothing was measured, a description has to do
     */
    static List<PartitionNeed> of(ImageDescription description, Map<Integer, MinimumSize> sizes) {
        List<PartitionNeed> needs = new ArrayList<>();
        for (ImageDescription.Stream stream : description.streams()) {
            stream.partition().ifPresent(partition -> needs.add(of(stream, partition, sizes)));
        }
        for (ImageDescription.Partition omitted : description.omitted()) {
            needs.add(PartitionNeed.fixed(
                    omitted.number(),
                    "partition " + omitted.number() + " (" + omitted.typeName() + ")",
                    0,
                    "keeps its size, because its content is left out"));
        }
        return List.copyOf(needs);
    }

    /** Tells whether a volume is one that Linux finds by its UUID. */
    static boolean isOfLinux(ImageDescription.Stream stream) {
        return stream.partition()
                .map(partition -> LINUX.contains(partition.volume().fileSystem()))
                .orElse(false);
    }

    private static PartitionNeed of(
            ImageDescription.Stream stream, ImageDescription.Partition partition, Map<Integer, MinimumSize> sizes) {
        String type = partition.volume().fileSystem();
        int number = partition.number();
        String label = TargetLayout.label(stream);
        long used = stream.usedBytes();
        List<VolumeState> states = states(partition.volume());
        if (type.equals(BITLOCKER) || states.contains(VolumeState.BITLOCKER_LOCKED)) {
            String why = "is encrypted with BitLocker; decrypt it in Windows first, or change its size there";
            return new PartitionNeed(number, label, used, 0, 0, why, why, why);
        }
        String stays = states.contains(VolumeState.HIBERNATED) ? words(VolumeState.HIBERNATED) : "";
        MinimumSize size = sizes.get(number);
        if (size != null) {
            return new PartitionNeed(
                    number,
                    label,
                    used,
                    size.bytes(),
                    Long.MAX_VALUE,
                    size.whyNotSmaller(),
                    size.whyNotLarger(),
                    stays);
        }
        String hindrance = states.stream().map(VolumeNeeds::words).findFirst().orElse("");
        if (!hindrance.isEmpty()) {
            return new PartitionNeed(number, label, used, 0, 0, hindrance, hindrance, stays);
        }
        if (!partition.volume().rawReason().isEmpty() || !(RESIZABLE.contains(type) || GROWING_ONLY.contains(type))) {
            String why = type.isEmpty() || type.equals(FileSystemType.UNKNOWN.label())
                    ? "holds what is not understood"
                    : !partition.volume().rawReason().isEmpty()
                            ? "could not be understood, and is taken with all its sectors"
                            : "holds " + type + ", whose size is not changed";
            return PartitionNeed.fixed(number, label, used, why);
        }
        String whyNotSmaller = RESIZABLE.contains(type) ? "" : "holds " + type + ", which cannot be made smaller";
        long estimate = Math.min(stream.sizeBytes(), used + used / 16 + LEAST_FREE_BYTES);
        return new PartitionNeed(number, label, used, estimate, Long.MAX_VALUE, whyNotSmaller, "", "");
    }

    /** What a description says of states are their words. */
    private static List<VolumeState> states(ImageDescription.Volume volume) {
        return Stream.of(VolumeState.values())
                .filter(state -> volume.states().contains(state.words()))
                .toList();
    }

    private static String words(VolumeState state) {
        String remedy = state.remedy();
        return state.words() + " (" + remedy.substring(0, 1).toLowerCase(Locale.ROOT)
                + remedy.substring(1, remedy.length() - 1) + ")";
    }

    private static Set<String> labels(FileSystemType... types) {
        return Stream.of(types).map(FileSystemType::label).collect(Collectors.toUnmodifiableSet());
    }
}
