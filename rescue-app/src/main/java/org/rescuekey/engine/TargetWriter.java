package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.device.Reads;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.TableWrite;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * The one way to a target. Its first write is preceded by the plan's erasures, proven at once, so that from then on nothing on
 * the target passes for whole until the job is done; a target that holds everything already is never written to at all.
 *
 * <p>Thread rule: writes come from one thread; reads may come from several.
 */
final class TargetWriter {
    private static final int ERASED_AT_ONCE_BYTES = 1 << 20;

    private final BlockDevice target;
    private final DeviceOpener devices;
    private final String path;
    private final List<Step.Erase> erasures;
    private final Meter meter;
    private boolean begun;

    /**
     * A writer that has not written yet.
     *
     * @param erasures what the target's present content is recognised by
     */
    TargetWriter(BlockDevice target, DeviceOpener devices, String path, List<Step.Erase> erasures, Meter meter) {
        this.target = target;
        this.devices = devices;
        this.path = path;
        this.erasures = List.copyOf(erasures);
        this.meter = meter;
    }

    /** Whether anything was written, or was about to be. */
    boolean hasBegun() {
        return begun;
    }

    /** Erases what the target is recognised by, unless that was done. */
    void begin() throws RescueException {
        if (!begun) {
            begun = true;
            for (Step.Erase erasure : erasures) {
                erase(erasure.extents());
            }
        }
    }

    /** What {@link #begin} erases. */
    ExtentSet erased() {
        return erasures.stream().map(Step.Erase::extents).reduce(ExtentSet.empty(), ExtentSet::union);
    }

    String name() {
        return target.name();
    }

    int sectorBytes() {
        return target.logicalSector().bytes();
    }

    void write(long offsetBytes, ByteBuffer content) throws RescueException {
        begin();
        put(offsetBytes, content);
    }

    private void put(long offsetBytes, ByteBuffer content) throws RescueException {
        int length = content.remaining();
        target.write(offsetBytes, content);
        meter.written(length);
    }

    /** Tells the target that it need not keep what is there. */
    void discard(Extent extent) throws RescueException {
        begin();
        target.discard(extent);
    }

    void flush() throws RescueException {
        if (begun) {
            target.flush();
        }
    }

    /**
     * Reads what the target holds, to compare.
     *
     * @return false where a sector cannot be read: whatever was there, it is not what it should be
     */
    boolean read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        try {
            target.read(offsetBytes, buffer);
            return true;
        } catch (DeviceException e) {
            if (!e.isUnreadableSector()) {
                throw e;
            }
            return false;
        }
    }

    /** Whether the target holds all of this already. */
    boolean holds(List<TableWrite> writes) throws RescueException {
        for (TableWrite write : writes) {
            ByteBuffer found = ByteBuffer.allocate(write.lengthBytes());
            if (!read(write.offsetBytes(), found) || found.flip().mismatch(write.buffer()) >= 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Writes pieces in order, each on the medium before the next, and reads all of them back. What is there already is not written:
     * a write that got lost there, because the disk put it elsewhere, could not be told from one that did not.
     */
    void writeAndProve(List<TableWrite> writes) throws RescueException {
        begin();
        for (TableWrite write : writes) {
            if (!holds(List.of(write))) {
                put(write.offsetBytes(), write.buffer());
                target.flush();
            }
        }
        try (BlockDevice written = devices.openVerify(path)) {
            for (TableWrite write : writes) {
                ByteBuffer found = Reads.at(written, write.offsetBytes(), write.lengthBytes(), write.what());
                if (found.mismatch(write.buffer()) >= 0) {
                    throw differs("The target " + path + " does not hold what was written: the " + write.what()
                            + " at byte " + write.offsetBytes() + " differs.");
                }
            }
        }
    }

    /** Whether all of this reads as zeros. */
    boolean isZero(ExtentSet extents) throws RescueException {
        ByteBuffer found = Buffers.aligned(ERASED_AT_ONCE_BYTES);
        for (Extent part : parts(extents)) {
            found.clear().limit((int) part.length());
            if (!read(part.start(), found) || !Buffers.isZero(found.flip())) {
                return false;
            }
        }
        return true;
    }

    /** The target's own failure, whatever it answered when it was written to. */
    static DeviceException differs(String sentence) {
        return new DeviceException(sentence, DeviceException.UNKNOWN);
    }

    /** What could not be proven must not pass for whole, if the target still lets us see to it. */
    void eraseAgain(Throwable cause) {
        for (Step.Erase erasure : erasures) {
            try {
                erase(erasure.extents());
            } catch (RescueException | RuntimeException | Error e) {
                cause.addSuppressed(e);
            }
        }
    }

    /** Proven at once: an old table or volume that is still there could count instead of the new one. */
    private void erase(ExtentSet extents) throws RescueException {
        ByteBuffer zeros = Buffers.aligned(ERASED_AT_ONCE_BYTES);
        ByteBuffer found = Buffers.aligned(ERASED_AT_ONCE_BYTES);
        for (Extent part : parts(extents)) {
            found.clear().limit((int) part.length());
            if (!read(part.start(), found) || !Buffers.isZero(found.flip())) {
                put(part.start(), zeros.clear().limit((int) part.length()));
            }
        }
        target.flush();
        try (BlockDevice written = devices.openVerify(path)) {
            for (Extent part : parts(extents)) {
                written.read(part.start(), found.clear().limit((int) part.length()));
                if (!Buffers.isZero(found.flip())) {
                    throw differs("The target " + path + " does not hold what was written: what was" + " near byte "
                            + part.start() + " is not erased.");
                }
            }
        }
    }

    private static List<Extent> parts(ExtentSet extents) {
        List<Extent> parts = new ArrayList<>();
        for (Extent extent : extents) {
            for (long offset = extent.start(); offset < extent.end(); offset += ERASED_AT_ONCE_BYTES) {
                parts.add(new Extent(offset, Math.min(ERASED_AT_ONCE_BYTES, extent.end() - offset)));
            }
        }
        return parts;
    }
}
