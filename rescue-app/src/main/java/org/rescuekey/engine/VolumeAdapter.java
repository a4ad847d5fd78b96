package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.OverlayDevice;
import org.rescuekey.device.SliceDevice;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.filesystem.PageFiles;
import org.rescuekey.filesystem.UsedMap;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.filesystem.Volumes;
import org.rescuekey.filesystem.Writability;
import org.rescuekey.filesystem.files.FileOnVolume;
import org.rescuekey.filesystem.files.InPlaceEdit;
import org.rescuekey.filesystem.files.VolumeFiles;
import org.rescuekey.filesystem.ntfs.NtfsProof;
import org.rescuekey.plan.AdaptVolume;
import org.rescuekey.plan.CopyAdapted;
import org.rescuekey.plan.Step;
import org.rescuekey.plan.VolumeEdit;
import org.rescuekey.plan.layout.VolumeChange;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.windows.BootSector;

/** Changes a volume in a view of it, and proves what came out. Neither a source nor a target is touched. */
final class VolumeAdapter {
    private final VolumeResizer.Finder resizers;

    VolumeAdapter(VolumeResizer.Finder resizers) {
        this.resizers = resizers;
    }

    /**
     * What came out.
     *
     * @param map what is used of the view
     * @param sizeBytes the volume's new size; the rest of the view is not needed
     * @param notes sentences for the report
     */
    record Result(UsedMap map, long sizeBytes, List<String> notes) {
        /** The step that copies it, from where the view stands. */
        Step.CopyStream copy(CopyAdapted step, long start) {
            Step.ReadStream read = new Step.ReadStream(
                    step.stream(),
                    step.label(),
                    new Extent(start, sizeBytes),
                    map.used(),
                    map.leftOutExtents(),
                    map.knownBad());
            return new Step.CopyStream(read, step.onTarget(), ExtentSet.empty(), step.compare());
        }
    }

    /**
     * Changes a view.
     *
     * @param view as long as the volume was, or as it will be, whichever is more
     * @throws RefusedException if its state forbids it
     * @throws IntegrityException if what came out is not sound
     */
    Result adapt(OverlayDevice view, AdaptVolume step, JobControl control) throws RescueException {
        List<String> notes = new ArrayList<>();
        BlockDevice before = new SliceDevice(view, new Extent(0, step.onDisk().length()), view.name());
        FileSystemType type = Volumes.recognise(before).type();
        requireWritable(before, step);
        if (step.change() != VolumeChange.SAME) {
            VolumeResizer resizer = resizers.forType(type)
                    .orElseThrow(() -> new RefusedException(
                            "The size of " + step.label() + " cannot be changed here.",
                            "Use --layout as-is, or give it the size that it has."));
            notes.addAll(resizer.resize(view, step.sizeBytes(), control).notes());
        }
        BlockDevice after = new SliceDevice(view, new Extent(0, step.sizeBytes()), view.name());
        for (VolumeEdit edit : step.edits()) {
            control.checkpoint();
            apply(edit, after);
        }
        if (step.hiddenSectors().isPresent()) {
            setHiddenSectors(after, step.hiddenSectors().getAsLong());
        }
        prove(after, type, step, control);
        return new Result(Volumes.usedMap(after, PageFiles.LEFT_OUT), step.sizeBytes(), notes);
    }

    private static void requireWritable(BlockDevice volume, AdaptVolume step) throws RescueException {
        Writability writability = Volumes.writability(volume);
        if (!writability.isAllowed()) {
            Writability.Obstacle first = writability.obstacles().getFirst();
            throw new RefusedException(
                    "The volume in " + step.label() + " " + writability.words() + ", so it cannot be changed.",
                    first.remedy());
        }
    }

    private static void apply(VolumeEdit edit, BlockDevice volume) throws RescueException {
        Optional<VolumeFiles> files = Volumes.files(volume);
        Optional<FileOnVolume> file =
                files.isEmpty() ? Optional.empty() : files.get().find(edit.path());
        if (file.isEmpty()) {
            throw new RefusedException(edit.path() + " is not there any more.", "Plan again.");
        }
        List<InPlaceEdit> edits = edit.edits().stream()
                .map(each -> new InPlaceEdit(each.offsetBytes(), each.before(), each.after()))
                .toList();
        for (InPlaceEdit each : file.get().onVolume(edits)) {
            Views.replace(volume, each.offsetBytes(), each.before(), each.after());
        }
    }

    /** In the boot sector and its copy, where that is one. */
    private static void setHiddenSectors(BlockDevice volume, long sectors) throws RescueException {
        BootSector boot = bootSector(volume, 0)
                .orElseThrow(() -> new MalformedDataException("boot sector", 0, "one of NTFS or FAT", "another"));
        for (long offset : boot.offsets(volume.sizeBytes())) {
            Optional<BootSector> there = bootSector(volume, offset).filter(boot::isCopiedBy);
            if (there.isPresent()) {
                volume.write(offset, ByteBuffer.wrap(there.get().withHiddenSectors(sectors)));
            }
        }
    }

    private static Optional<BootSector> bootSector(BlockDevice volume, long offset) throws RescueException {
        byte[] sector = new byte[volume.logicalSector().bytes()];
        volume.read(offset, ByteBuffer.wrap(sector));
        return BootSector.parse(sector);
    }

    private static void prove(BlockDevice volume, FileSystemType type, AdaptVolume step, JobControl control)
            throws RescueException {
        VolumeInfo now = Volumes.recognise(volume);
        if (now.type() != type) {
            throw unsound(step, "it is no longer recognised as " + type.label());
        }
        if (type == FileSystemType.NTFS) {
            NtfsProof proof = NtfsProof.of(volume, () -> {
                control.checkpoint();
                return true;
            });
            if (!proof.holds()) {
                throw unsound(step, String.join("; ", proof.findings()));
            }
        }
    }

    private static IntegrityException unsound(AdaptVolume step, String why) {
        return new IntegrityException("The changed view of " + step.label() + " did not stand its proof: " + why + ".");
    }
}
