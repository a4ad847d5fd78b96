package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.TableWrite;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.windows.BootSector;

/**
 * Writes what a table or volume is recognised by: the end, where a copy of the boot sector may be that some drivers turn to
 * by themselves, when nothing but the start is missing, and the start only once all else was read back. Until the start
 * stands, what is on the target does not pass for whole. All of it is read before the first write. For one thread.
 */
final class LastWrites {
    /** The boot sector, or the first superblock of most file systems: small enough to be written at once. */
    private static final int START_BYTES = 4096;

    private final TargetFill fill;
    private final TargetWriter target;

    LastWrites(TargetFill fill, TargetWriter target) {
        this.fill = fill;
        this.target = target;
    }

    /** Whether the target holds all of it already. */
    boolean isThere(Step.WriteLast step) throws RescueException {
        return target.holds(writes(step));
    }

    void write(Step.WriteLast step) throws RescueException {
        List<TableWrite> writes = writes(step);
        int start = !writes.isEmpty()
                        && writes.getFirst().offsetBytes() == step.onTarget().start()
                ? 1
                : 0;
        if (changesCopies(step)) {
            changeCopiesOnTarget(step, writes);
        }
        target.writeAndProve(writes.subList(start, writes.size()));
        target.writeAndProve(writes.subList(0, start));
    }

    private List<TableWrite> writes(Step.WriteLast step) throws RescueException {
        List<TableWrite> writes = new ArrayList<>();
        for (Extent extent : step.extents()) {
            if (extent.start() == 0 && extent.length() > START_BYTES) {
                writes.addAll(fill.content(step, new Extent(0, START_BYTES)));
                writes.addAll(fill.content(step, Extent.between(START_BYTES, extent.end())));
            } else {
                writes.addAll(fill.content(step, extent));
            }
        }
        return changesCopies(step) ? withHiddenSectors(step, writes) : writes;
    }

    private boolean changesCopies(Step.WriteLast step) throws RescueException {
        return step.hiddenSectors().isPresent() && fill.holdsStart(step.stream());
    }

    /** The same writes with another number of hidden sectors in the boot sector and its copy, if that is among them. */
    private List<TableWrite> withHiddenSectors(Step.WriteLast step, List<TableWrite> writes) throws RescueException {
        long start = step.onTarget().start();
        BootSector boot = bootSector(step, writes);
        List<TableWrite> changed = new ArrayList<>(writes);
        for (long offset : boot.offsets(step.onTarget().length())) {
            long place = start + offset;
            Optional<BootSector> there = bootSectorAt(place, writes);
            if (there.isPresent() && boot.isCopiedBy(there.get())) {
                byte[] sector = there.get().withHiddenSectors(hiddenSectors(step));
                changed.replaceAll(write -> holds(write, place) ? patched(write, place, sector) : write);
            }
        }
        return changed;
    }

    /** A copy that is not among the writes, because the volume is smaller than its partition, is changed at once. */
    private void changeCopiesOnTarget(Step.WriteLast step, List<TableWrite> writes) throws RescueException {
        BootSector boot = bootSector(step, writes);
        for (long offset : boot.offsets(step.onTarget().length())) {
            long place = step.onTarget().start() + offset;
            ByteBuffer found = ByteBuffer.allocate(target.sectorBytes());
            if (bootSectorAt(place, writes).isEmpty() && target.read(place, found)) {
                Optional<BootSector> there = BootSector.parse(found.array()).filter(boot::isCopiedBy);
                if (there.isPresent()) {
                    byte[] sector = there.get().withHiddenSectors(hiddenSectors(step));
                    target.writeAndProve(List.of(new TableWrite(place, sector, "copy of the boot sector")));
                }
            }
        }
    }

    private BootSector bootSector(Step.WriteLast step, List<TableWrite> writes) throws RescueException {
        long start = step.onTarget().start();
        return bootSectorAt(start, writes)
                .orElseThrow(() -> new MalformedDataException("boot sector", start, "one of NTFS or FAT", "another"));
    }

    private static long hiddenSectors(Step.WriteLast step) {
        OptionalLong sectors = step.hiddenSectors();
        return sectors.orElseThrow();
    }

    /** The boot sector among what is to be written. */
    private Optional<BootSector> bootSectorAt(long place, List<TableWrite> writes) {
        return writes.stream().filter(write -> holds(write, place)).findFirst().flatMap(write -> {
            byte[] sector = new byte[target.sectorBytes()];
            System.arraycopy(write.bytes(), (int) (place - write.offsetBytes()), sector, 0, sector.length);
            return BootSector.parse(sector);
        });
    }

    private boolean holds(TableWrite write, long place) {
        long sectorBytes = target.sectorBytes();
        return place >= write.offsetBytes() && place + sectorBytes <= write.offsetBytes() + write.lengthBytes();
    }

    private static TableWrite patched(TableWrite write, long place, byte[] sector) {
        byte[] bytes = write.bytes();
        System.arraycopy(sector, 0, bytes, (int) (place - write.offsetBytes()), sector.length);
        return new TableWrite(write.offsetBytes(), bytes, write.what());
    }
}
