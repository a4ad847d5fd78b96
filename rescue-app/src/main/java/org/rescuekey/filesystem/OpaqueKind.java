package org.rescuekey.filesystem;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.ExtentSet;

/**
 * What is recognised but not mapped: all of it counts as used. Label, identity, sizes and states come from the places
 * that were probed. Sizes that make no sense come out as 0.
 */
final class OpaqueKind implements Kind {
    private static final Pattern ISO_TIME = Pattern.compile("(\\d{4})(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)");

    private final FileSystemType type;

    OpaqueKind(FileSystemType type) {
        this.type = type;
    }

    @Override
    public UsedMap map(BlockDevice volume, Probe probe, PageFiles pageFiles) {
        return UsedMap.raw(volume, type.label() + ": what is free in it is not known, so all of it is used.");
    }

    @Override
    public Owners owners(BlockDevice volume, ExtentSet bytes, SearchWatch watch) {
        return Owners.unknown(bytes, "Which files these are is not known for " + type.label() + ".");
    }

    @Override
    public VolumeInfo describe(BlockDevice volume, Probe probe) {
        return switch (type) {
            case LUKS -> luks(probe);
            case MD_RAID -> raid(probe);
            case REFS -> refs(probe);
            case SQUASHFS -> info(type, "", "", probe.u32(12), probe.u64(40));
            case ISO9660 -> iso9660(probe);
            default -> info(type, "", "", 0, 0);
        };
    }

    private static VolumeInfo luks(Probe probe) {
        boolean hasFirstHeader = probe.has(0, Signatures.LUKS_MARK);
        return info(
                FileSystemType.LUKS,
                hasFirstHeader && probe.u8(7) == 2 ? probe.text(24, 48) : "",
                hasFirstHeader ? probe.text(168, 40) : "",
                0,
                0);
    }

    private static VolumeInfo refs(Probe probe) {
        long sectorBytes = probe.u32(32);
        return info(
                FileSystemType.REFS,
                "",
                String.format(Locale.ROOT, "%016X", probe.u64(56)),
                sectorBytes * probe.u32(36),
                product(probe.u64(24), sectorBytes));
    }

    /** Its identity is the time of its last change or, if there was none, that of its making. */
    private static VolumeInfo iso9660(Probe probe) {
        long start = 32_768;
        String changed = probe.text(start + 830, 16);
        String time = changed.matches("0*") ? probe.text(start + 813, 16) : changed;
        Matcher parts = ISO_TIME.matcher(time);
        String identity = parts.matches() ? parts.replaceFirst("$1-$2-$3-$4-$5-$6-$7") : "";
        long sectors = probe.u32(start + 80);
        return info(FileSystemType.ISO9660, probe.text(start + 40, 32), identity, 2048, sectors * 2048);
    }

    private static VolumeInfo raid(Probe probe) {
        long start = Signatures.raidSuperblock(probe);
        boolean first = probe.u32(start + 4) == 1;
        return info(
                FileSystemType.MD_RAID,
                first ? probe.text(start + 32, 32) : "",
                first ? probe.uuid(start + 16) : "",
                0,
                0);
    }

    private static VolumeInfo info(FileSystemType type, String label, String identity, long clusterBytes, long size) {
        return new VolumeInfo(type, label, identity, clusterBytes, Math.max(0, size), Set.of(), List.of());
    }

    private static long product(long count, long unitBytes) {
        return count >= 0 && unitBytes > 0 && count <= Long.MAX_VALUE / unitBytes ? count * unitBytes : 0;
    }

    @Override
    public MinimumSize minimumSize(BlockDevice volume) {
        return MinimumSize.fixed(volume, "is " + type.label() + ", whose size cannot be changed here");
    }

    @Override
    public String reasonAgainstWriting(BlockDevice volume) {
        return "It is " + type.label() + ", which is not understood here.";
    }
}
