package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.device.SliceDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.plan.ClonePlanner;
import org.rescuekey.plan.DiskSketch;
import org.rescuekey.plan.LayoutFacts;
import org.rescuekey.plan.PlanResult;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.SourceSurvey;
import org.rescuekey.plan.TargetSurvey;

/** Looks at what the request for a clone names, and asks the planner. Nothing is written. */
final class ClonePlanning {
    private final MachinePort machine;
    private final DeviceOpener devices;

    ClonePlanning(MachinePort machine, DeviceOpener devices) {
        this.machine = machine;
        this.devices = devices;
    }

    PlanResult plan(Request.Clone request) throws RescueException {
        MachinePort.Named source = machine.find(request.source());
        MachinePort.Named target = machine.find(request.target());
        SortedMap<Integer, Integer> pairs = new TreeMap<>(request.partitions());
        if (source.partition().isPresent() != target.partition().isPresent()) {
            return new PlanResult.Refused(
                    "One of " + request.source() + " and " + request.target() + " is a partition, the other is a disk.",
                    "Name two disks, or two partitions; or two disks and --partition N=M.");
        }
        if (source.partition().isPresent()) {
            if (!pairs.isEmpty()) {
                return new PlanResult.Refused(
                        request.source() + " is a partition already.", "Leave --partition out, or name the disks.");
            }
            pairs.put(source.partition().getAsInt(), target.partition().getAsInt());
        }
        DiskInfo from = source.disk();
        DiskInfo to = target.disk();
        if (Preconditions.liesOn(machine, from.path(), to.path())
                || Preconditions.liesOn(machine, to.path(), from.path())) {
            return sameDisk(from, to);
        }
        try (BlockDevice sourceDevice = devices.openSource(from.path());
                BlockDevice targetDevice = devices.openSource(to.path())) {
            SourceSurvey survey = Surveyor.survey(sourceDevice, from, request.coverage());
            TargetSurvey onto = new TargetSurvey(to, PartitionTables.read(targetDevice), false);
            PlanResult result = ClonePlanner.plan(
                    request.resolved(from.path(), to.path(), pairs),
                    survey,
                    onto,
                    facts(request, sourceDevice, survey, to));
            return result.drawn(plan -> DiskSketch.ofClone(plan, from, to));
        }
    }

    /** It takes a look at each volume, and is of no use where none changes. */
    private LayoutFacts facts(Request.Clone request, BlockDevice device, SourceSurvey survey, DiskInfo target)
            throws RescueException {
        List<LayoutSurvey.Volume> volumes = new ArrayList<>();
        if (!request.layout().isAsItIs()) {
            for (SourceSurvey.Stream stream : survey.streams()) {
                if (stream.volume().isPresent() && stream.partition().isPresent()) {
                    volumes.add(new LayoutSurvey.Volume(
                            stream.id(), stream.label(), new SliceDevice(device, stream.onDisk(), stream.label())));
                }
            }
        }
        String source = survey.disk().fingerprint().toString();
        return LayoutSurvey.of(volumes, FreshIdentities.of(machine, source, target));
    }

    private static PlanResult sameDisk(DiskInfo from, DiskInfo to) {
        return new PlanResult.Refused(
                "Source (" + from.path() + ") and target (" + to.path() + ") are on the same disk.",
                "Choose another disk as the target, or capture into an image and restore that.");
    }
}
