package org.rescuekey.platform.linux.views;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.engine.JobControl;
import org.rescuekey.engine.VolumeResizer;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.platform.linux.Programs;
import org.rescuekey.units.ByteCount;

/**
 * NTFS through ntfsresize, which moves what lies behind the new end, the $MFT and $MFTMirr too. It is given the size in
 * bytes: only then it writes the backup boot sector into the last sector. A dry run comes first, and its own check last.
 *
 * <p>ntfsresize refuses a dirty volume, but not one that is hibernated: who calls this has to. It leaves the volume marked
 * for a check, so that Windows looks at it once when it starts. Thread rule as of {@link VolumeResizer}.
 */
final class NtfsResizer implements VolumeResizer {
    private static final VolumeTool.Needed TOOL = new VolumeTool.Needed("ntfsresize", "--version", "ntfs-3g", 2017, 3);
    private static final Pattern MINIMUM = Pattern.compile("You might resize at (\\d{1,18}) bytes");
    private static final Pattern CURRENT = Pattern.compile("Current volume size: *(\\d{1,18}) bytes");
    private static final int BOOT_BYTES = 512;

    private final VolumeTool tool;

    NtfsResizer(VolumeTool tool) {
        this.tool = tool;
    }

    @Override
    public boolean canShrink() {
        return true;
    }

    @Override
    public Minimum minimum(BlockDevice view, JobControl control) throws RescueException {
        tool.require(TOOL);
        return tool.look(view, control, session -> {
            Programs.Result result = session.run(List.of("ntfsresize", "--info", "--no-progress-bar"));
            requireReady(session, result);
            Matcher minimum = MINIMUM.matcher(result.output());
            long bytes = minimum.find() ? Long.parseLong(minimum.group(1)) : current(session, result);
            // What the program names has no room for the sector behind the last cluster.
            long rounded =
                    view.logicalSector().roundUp(bytes) + view.logicalSector().bytes();
            return new Minimum(Math.min(view.sizeBytes(), rounded), "ntfsresize says that it can be made so small.");
        });
    }

    @Override
    public Resized resize(BlockDevice view, long sizeBytes, JobControl control) throws RescueException {
        if (sizeBytes > view.sizeBytes() || !view.logicalSector().divides(sizeBytes)) {
            throw new IllegalArgumentException("a size of " + sizeBytes + " bytes for " + view.name());
        }
        tool.require(TOOL);
        String size = Long.toString(sizeBytes);
        long now = tool.change(view, control, session -> {
            List<String> words = List.of("ntfsresize", "--no-progress-bar", "--size", size);
            requireReady(session, session.run(with(words, "--no-action")));
            Programs.Result result = session.run(with(words, "--force"));
            if (!result.isSuccess()) {
                throw session.failed("ntfsresize", result);
            }
            Programs.Result check =
                    session.run(List.of("ntfsresize", "--info", "--force", "--force", "--no-progress-bar"));
            if (!check.isSuccess()) {
                throw session.failed("the check after ntfsresize", check);
            }
            return current(session, check);
        });
        requireSize(view, now, sizeBytes);
        return new Resized(now, List.of("Windows will check this volume when it starts for the first time."));
    }

    private static List<String> with(List<String> words, String option) {
        List<String> more = new ArrayList<>(words);
        more.add(option);
        return more;
    }

    /** What keeps the program from beginning; nothing was changed then. */
    private static void requireReady(VolumeTool.Session session, Programs.Result result) throws RescueException {
        if (result.isSuccess()) {
            return;
        }
        String said = result.output();
        if (said.contains("scheduled for check") || said.contains("is dirty")) {
            throw new RefusedException(
                    session.viewName() + " was not closed properly, so that its size cannot be changed.",
                    "Start its own system once and shut it down, or let that system check the volume.");
        }
        if (said.contains("would need more space") || said.contains("less than") || said.contains("too small")) {
            throw new RefusedException(
                    session.viewName() + " has too much in it for this size: " + VolumeTool.lastLines(said),
                    "Choose a larger size.");
        }
        throw session.failed("ntfsresize", result);
    }

    private static long current(VolumeTool.Session session, Programs.Result result) throws DeviceException {
        Matcher current = CURRENT.matcher(result.output());
        if (!current.find()) {
            throw session.failed("ntfsresize", result);
        }
        return Long.parseLong(current.group(1));
    }

    /** The size that the volume says, and its backup boot sector in the last sector of the partition to be. */
    private static void requireSize(BlockDevice view, long nowBytes, long sizeBytes) throws RescueException {
        var boot = Reads.at(view, 0, BOOT_BYTES, "NTFS boot sector");
        int clusterBytes = Math.max(BOOT_BYTES, clusterBytes(boot.get(0x0D), boot.getShort(0x0B)));
        boolean fits = nowBytes <= sizeBytes
                && sizeBytes - nowBytes <= clusterBytes + view.logicalSector().bytes();
        long last = sizeBytes - view.logicalSector().bytes();
        if (!fits || !boot.equals(Reads.at(view, last, BOOT_BYTES, "NTFS backup boot sector"))) {
            throw new DeviceException(
                    view.name() + " has " + ByteCount.of(nowBytes).exact() + " after ntfsresize, and "
                            + ByteCount.of(sizeBytes).exact()
                            + " were asked for, or its backup boot sector is not at the end.",
                    DeviceException.UNKNOWN);
        }
    }

    private static int clusterBytes(byte sectors, short sectorBytes) {
        int count = Byte.toUnsignedInt(sectors);
        int perCluster = count > 128 ? 1 << Math.min(256 - count, 16) : count;
        return perCluster * Short.toUnsignedInt(sectorBytes);
    }
}
