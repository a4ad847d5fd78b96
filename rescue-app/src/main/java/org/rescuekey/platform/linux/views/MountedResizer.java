package org.rescuekey.platform.linux.views;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.device.OverlayDevice;
import org.rescuekey.device.SliceDevice;
import org.rescuekey.engine.JobControl;
import org.rescuekey.engine.VolumeResizer;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.platform.linux.Programs;
import org.rescuekey.units.Extent;

/**
 * File systems whose size the kernel changes while they are mounted: Btrfs, larger and smaller, and XFS, larger only. The
 * file that shows the view is mounted for that, in a folder that nobody else sees; a kernel that does not know the file
 * system is a refusal. The file system's own check has the last word.
 *
 * <p>The kernel knows Btrfs volumes by their UUID, and the source has the same one: it is made to forget what it knows
 * first, and what was mounted is looked at before anything is changed. Volumes of several devices are refused.
 *
 * <p>Thread rule as of {@link VolumeResizer}.
 */
final class MountedResizer implements VolumeResizer {
    private static final VolumeTool.Needed BTRFS = new VolumeTool.Needed("btrfs", "--version", "btrfs-progs", 5, 0);
    private static final VolumeTool.Needed XFS_GROWFS = new VolumeTool.Needed("xfs_growfs", "-V", "xfsprogs", 5, 0);
    private static final VolumeTool.Needed XFS_REPAIR = new VolumeTool.Needed("xfs_repair", "-V", "xfsprogs", 5, 0);
    private static final Pattern DEVICE = Pattern.compile("devid +\\d+ size (\\d{1,18}) used \\d+ path (\\S+)");
    private static final Pattern MINIMUM = Pattern.compile("(?m)^(\\d{1,18}) bytes");
    private static final Pattern XFS_DATA = Pattern.compile("(?m)^data +=.*bsize=(\\d{1,6}) +blocks=(\\d{1,15})");
    private static final int BTRFS_SECTOR_BYTES = 4096;

    /** The kernel makes no device of a volume smaller than this. */
    private static final long BTRFS_LEAST_BYTES = 256 << 20;

    private static final long LOOK_BYTES = 32 << 20;

    private final boolean isBtrfs;
    private final VolumeTool tool;

    private MountedResizer(boolean isBtrfs, VolumeTool tool) {
        this.isBtrfs = isBtrfs;
        this.tool = tool;
    }

    static MountedResizer ofBtrfs(VolumeTool tool) {
        return new MountedResizer(true, tool);
    }

    static MountedResizer ofXfs(VolumeTool tool) {
        return new MountedResizer(false, tool);
    }

    @Override
    public boolean canShrink() {
        return isBtrfs;
    }

    @Override
    public Minimum minimum(BlockDevice view, JobControl control) throws RescueException {
        if (!isBtrfs) {
            return new Minimum(view.sizeBytes(), "XFS cannot be made smaller.");
        }
        tool.require(BTRFS);
        // A mount writes, be it only that there was one: into a view of the view.
        try (OverlayDevice look = new OverlayDevice(
                view.name(), view, view.sizeBytes(), new MemoryDevice("memory", LOOK_BYTES, view.logicalSector()))) {
            long bytes = tool.change(look, control, session -> {
                try (LoopMount mount = mountBtrfs(session)) {
                    Programs.Result result = run(
                            session,
                            "btrfs",
                            "inspect-internal",
                            "min-dev-size",
                            mount.folder().toString());
                    Matcher minimum = MINIMUM.matcher(result.output());
                    if (!minimum.find()) {
                        throw session.failed("btrfs", result);
                    }
                    return Long.parseLong(minimum.group(1));
                }
            });
            long least = Math.min(view.sizeBytes(), Math.max(bytes, BTRFS_LEAST_BYTES));
            return new Minimum(least, "btrfs says that it can be made so small.");
        }
    }

    @Override
    public Resized resize(BlockDevice view, long sizeBytes, JobControl control) throws RescueException {
        if (sizeBytes > view.sizeBytes() || !view.logicalSector().divides(sizeBytes)) {
            throw new IllegalArgumentException("a size of " + sizeBytes + " bytes for " + view.name());
        }
        return new Resized(
                isBtrfs ? resizeBtrfs(view, sizeBytes, control) : growXfs(view, sizeBytes, control), List.of());
    }

    private long resizeBtrfs(BlockDevice view, long sizeBytes, JobControl control) throws RescueException {
        tool.require(BTRFS);
        if (sizeBytes < BTRFS_LEAST_BYTES) {
            throw new RefusedException(
                    view.name() + " is Btrfs, which cannot be smaller than 256 MiB.", "Choose a larger size.");
        }
        long wanted = sizeBytes & -BTRFS_SECTOR_BYTES;
        return tool.change(view, control, session -> {
            try (LoopMount mount = mountBtrfs(session)) {
                String folder = mount.folder().toString();
                run(session, "btrfs", "filesystem", "resize", Long.toString(wanted), folder);
                long now = btrfsDevice(session, mount);
                if (now != wanted) {
                    throw new DeviceException(
                            session.viewName() + " has " + now + " bytes after btrfs, and " + wanted
                                    + " were asked for.",
                            DeviceException.UNKNOWN);
                }
            }
            run(session, "btrfs", "check", "--readonly", session.file());
            return wanted;
        });
    }

    private LoopMount mountBtrfs(VolumeTool.Session session) throws RescueException {
        session.runAsIs(List.of("btrfs", "device", "scan", "--forget"), Map.of());
        LoopMount mount = session.mount("btrfs", "noatime");
        try {
            btrfsDevice(session, mount);
            return mount;
        } catch (RescueException e) {
            try {
                mount.close();
            } catch (RescueException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /** The size of the one device, which has to be ours. */
    private static long btrfsDevice(VolumeTool.Session session, LoopMount mount) throws RescueException {
        Programs.Result shown = run(
                session, "btrfs", "filesystem", "show", "--raw", mount.folder().toString());
        Matcher device = DEVICE.matcher(shown.output());
        boolean isOurs = device.find() && device.group(2).equals(mount.loop());
        if (!isOurs) {
            throw session.failed("btrfs", shown);
        }
        long size = Long.parseLong(device.group(1));
        if (device.find()) {
            throw new RefusedException(
                    session.viewName() + " is one of several devices of a Btrfs volume.",
                    "Keep its size, and let its own system change it.");
        }
        return size;
    }

    private long growXfs(BlockDevice view, long sizeBytes, JobControl control) throws RescueException {
        tool.require(XFS_GROWFS);
        tool.require(XFS_REPAIR);
        SliceDevice exact = new SliceDevice(view, new Extent(0, sizeBytes), view.name());
        return tool.change(exact, control, session -> {
            long now;
            // Another volume with its UUID, the source, may be mounted.
            try (LoopMount mount = session.mount("xfs", "noatime,nouuid")) {
                Programs.Result result =
                        run(session, "xfs_growfs", mount.folder().toString());
                Matcher data = XFS_DATA.matcher(
                        run(session, "xfs_info", mount.folder().toString()).output());
                if (!data.find()) {
                    throw session.failed("xfs_growfs", result);
                }
                now = Math.multiplyExact(Long.parseLong(data.group(1)), Long.parseLong(data.group(2)));
            }
            run(session, "xfs_repair", "-n", "-f", session.file());
            return now;
        });
    }

    private static Programs.Result run(VolumeTool.Session session, String... command) throws RescueException {
        Programs.Result result = session.runAsIs(List.of(command), Map.of());
        if (!result.isSuccess()) {
            throw session.failed(command[0], result);
        }
        return result;
    }
}
