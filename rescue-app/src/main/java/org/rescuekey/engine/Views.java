package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.JoinedDevice;
import org.rescuekey.device.OverlayDevice;
import org.rescuekey.device.ReadAheadDevice;
import org.rescuekey.device.ReadOnlyDevice;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.PageFiles;
import org.rescuekey.filesystem.Volumes;
import org.rescuekey.plan.AdaptVolume;
import org.rescuekey.plan.CopyAdapted;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Step;

/**
 * The changed volumes of a job, each a view over what it comes from, made and proven before the target is opened. Behind the
 * disk they come from they make one device: so whoever copies from that disk copies from them too. For one thread.
 */
final class Views implements AutoCloseable {
    private final List<BlockDevice> before;
    private final Map<Integer, Adapted> adapted = new TreeMap<>();
    private final List<String> sentences = new ArrayList<>();

    /** A view, and what is read of it. */
    private record Adapted(OverlayDevice view, VolumeAdapter.Result result) {}

    private Views(List<BlockDevice> before) {
        this.before = before;
    }

    /** What the volume of a step comes from, as long as it is there; read only. */
    @FunctionalInterface
    interface Base {
        BlockDevice of(AdaptVolume step) throws RescueException;
    }

    /**
     * Makes all views of a plan.
     *
     * @param before what stands before the views in {@link #joined}
     * @param base what the volumes come from
     */
    static Views of(Plan plan, List<BlockDevice> before, Base base, ViewTools tools, JobControl control, Meter meter)
            throws RescueException {
        Views views = new Views(List.copyOf(before));
        try {
            for (int i = 0; i < plan.steps().size(); i++) {
                if (plan.steps().get(i) instanceof AdaptVolume step) {
                    control.checkpoint();
                    meter.step(i + 1, step.words(), 0);
                    views.add(step, base.of(step), tools, control);
                }
            }
            return views;
        } catch (RescueException | RuntimeException | Error e) {
            try {
                views.close();
            } catch (RescueException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private void add(AdaptVolume step, BlockDevice from, ViewTools tools, JobControl control) throws RescueException {
        BlockDevice base = new ReadAheadDevice(new ReadOnlyDevice(from));
        long size = Math.max(step.sizeBytes(), base.sizeBytes());
        OverlayNeed need = OverlayNeed.of(
                Volumes.recognise(base).type(),
                Volumes.usedMap(base, PageFiles.KEPT).used(),
                base.sizeBytes(),
                step.sizeBytes());
        // Nothing goes to the free end of a target: it is not opened before all views are proven.
        OverlayRoom.Offers offers = tools.rooms().offers(step.changesFolder(), Optional.empty());
        BlockDevice changes = tools.rooms().open(OverlayRoom.choose(need, offers), base);
        OverlayDevice view;
        try {
            view = new OverlayDevice("the view of " + step.label(), base, size, changes, need.pieceBytes());
        } catch (RuntimeException | Error e) {
            changes.close();
            throw e;
        }
        boolean isMade = false;
        try {
            VolumeAdapter.Result result = new VolumeAdapter(tools.resizers()).adapt(view, step, control);
            sentences.addAll(result.notes());
            adapted.put(step.stream(), new Adapted(view, result));
            isMade = true;
        } finally {
            if (!isMade) {
                view.close();
            }
        }
    }

    boolean isEmpty() {
        return adapted.isEmpty();
    }

    /** What was noted while they were made. */
    List<String> sentences() {
        return List.copyOf(sentences);
    }

    /** What stands before the views, and behind it these in the order of their streams. */
    BlockDevice joined() {
        if (adapted.isEmpty()) {
            return before.getFirst();
        }
        List<BlockDevice> parts = new ArrayList<>(before);
        adapted.values().forEach(each -> parts.add(each.view()));
        return new JoinedDevice(parts.getFirst().name(), parts);
    }

    /** The plan with what it leaves open: what the views hold, as streams of {@link #joined}. */
    Plan resolved(Plan plan) {
        if (adapted.isEmpty()) {
            return plan;
        }
        Map<Integer, Long> starts = new TreeMap<>();
        long start = before.stream().mapToLong(BlockDevice::sizeBytes).sum();
        for (Map.Entry<Integer, Adapted> each : adapted.entrySet()) {
            starts.put(each.getKey(), start);
            start += each.getValue().view().sizeBytes();
        }
        List<Step> steps = new ArrayList<>();
        for (Step step : plan.steps()) {
            if (step instanceof CopyAdapted copy) {
                Adapted each = Objects.requireNonNull(adapted.get(copy.stream()));
                steps.add(each.result().copy(copy, Objects.requireNonNull(starts.get(copy.stream()))));
            } else {
                steps.add(step);
            }
        }
        return plan.with(steps);
    }

    /** Compares what stands at an offset, and writes something else there. */
    static void replace(BlockDevice view, long offsetBytes, byte[] before, byte[] after) throws RescueException {
        byte[] found = new byte[before.length];
        view.read(offsetBytes, ByteBuffer.wrap(found));
        if (!Arrays.equals(found, before)) {
            throw new RefusedException(
                    "What is to be changed in " + view.name() + " at byte " + offsetBytes
                            + " is not what it was when this was planned.",
                    "Nothing was written to the target. Plan again.");
        }
        view.write(offsetBytes, ByteBuffer.wrap(after));
    }

    @Override
    public void close() throws RescueException {
        RescueException first = null;
        for (Adapted each : adapted.values()) {
            try {
                each.view().close();
            } catch (RescueException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
