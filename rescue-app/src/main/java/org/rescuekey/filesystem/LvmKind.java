package org.rescuekey.filesystem;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.lvm.LogicalVolume;
import org.rescuekey.filesystem.lvm.LvmVolume;
import org.rescuekey.filesystem.owners.OwnerHits;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.filesystem.runs.UsedRuns;
import org.rescuekey.units.ExtentSet;

/**
 * Physical volumes of LVM2. What is in a logical volume that lies here in one line is looked at as in any other volume;
 * a physical volume in there is not, so that nothing recurs. All of any other logical volume is used.
 */
final class LvmKind implements Kind {
    private static final String NOT_LOOKED_INTO = "It is a group of volumes, and no file system.";

    @Override
    public VolumeInfo describe(BlockDevice volume, Probe probe) throws RescueException {
        Answers answers = new Answers();
        String uuid = LvmVolume.uuid(volume);
        Optional<LvmVolume> opened =
                answers.orElse(Optional.empty(), "Its volume group", () -> Optional.of(LvmVolume.open(volume)));
        if (opened.isEmpty()) {
            return new VolumeInfo(FileSystemType.LVM2, "", uuid, 0, 0, Set.of(), answers.notes());
        }
        LvmVolume lvm = opened.get();
        Set<VolumeState> states = EnumSet.noneOf(VolumeState.class);
        for (LogicalVolume each : lvm.logicalVolumes()) {
            if (!each.reasonForWhole().isEmpty()) {
                answers.note(taken(each));
                continue;
            }
            BlockDevice device = each.on(volume);
            Optional<VolumeInfo> inner = answers.orElse(
                    Optional.empty(), "Its logical volume " + each.name(), () -> Optional.of(look(device)));
            inner.ifPresent(info -> {
                String name = named(each, info.type());
                answers.note("It holds " + name + (info.label().isEmpty() ? "" : ", called " + info.label()) + ".");
                info.states().stream().sorted().forEach(state -> answers.note(name + " " + state.words() + "."));
                info.notes().forEach(note -> answers.note(name + ": " + note));
                states.addAll(info.states());
            });
        }
        return new VolumeInfo(
                FileSystemType.LVM2,
                lvm.groupName(),
                uuid,
                lvm.extentBytes(),
                lvm.sizeBytes(),
                states,
                answers.notes());
    }

    @Override
    public UsedMap map(BlockDevice volume, Probe probe, PageFiles pageFiles) throws RescueException {
        LvmVolume lvm = LvmVolume.open(volume);
        if (!lvm.reasonForRaw().isEmpty()) {
            return UsedMap.raw(volume, lvm.reasonForRaw());
        }
        ExtentSet used = lvm.ownExtents();
        List<UsedMap.LeftOut> leftOut = new ArrayList<>();
        ExtentSet.Builder knownBad = ExtentSet.builder();
        List<String> notes = new ArrayList<>();
        for (LogicalVolume each : lvm.logicalVolumes()) {
            if (!each.reasonForWhole().isEmpty()) {
                used = bounded(UsedRuns.union(used, each.extents()));
                notes.add(taken(each));
                continue;
            }
            BlockDevice device = each.on(volume);
            Probe places = Probe.of(device);
            List<FileSystemType> found = Signatures.find(device, places);
            UsedMap inner = found.contains(FileSystemType.LVM2)
                    ? UsedMap.raw(device, "It is a physical volume itself, which is not looked into.")
                    : Volumes.usedMap(device, places, found, pageFiles);
            used = bounded(UsedRuns.union(used, each.toPhysical(inner.used())));
            each.toPhysical(inner.knownBad()).forEach(knownBad::add);
            inner.leftOut().stream()
                    .map(part -> new UsedMap.LeftOut(each.name() + ": " + part.name(), each.toPhysical(part.extents())))
                    .forEach(leftOut::add);
            if (inner.raw() || !inner.notes().isEmpty()) {
                String name = named(each, look(device).type());
                if (inner.raw()) {
                    notes.add(name + ": " + inner.reason());
                }
                inner.notes().forEach(note -> notes.add(name + ": " + note));
            }
        }
        return new UsedMap(Kind.toSectors(volume, used), leftOut, knownBad.build(), false, "", notes);
    }

    @Override
    public Owners owners(BlockDevice volume, ExtentSet bytes, SearchWatch watch) throws RescueException {
        LvmVolume lvm = LvmVolume.open(volume);
        OwnerHits hits = new OwnerHits(bytes);
        lvm.ownExtents().forEach(extent -> hits.structure("the metadata of LVM", extent));
        for (LogicalVolume each : lvm.logicalVolumes()) {
            ExtentSet inside = each.reasonForWhole().isEmpty() ? each.toLogical(bytes) : ExtentSet.empty();
            if (!each.reasonForWhole().isEmpty()) {
                each.extents().forEach(extent -> hits.structure("the logical volume " + each.name(), extent));
            } else if (!inside.isEmpty()) {
                BlockDevice device = each.on(volume);
                Owners owners = isPhysicalVolume(new PatchedDevice(device))
                        ? Owners.unknown(inside, "It is a physical volume itself, which is not looked into.")
                        : Volumes.owners(device, inside, watch);
                add(hits, each, inside, owners);
            }
        }
        return hits.result();
    }

    private static void add(OwnerHits hits, LogicalVolume volume, ExtentSet inside, Owners owners) {
        volume.toPhysical(inside.subtract(owners.ownerless())).forEach(hits::take);
        owners.named()
                .forEach(owner ->
                        hits.add(owner.kind(), volume.name() + ": " + owner.name(), owner.part(), owner.bytes()));
        hits.addOthers(owners.others());
        for (String note : owners.notes()) {
            String sentence = volume.name() + ": " + note;
            if (owners.complete()) {
                hits.note(sentence);
            } else {
                hits.incomplete(sentence);
            }
        }
    }

    private static boolean isPhysicalVolume(BlockDevice device) throws RescueException {
        return Signatures.find(device, Probe.of(device)).contains(FileSystemType.LVM2);
    }

    private static VolumeInfo look(BlockDevice device) throws RescueException {
        return isPhysicalVolume(device)
                ? new VolumeInfo(FileSystemType.LVM2, "", "", 0, 0, Set.of(), List.of())
                : Volumes.recognise(device);
    }

    private static String named(LogicalVolume volume, FileSystemType type) {
        return volume.name() + " (" + type.label() + ")";
    }

    private static String taken(LogicalVolume volume) {
        return volume.name() + ": all that it has here counts as used, because " + volume.reasonForWhole() + ".";
    }

    /** The same, or coarser where it would have more runs than one volume may have. */
    private static ExtentSet bounded(ExtentSet set) {
        if (set.size() <= UsedRuns.LIMIT_RUNS) {
            return set;
        }
        UsedRuns runs = new UsedRuns();
        set.forEach(each -> runs.add(each.start(), each.end()));
        return runs.build();
    }

    @Override
    public MinimumSize minimumSize(BlockDevice volume) {
        return MinimumSize.fixed(volume, "is part of an LVM group, whose size is not changed here");
    }

    @Override
    public String reasonAgainstWriting(BlockDevice volume) {
        return NOT_LOOKED_INTO;
    }
}
