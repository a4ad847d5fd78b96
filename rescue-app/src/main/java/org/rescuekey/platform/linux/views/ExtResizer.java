package org.rescuekey.platform.linux.views;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.engine.JobControl;
import org.rescuekey.engine.VolumeResizer;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.platform.linux.Programs;

/**
 * ext2, ext3 and ext4 through e2fsck and resize2fs. e2fsck checks first, on the view, where it may carry out the journal and
 * repair what needs no decision; what it did is told. What needs a decision is refused. It checks again at the end, without
 * changing anything. Thread rule as of {@link VolumeResizer}.
 */
final class ExtResizer implements VolumeResizer {
    private static final VolumeTool.Needed CHECK = new VolumeTool.Needed("e2fsck", "-V", "e2fsprogs", 1, 43);
    private static final List<String> TOOLS = List.of("resize2fs", "dumpe2fs");
    private static final Pattern MINIMUM = Pattern.compile("Estimated minimum size of the filesystem: (\\d{1,15})");
    private static final Pattern BLOCKS = Pattern.compile("(?m)^Block count: +(\\d{1,15})");
    private static final Pattern BLOCK_BYTES = Pattern.compile("(?m)^Block size: +(\\d{1,6})");
    private static final int RESIZE_UNIT_BYTES = 512;
    private static final int REPAIRED = 1;

    private final VolumeTool tool;

    ExtResizer(VolumeTool tool) {
        this.tool = tool;
    }

    @Override
    public boolean canShrink() {
        return true;
    }

    @Override
    public Minimum minimum(BlockDevice view, JobControl control) throws RescueException {
        requireTools();
        return tool.look(view, control, session -> {
            Programs.Result result = session.run(List.of("resize2fs", "-P"));
            if (!result.isSuccess()) {
                throw session.failed("resize2fs", result);
            }
            long blocks = number(session, "resize2fs", result, MINIMUM);
            long bytes = Math.multiplyExact(blocks, blockBytes(session));
            return new Minimum(Math.min(view.sizeBytes(), bytes), "resize2fs estimates that it can be made so small.");
        });
    }

    @Override
    public Resized resize(BlockDevice view, long sizeBytes, JobControl control) throws RescueException {
        if (sizeBytes > view.sizeBytes() || !view.logicalSector().divides(sizeBytes)) {
            throw new IllegalArgumentException("a size of " + sizeBytes + " bytes for " + view.name());
        }
        requireTools();
        return tool.change(view, control, session -> {
            List<String> notes = new ArrayList<>(check(session));
            String size = sizeBytes / RESIZE_UNIT_BYTES + "s";
            Programs.Result result = session.runAsIs(List.of("resize2fs", session.file(), size), Map.of());
            if (!result.isSuccess() && result.output().contains("smaller than minimum")) {
                throw new RefusedException(
                        session.viewName() + " has too much in it for this size: "
                                + VolumeTool.lastLines(result.output()),
                        "Choose a larger size.");
            }
            if (!result.isSuccess()) {
                throw session.failed("resize2fs", result);
            }
            Programs.Result proof = session.run(List.of("e2fsck", "-f", "-n"));
            if (!proof.isSuccess()) {
                throw session.failed("the check after resize2fs", proof);
            }
            return new Resized(requireSize(session, sizeBytes), notes);
        });
    }

    private void requireTools() throws RescueException {
        tool.require(CHECK);
        for (String name : TOOLS) {
            tool.require(new VolumeTool.Needed(name, "-V", "e2fsprogs", 1, 43));
        }
    }

    /** Repairs what needs no decision, as the system itself does when it starts. */
    private static List<String> check(VolumeTool.Session session) throws RescueException {
        Programs.Result result = session.run(List.of("e2fsck", "-f", "-p"));
        if (result.isSuccess()) {
            return List.of();
        }
        if (result.exitStatus() == REPAIRED) {
            return List.of("e2fsck repaired the file system before its size was changed: "
                    + VolumeTool.lastLines(result.output().replace(session.file(), session.viewName())));
        }
        if (result.exitStatus() < 8) {
            throw new RefusedException(
                    session.viewName() + " has errors whose repair needs decisions: "
                            + VolumeTool.lastLines(result.output().replace(session.file(), session.viewName())),
                    "Let its own system check and repair the volume, or keep its size.");
        }
        throw session.failed("e2fsck", result);
    }

    private static long requireSize(VolumeTool.Session session, long sizeBytes) throws RescueException {
        Programs.Result header = session.run(List.of("dumpe2fs", "-h"));
        long blockBytes = number(session, "dumpe2fs", header, BLOCK_BYTES);
        long bytes = Math.multiplyExact(number(session, "dumpe2fs", header, BLOCKS), blockBytes);
        if (bytes > sizeBytes || sizeBytes - bytes >= blockBytes) {
            throw new DeviceException(
                    session.viewName() + " has " + bytes + " bytes after resize2fs, and " + sizeBytes
                            + " were asked for.",
                    DeviceException.UNKNOWN);
        }
        return bytes;
    }

    private static long blockBytes(VolumeTool.Session session) throws RescueException {
        return number(session, "dumpe2fs", session.run(List.of("dumpe2fs", "-h")), BLOCK_BYTES);
    }

    private static long number(VolumeTool.Session session, String program, Programs.Result result, Pattern pattern)
            throws DeviceException {
        Matcher matcher = pattern.matcher(result.output());
        if (!matcher.find()) {
            throw session.failed(program, result);
        }
        return Long.parseLong(matcher.group(1));
    }
}
