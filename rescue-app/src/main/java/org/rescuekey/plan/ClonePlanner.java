package org.rescuekey.plan;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.plan.PlanResult.Planned;
import org.rescuekey.plan.PlanResult.Refused;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Plans a clone: disk to disk of the same or a larger size, or partitions into existing ones of another disk. Pure. */
public final class ClonePlanner {
    /** Only whole pieces of so much free space are worth telling a disk about. */
    private static final long DISCARDED_BYTES = ByteCount.MIB;

    private ClonePlanner() {}

    /**
     * Plans what a request names.
     *
     * @param request what is asked, with source and target resolved
     * @param source what was read of the source
     * @param target what was read of the target
     * @param facts what is known for laying the disk out anew, if that is asked for
     */
    public static PlanResult plan(Request.Clone request, SourceSurvey source, TargetSurvey target, LayoutFacts facts) {
        List<SourceSurvey.Stream> chosen = source.streams().stream()
                .filter(stream ->
                        request.partitions().isEmpty() || request.partitions().containsKey(stream.id()))
                .toList();
        Optional<Refused> refusal = refusal(source, chosen, target);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        ImageDescription description = Descriptions.of(source, chosen, "", "", Instant.EPOCH);
        try {
            if (!request.partitions().isEmpty()) {
                TargetLayout.requireAsItIs(request.layout());
            }
            TargetLayout layout = request.partitions().isEmpty()
                    ? TargetLayout.ofWholeDisk(description, target, false, request.layout(), facts)
                    : PartitionsLayout.of(description, target, request.partitions(), "The source", "");
            return new Planned(plan(request, source, chosen, target, layout));
        } catch (RefusedException e) {
            return new Refused(e.reason(), e.remedy());
        } catch (MalformedDataException e) {
            return new Refused(
                    "The partition table of " + source.disk().path() + " cannot be read: " + e.getMessage() + ".",
                    "Clone single partitions with --partition, or capture the disk into an image.");
        }
    }

    private static Optional<Refused> refusal(
            SourceSurvey source, List<SourceSurvey.Stream> chosen, TargetSurvey target) {
        DiskInfo from = source.disk();
        DiskInfo to = target.disk();
        if (from.path().equals(to.path())) {
            return Optional.of(new Refused(
                    "Source and target are on the same disk, " + to.label() + " (" + to.path() + ").",
                    "Choose another disk as the target, or capture into an image and restore that."));
        }
        Optional<Refused> unusable = TargetRules.unusable(to);
        if (unusable.isPresent()) {
            return unusable;
        }
        Optional<Refused> busy = SourceRules.unusable(
                from, chosen.stream().map(SourceSurvey.Stream::id).toList());
        if (busy.isPresent()) {
            return busy;
        }
        return TargetRules.otherSectors(from.logicalSector().bytes(), "The source has", to);
    }

    private static Plan plan(
            Request.Clone request,
            SourceSurvey source,
            List<SourceSurvey.Stream> chosen,
            TargetSurvey target,
            TargetLayout layout) {
        DiskInfo from = source.disk();
        DiskInfo to = target.disk();
        Map<Integer, Step.ReadStream> reads = new TreeMap<>();
        chosen.forEach(stream -> reads.put(stream.id(), read(stream)));
        List<Step> steps = layout.steps(placed -> {
            Step.ReadStream read =
                    Objects.requireNonNull(reads.get(placed.stream().id()));
            return placed.adapted().isPresent()
                    ? new CopyAdapted(
                            read.stream(), read.label(), read.used().totalBytes(), placed.onTarget(), request.compare())
                    : new Step.CopyStream(read, placed.onTarget(), placed.leaveOut(), request.compare());
        });
        ExtentSet unused = request.discard() ? unused(steps, layout, to) : ExtentSet.empty();
        if (!unused.isEmpty()) {
            steps.add(new Step.Discard(unused));
        }
        steps.add(new Step.ReadBack());
        steps.addAll(layout.last());
        List<Effect> effects = new ArrayList<>(layout.effects());
        if (request.partitions().isEmpty()) {
            effects.add(Effect.result(
                    "The target becomes a copy of " + from.label() + LayoutEffects.identitiesOf(request.layout())));
        }
        effects.addAll(SourceEffects.of(request.coverage(), source, chosen, SourceEffects.Use.CLONE));
        effects.add(
                Effect.warning("Where the source cannot be read, the target gets zeros; the report names each place."));
        if (request.compare()) {
            effects.add(Effect.result(
                    "Only what differs from what the target holds is written; a clone that was cut off goes on when it"
                            + " is run again."));
        }
        effects.add(Effect.result("The source is only read; it stays as it is."));
        return new Plan(
                JobKind.CLONE,
                title(request, from, to),
                List.of(
                        new Precondition.DiskIs(Precondition.Role.SOURCE, from.path(), from.fingerprint()),
                        new Precondition.SourceAtRest(from.path(), List.copyOf(reads.keySet())),
                        new Precondition.DiskIs(Precondition.Role.TARGET, to.path(), to.fingerprint()),
                        new Precondition.NotInUse(to.path())),
                steps,
                effects,
                reads.values().stream()
                        .mapToLong(read ->
                                read.used().totalBytes() - read.leftOut().totalBytes())
                        .sum(),
                layout.usedBytes(),
                commandLine(request),
                TargetRules.overwrite(to));
    }

