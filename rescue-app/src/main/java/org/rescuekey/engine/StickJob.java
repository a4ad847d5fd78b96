package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Precondition;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;

/** Copies the stick's ISO onto a USB disk as it is, and compares what is on the disk with it. */
final class StickJob {
    private static final int COPY_BYTES = 4 << 20;

    private final DeviceOpener devices;
    private final MachinePort machine;

    StickJob(DeviceOpener devices, MachinePort machine) {
        this.devices = devices;
        this.machine = machine;
    }

    Outcome run(Plan plan, JobControl control, Meter meter) throws RescueException, JobFailure {
        Step.CopyFile copy = Jobs.only(plan, Step.CopyFile.class);
        String path = Jobs.path(plan, Precondition.Role.TARGET);
        try (BlockDevice iso = devices.openSource(copy.file())) {
            try (BlockDevice target = devices.openTarget(path)) {
                new Preconditions(machine).check(plan, Precondition.Role.TARGET, target);
                devices.openVerify(path).close(); // what cannot be proven is not begun
                copy(plan, copy, iso, target, path, control, meter);
            }
        }
        return new Outcome(
                JobState.COMPLETE,
                "The stick is ready. It was read back and matches " + copy.file() + ".",
                reread(path),
                List.of("Start a PC from it; most PCs offer the choice at F12, F11, F9 or Esc."),
                path);
    }

    private List<String> reread(String path) {
        try {
            devices.rereadTable(path);
            return List.of();
        } catch (RescueException e) {
            return List.of("The kernel has not taken up the stick's partitions (" + e.getMessage()
                    + "); it will when the stick is plugged in again.");
        }
    }

    private void copy(
            Plan plan,
            Step.CopyFile copy,
            BlockDevice iso,
            BlockDevice target,
            String path,
            JobControl control,
            Meter meter)
            throws JobFailure {
        try {
            Extent all = new Extent(0, copy.bytes());
            meter.step(1, copy.words(), all.length());
            ByteBuffer buffer = Buffers.aligned(COPY_BYTES);
            for (Extent part : parts(all)) {
                control.checkpoint();
                iso.read(part.start(), buffer.clear().limit((int) part.length()));
                target.write(part.start(), buffer.flip());
                meter.read(part.length());
                meter.written(part.length());
                meter.done(part.length());
            }
            target.flush();
            meter.step(plan.steps().size(), plan.steps().getLast().words(), all.length());
            compare(iso, path, all, control, meter);
        } catch (RescueException | RuntimeException | Error e) { // a mistake, too, leaves half a stick
            throw new JobFailure(e, "The stick " + path + " is incomplete and will not start a PC.", JobState.FAILED);
        }
    }

    private void compare(BlockDevice iso, String path, Extent all, JobControl control, Meter meter)
            throws RescueException {
        ByteBuffer expected = Buffers.aligned(COPY_BYTES);
        ByteBuffer found = Buffers.aligned(COPY_BYTES);
        try (BlockDevice written = devices.openVerify(path)) {
            for (Extent part : parts(all)) {
                control.checkpoint();
                iso.read(part.start(), expected.clear().limit((int) part.length()));
                written.read(part.start(), found.clear().limit((int) part.length()));
                if (found.flip().mismatch(expected.flip()) >= 0) {
                    throw TargetWriter.differs(
                            "The stick " + path + " does not hold what was written, near byte " + part.start() + ".");
                }
                meter.done(part.length());
            }
        }
    }

    private static Iterable<Extent> parts(Extent all) {
        return () -> java.util.stream.LongStream.iterate(0, offset -> offset < all.length(), o -> o + COPY_BYTES)
                .mapToObj(offset -> new Extent(offset, Math.min(COPY_BYTES, all.length() - offset)))
                .iterator();
    }
}
