package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.TableWrite;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Precondition;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Fills a target from another disk: a clone. */
final class SourceFill implements TargetFill {
    /** So much of what is written last is read at once. */
    private static final int PIECE_BYTES = 256 * 1024;

    private final SourceReader source;
    private final UnreadableRanges unreadable;
    private final CloneJob job;
    private final DeviceOpener devices;
    private final Plan plan;

    SourceFill(SourceReader source, UnreadableRanges unreadable, CloneJob job, DeviceOpener devices, Plan plan) {
        this.source = source;
        this.unreadable = unreadable;
        this.job = job;
        this.devices = devices;
        this.plan = plan;
    }

    private List<Step.CopyStream> streams() {
        return Jobs.steps(plan, Step.CopyStream.class);
    }

    @Override
    public void write(Step step) throws RescueException {
        job.copy((Step.CopyStream) step, erased());
    }

    private ExtentSet erased() {
        return Jobs.steps(plan, Step.Erase.class).stream()
                .map(Step.Erase::extents)
                .reduce(ExtentSet.empty(), ExtentSet::union);
    }

    @Override
    public boolean isThere(ExtentSet erased) throws RescueException {
        return job.areEdgesThere(streams(), erased);
    }

    @Override
    public void writeErased(ExtentSet erased) throws RescueException {
        for (Step.CopyStream step : streams()) {
            job.copyEdges(step, erased);
        }
        source.finish(); // a source of which nothing could be read is none, and no end of a target
    }

    @Override
    public ExtentSet used(ExtentSet extents) {
        ExtentSet used = ExtentSet.empty();
        for (Step.CopyStream step : streams()) {
            ExtentSet wanted =
                    extents.intersect(step.onTarget()).shift(-step.onTarget().start());
            used = used.union(
                    step.read().used().intersect(wanted).shift(step.onTarget().start()));
        }
        return used;
    }

    @Override
    public void readBack() throws RescueException {
        try (BlockDevice medium = devices.openVerify(Jobs.path(plan, Precondition.Role.TARGET))) {
            job.readBack(streams(), medium);
        }
    }

    @Override
    public List<TableWrite> content(Step.WriteLast step, Extent extent) throws RescueException {
        Step.ReadStream stream = streams().stream()
                .filter(copy -> copy.stream() == step.stream())
                .findFirst()
                .orElseThrow()
                .read();
        List<TableWrite> writes = new ArrayList<>();
        for (Extent used : stream.used().intersect(extent)) {
            for (long at = used.start(); at < used.end(); at += PIECE_BYTES) {
                writes.add(content(step, stream, Extent.between(at, Math.min(used.end(), at + PIECE_BYTES))));
            }
        }
        return writes;
    }

    private TableWrite content(Step.WriteLast step, Step.ReadStream stream, Extent piece) throws RescueException {
        long start = stream.onDisk().start();
        ByteBuffer buffer = Buffers.aligned(Math.toIntExact(piece.length()));
        ExtentSet lost = source.read(
                        piece.shift(start),
                        stream.toRead(piece).shift(start),
                        stream.knownBad().intersect(piece).shift(start),
                        buffer)
                .shift(-start);
        unreadable.add(stream, lost);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return new TableWrite(step.onTarget().start() + piece.start(), bytes, step.what());
    }

    @Override
    public boolean holdsStart(int stream) {
        return true;
    }

    @Override
    public long totalBytes(Step step) {
        return switch (step) {
            case Step.CopyStream copy -> CloneJob.copiedBytes(copy, erased());
            case Step.ReadBack ignored -> job.bytesToReadBack(streams());
            default -> 0;
        };
    }
}
