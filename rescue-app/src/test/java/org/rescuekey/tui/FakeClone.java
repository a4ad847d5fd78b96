package org.rescuekey.tui;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.Effect;
import org.rescuekey.plan.JobKind;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Plans of clones of {@link Invented} disks, as they look to a user; they are not worked out. */
final class FakeClone {
    private FakeClone() {}

    static Plan plan(Request.Clone request, Machine machine) {
        DiskInfo source = machine.disk(request.source()).orElseThrow();
        DiskInfo target = machine.disk(request.target()).orElseThrow();
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Erase("the target's old partition table", ExtentSet.empty()));
        long used = 0;
        for (PartitionInfo partition : source.partitions()) {
            Step.CopyStream copy = copy(partition, request);
            steps.add(copy);
            used += copy.read().used().totalBytes();
        }
        if (request.discard() && target.sizeBytes() > used) {
            steps.add(new Step.Discard(ExtentSet.of(new Extent(used, target.sizeBytes() - used))));
        }
        steps.add(new Step.ReadBack());
        steps.add(new Step.WriteTable("gpt", List.of()));
        List<Effect> effects = FakeService.losses(target);
        effects.add(Effect.warning("Two disks with the same identities must not run in one PC: take the old disk out"
                + " before the first start."));
        effects.add(Effect.result("The target becomes a copy of " + source.label()
                + ", with the same identities, so that what starts from it finds its partitions."));
        effects.add(
                Effect.result("Only what differs from what the target holds is written; a clone that was cut off goes"
                        + " on when it is run again."));
        effects.add(Effect.result("The source is only read; it stays as it is."));
        return new Plan(
                JobKind.CLONE,
                "Clone " + source.label() + " (" + source.path() + ") to " + target.label() + " (" + target.path()
                        + ")",
                List.of(),
                steps,
                effects,
                used,
                used,
                commandLine(request),
                FakeService.overwrite(target));
    }

    private static Step.CopyStream copy(PartitionInfo partition, Request.Clone request) {
        Extent onDisk = partition.partition().extent();
        long used = request.coverage() == Coverage.ALL
                ? onDisk.length()
                : partition.usedBytes().orElse(onDisk.length());
        Step.ReadStream read = new Step.ReadStream(
                partition.number(),
                "partition " + partition.number() + " (" + partition.partition().typeName() + ")",
                onDisk,
                used == 0 ? ExtentSet.empty() : ExtentSet.of(new Extent(0, used)));
        return new Step.CopyStream(read, onDisk, ExtentSet.empty(), request.compare());
    }

    private static String commandLine(Request.Clone request) {
        String how =
                switch (request.coverage()) {
                    case NEEDED -> "";
                    case USED -> " --page-files";
                    case ALL -> " --exact";
                };
        return "rescuekey clone " + request.source() + " --to " + request.target() + how
                + (request.discard() ? " --discard" : "");
    }
}
