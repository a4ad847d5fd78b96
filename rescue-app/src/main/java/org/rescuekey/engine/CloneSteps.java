package org.rescuekey.engine;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.device.SliceDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.AdaptVolume;
import org.rescuekey.plan.Effect;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Precondition;
import org.rescuekey.plan.Step;
import org.rescuekey.units.ByteCount;

/**
 * Carries out a clone: protects the source, opens the target for this process alone, checks both again, and fills the one from
 * the other. The source is never written; the target is incomplete from its first write to the last proof. For one use.
 */
final class CloneSteps {
    private final DeviceOpener devices;
    private final MachinePort machine;
    private final SecureRandom random;
    private final int workers;
    private final ViewTools views;
    private final Plan plan;
    private final String sourcePath;
    private final String targetPath;
    private final JobControl control;
    private final Meter meter;
    private final UnreadableRanges unreadable = new UnreadableRanges();
    private long keptBytes;
    private List<String> filesHit = List.of();
    private List<String> notes = List.of();

    CloneSteps(
            DeviceOpener devices,
            MachinePort machine,
            SecureRandom random,
            int workers,
            ViewTools views,
            Plan plan,
            JobControl control,
            Meter meter) {
        this.devices = devices;
        this.machine = machine;
        this.random = random;
        this.workers = workers;
        this.views = views;
        this.plan = plan;
        this.sourcePath = Jobs.path(plan, Precondition.Role.SOURCE);
        this.targetPath = Jobs.path(plan, Precondition.Role.TARGET);
        this.control = control;
        this.meter = meter;
    }

    Outcome run() throws RescueException, JobFailure {
        TargetSteps done = null;
        try (BlockDevice source = devices.openSource(sourcePath);
                DeviceOpener.SourceGuard guard = devices.protectSource(sourcePath, streams())) {
            Preconditions preconditions = new Preconditions(machine);
            preconditions.check(plan, Precondition.Role.SOURCE, source);
            Surveyor.requireCovered(source, machine.find(sourcePath).disk(), reads(plan));
            Views.Base base = step -> new SliceDevice(source, step.onDisk(), step.label());
            try (Views made = Views.of(plan, List.of(source), base, views, control, meter)) {
                notes = made.sentences();
                Plan resolved = made.resolved(plan);
                try (BlockDevice target = devices.openTarget(targetPath)) {
                    preconditions.check(plan, Precondition.Role.TARGET, target);
                    devices.openVerify(targetPath).close(); // what cannot be proven is not begun
                    control.checkpoint();
                    done = write(resolved, made.joined(), target);
                }
                filesHit = new FilesHit(made.joined(), meter, control).sentences(unreadable.parts(reads(resolved)));
            }
        } catch (RescueException e) {
            if (done == null) {
                throw e;
            }
            throw new JobFailure(e, "All was written and read back before this.", JobState.FAILED);
        }
        return outcome(done);
    }

    private TargetSteps write(Plan resolved, BlockDevice source, BlockDevice target)
            throws RescueException, JobFailure {
        Delta delta = new Delta(copies(resolved).stream().anyMatch(Step.CopyStream::compare));
        TargetWriter writer =
                new TargetWriter(target, devices, targetPath, Jobs.steps(resolved, Step.Erase.class), meter);
        SourceReader reader =
                new SourceReader(ReopenableSource.fixed(source), meter::note, offset -> control.checkpoint());
        CloneJob job = new CloneJob(
                reader, writer, target.sizeBytes(), delta, unreadable, random.nextLong(), meter, control, workers);
        SourceFill fill = new SourceFill(reader, unreadable, job, devices, resolved);
        TargetSteps steps = new TargetSteps(resolved, fill, writer, delta, control, meter);
        steps.run(consequence());
        keptBytes = job.keptBytes();
        return steps;
    }

    private Outcome outcome(TargetSteps done) {
        List<String> details = new ArrayList<>(unreadable.sentences());
        details.addAll(notes);
        details.addAll(filesHit);
        if (keptBytes > 0) {
            details.add("Of what could not be read, " + ByteCount.text(keptBytes)
                    + " were left as an earlier copy had put them on the target, where all around it was the same.");
        }
        details.addAll(done.sentences());
        if (done.hasWritten()) {
            reread(details);
        }
        String headline = done.hasWritten()
                ? "The clone is complete. Everything that was written was read back from the target."
                : "The target holds all of the source already; nothing was written.";
        return new Outcome(
                unreadable.isEmpty() ? JobState.COMPLETE : JobState.COMPLETE_WITH_UNREADABLE,
                unreadable.isEmpty()
                        ? headline
                        : "The clone is complete but for sectors that could not be read; zeros stand for them, or what an"
                                + " earlier copy had there.",
                details,
                plan.effects(Effect.Kind.FIRST_START).stream()
                        .map(Effect::words)
                        .toList(),
                targetPath);
    }

    private static List<Step.CopyStream> copies(Plan of) {
        return Jobs.steps(of, Step.CopyStream.class);
    }

    private static List<Step.ReadStream> reads(Plan of) {
        return copies(of).stream().map(Step.CopyStream::read).toList();
    }

    private List<Integer> streams() {
        return Stream.concat(
                        copies(plan).stream().map(Step.CopyStream::stream),
                        Jobs.steps(plan, AdaptVolume.class).stream().map(AdaptVolume::stream))
                .toList();
    }

    private boolean isWholeDisk() {
        return streams().contains(0);
    }

    private String consequence() {
        String holds = " incomplete: it holds a part of the source and cannot be used. The source is unchanged."
                + " Run the clone again: what is there already is not written again.";
        return isWholeDisk()
                ? "The target " + targetPath + " is" + holds
                : "What was to be cloned to " + targetPath + " is" + holds + " Its other partitions are unchanged.";
    }

    private void reread(List<String> details) {
        try {
            devices.rereadTable(targetPath);
        } catch (RescueException e) {
            details.add("The kernel did not take up the new partition table (" + e.getMessage()
                    + "); it will at the next start.");
        }
    }
}
