package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rescuekey.error.RefusedException;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.plan.layout.DiskRoles;
import org.rescuekey.plan.layout.Identities;
import org.rescuekey.plan.layout.Layout;
import org.rescuekey.plan.layout.LayoutPlanner;
import org.rescuekey.plan.layout.LayoutRequest;
import org.rescuekey.plan.layout.TargetRoom;
import org.rescuekey.plan.layout.VolumeChange;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * A whole disk whose partitions go elsewhere on the target, become smaller or larger, or get new identities. Refuses what
 * would not start from the target, so that no such plan is ever confirmed. Pure.
 */
final class LaidOut {
    private LaidOut() {}

    /** Plans where everything goes. */
    static TargetLayout of(
            ImageDescription description,
            PartitionTable table,
            TargetSurvey target,
            LayoutRequest request,
            LayoutFacts facts)
            throws RefusedException {
        TargetRoom room =
                new TargetRoom(target.disk().sizeBytes(), target.disk().logicalSector());
        Layout layout = LayoutPlanner.plan(table, VolumeNeeds.of(description, facts.sizes()), room, request.wish())
                .orThrow();
        if (request.identities() == Identities.NEW) {
            DiskRoles.requireKnownIdentities(table);
            layout = layout.withIdentities(Identities.fresh(table, facts.fresh()));
        }
        if (layout.hasNewIdentities()) {
            requireNoBitLocker(description);
        }
        return place(
                description, target, layout, References.follow(facts.systemFiles(), layout), request.changesFolder());
    }

    /** A locked Windows has recorded identities that cannot be looked at. */
    private static void requireNoBitLocker(ImageDescription description) throws RefusedException {
        for (ImageDescription.Stream stream : description.streams()) {
            boolean isLocked = stream.partition()
                    .map(partition -> partition.volume().fileSystem().equals(FileSystemType.BITLOCKER.label()))
                    .orElse(false);
            if (isLocked) {
                throw new RefusedException(
                        "The volume in " + TargetLayout.label(stream) + " is encrypted with BitLocker, and what it has"
                                + " recorded about the disk's identities cannot be changed.",
                        "Use --identities keep, or decrypt the volume in Windows first.");
            }
        }
    }

    private static TargetLayout place(
            ImageDescription description,
            TargetSurvey target,
            Layout layout,
            References references,
            Optional<String> folder) {
        ExtentSet room = TargetLayout.tableRoom(target);
        ExtentSet ends = ExtentSet.empty();
        for (Layout.Place place : layout.places()) {
            ends = ends.union(TargetLayout.ends(place.after()));
        }
        List<Step.Erase> erasures = new ArrayList<>();
        erasures.add(new Step.Erase("the target's old partition table", room));
        if (!ends.subtract(room).isEmpty()) {
            erasures.add(new Step.Erase("both ends of each partition", ends.subtract(room)));
        }
        List<TargetLayout.Placed> streams = new ArrayList<>();
        List<Step> last = new ArrayList<>();
        for (ImageDescription.Stream stream : description.streams()) {
            if (stream.id() != 0) {
                Extent onTarget = layout.place(stream.id()).orElseThrow().after();
                streams.add(placed(stream, onTarget, layout, references, folder, last));
            }
        }
        ImageDescription.Stream outside = description.stream(0).orElseThrow();
        Extent onTarget =
                new Extent(0, Math.min(outside.sizeBytes(), target.disk().sizeBytes()));
        streams.add(new TargetLayout.Placed(outside, onTarget, notKept(outside, onTarget, layout)));
        last.add(new Step.WriteTable(layout.after().kind(), layout.after().writes()));
        List<Effect> effects = new ArrayList<>(TargetLayout.losses(description, target.disk()));
        effects.addAll(LayoutEffects.of(layout));
        effects.addAll(LayoutEffects.of(references));
        if (layout.hasNewIdentities()) {
            effects.addAll(LayoutEffects.notLookedInto(description));
        }
        effects.addAll(LayoutEffects.identities(layout, description));
        return new TargetLayout(erasures, streams, last, effects, TargetLayout.usedBytes(description));
    }

    /** A volume that records where its partition starts gets its ends last, with the new start in them. */
    private static TargetLayout.Placed placed(
            ImageDescription.Stream stream,
            Extent onTarget,
            Layout layout,
            References references,
            Optional<String> folder,
            List<Step> last) {
        boolean moves = onTarget.start() != stream.onDisk().start();
        VolumeChange change = layout.place(stream.id()).orElseThrow().change();
        List<VolumeEdit> edits = references.of(stream.id());
        if (change != VolumeChange.SAME || !edits.isEmpty()) {
            OptionalLong hidden = moves && PartitionsLayout.recordsStart(stream)
                    ? OptionalLong.of(layout.after().sectorSize().toSectors(onTarget.start()))
                    : OptionalLong.empty();
            AdaptVolume adapted = new AdaptVolume(
                    stream.id(),
                    TargetLayout.label(stream),
                    stream.onDisk(),
                    onTarget.length(),
                    change,
                    hidden,
                    edits,
                    folder);
            return new TargetLayout.Placed(stream, onTarget, ExtentSet.empty(), Optional.of(adapted));
        }
        if (!moves || !PartitionsLayout.recordsStart(stream)) {
            return new TargetLayout.Placed(stream, onTarget, ExtentSet.empty());
        }
        ExtentSet ends = TargetLayout.ends(new Extent(0, stream.sizeBytes()));
        long startSectors = layout.after().sectorSize().toSectors(onTarget.start());
        last.add(new Step.WriteLast(
                stream.id(),
                "the ends of " + TargetLayout.label(stream),
                onTarget,
                ends,
                OptionalLong.of(startSectors)));
        return new TargetLayout.Placed(stream, onTarget, ends);
    }

    /** Of what lies outside partitions, only what is before the first has a place when others move. */
    private static ExtentSet notKept(ImageDescription.Stream outside, Extent onTarget, Layout layout) {
        long keptEnd =
                layout.isAsIs() ? onTarget.end() : Math.min(layout.keptFront().end(), onTarget.end());
        ExtentSet.Builder extents = ExtentSet.builder();
        if (keptEnd < outside.sizeBytes()) {
            extents.add(keptEnd, outside.sizeBytes());
        }
        for (Layout.Place place : layout.places()) {
            extents.add(place.before());
            extents.add(place.after());
        }
        return extents.build()
                .union(layout.before().tableExtents())
                .union(layout.after().tableExtents());
    }
}
