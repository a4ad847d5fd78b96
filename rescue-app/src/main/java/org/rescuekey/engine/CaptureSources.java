package org.rescuekey.engine;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.ResumePoint;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Precondition;
import org.rescuekey.plan.Step;

/** Makes the source of a capture: the disk, and what an earlier run left of it and beside its image. */
final class CaptureSources {
    private CaptureSources() {}

    /** The planned disk, which is opened again where it fell off its bus, if what comes back is what was planned for. */
    static ReopenableSource open(DeviceOpener devices, MachinePort machine, Plan plan, String path)
            throws RescueException {
        return ReopenableSource.of(devices.openSource(path), () -> {
            BlockDevice again = devices.openSource(path);
            try {
                new Preconditions(machine).check(plan, Precondition.Role.SOURCE, again);
                return again;
            } catch (RescueException | RuntimeException e) {
                again.close();
                throw e;
            }
        });
    }

    /** That of an image that is begun. */
    static CaptureJob.Source begun(
            Step.StoreImage image, ReopenableSource device, List<Step.ReadStream> streams, Meter meter) {
        return new CaptureJob.Source(device, streams, EarlierRun.NONE, mapFile(image, meter));
    }

    /**
     * That of an image that is gone on with. What need not be read again is what it holds of a source that gave trouble
     * before; of any other all is read and compared.
     */
    static CaptureJob.Source goneOnWith(
            Step.StoreImage image,
            ResumePoint point,
            ReopenableSource device,
            List<Step.ReadStream> streams,
            Meter meter)
            throws RescueException {
        MapFile file = mapFile(image, meter);
        RescueMap map = file == null ? null : file.read().orElse(null);
        boolean isOfImage = map != null
                && map.imageId().equals(point.header().imageId().toString())
                && map.sizeBytes() == device.sizeBytes();
        if (!isOfImage && point.totals().unreadableBytes() == 0) {
            return new CaptureJob.Source(device, streams, EarlierRun.NONE, file);
        }
        meter.note("The source gave trouble before: what the unfinished image holds of it is not read again, but for"
                + " samples.");
        EarlierRun earlier =
                new EarlierImage(point, streams, device.logicalSector().bytes(), isOfImage ? map : null);
        return new CaptureJob.Source(device, streams, earlier, file);
    }

    /** Beside an encrypted image nothing tells in the clear what was read of the disk. */
    private static @Nullable MapFile mapFile(Step.StoreImage image, Meter meter) {
        return image.encrypted() ? null : MapFile.beside(Path.of(image.path()), meter::note, meter.watch());
    }
}