    private static Step.ReadStream read(SourceSurvey.Stream stream) {
        return new Step.ReadStream(
                stream.id(),
                stream.label(),
                stream.onDisk(),
                stream.map().used(),
                stream.map().leftOutExtents(),
                stream.map().knownBad());
    }

    private static String title(Request.Clone request, DiskInfo from, DiskInfo to) {
        String what = request.partitions().isEmpty()
                ? ""
                : request.partitions().keySet().stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + " of ";
        return "Clone " + (what.isEmpty() ? "" : "partition " + what) + from.label() + " (" + from.path() + ") to "
                + to.label() + " (" + to.path() + ")";
    }

    /** What of the target nobody uses afterwards: of all of it, or of the partitions that are overwritten. */
    private static ExtentSet unused(List<Step> steps, TargetLayout layout, DiskInfo target) {
        ExtentSet.Builder used = ExtentSet.builder();
        ExtentSet.Builder places = ExtentSet.builder();
        boolean isWholeDisk = false;
        for (Step step : steps) {
            if (step instanceof Step.CopyStream copy) {
                long start = copy.onTarget().start();
                copy.read()
                        .used()
                        .intersect(new Extent(0, copy.onTarget().length()))
                        .shift(start)
                        .forEach(used::add);
                places.add(copy.onTarget());
                isWholeDisk |= copy.stream() == 0;
            } else if (step instanceof CopyAdapted copy) {
                used.add(copy.onTarget()); // what is free in it is known only when it was changed
            }
        }
        for (Step step : layout.last()) {
            if (step instanceof Step.WriteLast last) {
                last.extents()
                        .intersect(new Extent(0, last.onTarget().length()))
                        .shift(last.onTarget().start())
                        .forEach(used::add);
            } else if (step instanceof Step.WriteTable table) {
                table.writes().forEach(write -> used.add(new Extent(write.offsetBytes(), write.lengthBytes())));
            }
        }
        ExtentSet inUse = used.build().union(ofErasures(layout));
        ExtentSet all = isWholeDisk ? ExtentSet.of(new Extent(0, target.sizeBytes())) : places.build();
        ExtentSet.Builder unused = ExtentSet.builder();
        for (Extent extent : all.subtract(inUse)) {
            long start = Math.ceilDiv(extent.start(), DISCARDED_BYTES) * DISCARDED_BYTES;
            unused.add(start, Math.max(start, extent.end() / DISCARDED_BYTES * DISCARDED_BYTES));
        }
        return unused.build();
    }

    /** What was erased has to read as zeros, which a discarded extent need not. */
    private static ExtentSet ofErasures(TargetLayout layout) {
        return layout.erasures().stream().map(Step.Erase::extents).reduce(ExtentSet.empty(), ExtentSet::union);
    }

    private static String commandLine(Request.Clone request) {
        StringBuilder line = new StringBuilder("rescuekey clone ");
        line.append(Shell.quote(request.source())).append(" --to ").append(Shell.quote(request.target()));
        request.partitions()
                .forEach((from, to) ->
                        line.append(" --partition ").append(from).append('=').append(to));
        if (request.coverage() == Coverage.ALL) {
            line.append(" --exact");
        } else if (request.coverage() == Coverage.USED) {
            line.append(" --page-files");
        }
        if (request.discard()) {
            line.append(" --discard");
        }
        if (!request.compare()) {
            line.append(" --no-delta");
        }
        line.append(request.layout().commandLine());
        return line.toString();
    }
}
