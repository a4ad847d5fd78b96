package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.BlockDecoder;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.partition.TableWrite;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.windows.BootSector;

/**
 * Writes what a table or volume is recognised by: the end, where a copy of the boot sector may be that some drivers turn to
 * by themselves, when nothing but the start is missing, and the start only once all else was read back. Until the start
 * stands, what is on the target does not pass for whole. All of it is read from the image before the first write. For one
 * thread.
 */
final class LastWrites {
    /** The boot sector, or the first superblock of most file systems: small enough to be written at once. */
    private static final int START_BYTES = 4096;

    private final ImageReader image;
    private final Losses losses;
    private final BlockDevice target;
    private final Proof proof;

    /** Reads back what was written. */
    @FunctionalInterface
    interface Proof {
        void of(List<TableWrite> writes) throws RescueException;
    }

    /** @param losses blocks that are left out: their place was erased before */
    LastWrites(ImageReader image, Losses losses, BlockDevice target, Proof proof) {
        this.image = image;
        this.losses = losses;
        this.target = target;
        this.proof = proof;
    }

    void write(Step.WriteLast step) throws RescueException {
        List<TableWrite> writes = new ArrayList<>();
        for (Extent extent : step.extents()) {
            if (extent.start() == 0 && extent.length() > START_BYTES) {
                writes.addAll(contentOf(step, new Extent(0, START_BYTES)));
                writes.addAll(contentOf(step, Extent.between(START_BYTES, extent.end())));
            } else {
                writes.addAll(contentOf(step, extent));
            }
        }
        if (step.hiddenSectors().isPresent() && !losses.contains(step.stream(), 0)) {
            writes = withHiddenSectors(step, writes);
        }
        int start = !writes.isEmpty()
                        && writes.getFirst().offsetBytes() == step.onTarget().start()
                ? 1
                : 0;
        writeAndProve(writes.subList(start, writes.size()));
        writeAndProve(writes.subList(0, start));
    }

    private void writeAndProve(List<TableWrite> writes) throws RescueException {
        for (TableWrite write : writes) {
            target.write(write.offsetBytes(), write.buffer());
            target.flush();
        }
        proof.of(writes);
    }

    /** What of an extent of the stream the image holds, block by block; the rest of it was not in use. */
    private List<TableWrite> contentOf(Step.WriteLast step, Extent extent) throws RescueException {
        int blockBytes = image.header().blockSize().bytes();
        List<TableWrite> writes = new ArrayList<>();
        try (BlockDecoder decoder = new BlockDecoder(image)) {
            ImageSlot slot = new ImageSlot(image.header().blockSize());
            for (long block = extent.start() / blockBytes; block * blockBytes < extent.end(); block++) {
                Optional<BlockEntry> found = image.block(step.stream(), block);
                if (found.isPresent() && !losses.contains(found.get())) {
                    writes.addAll(contentOf(step, extent, found.get(), slot, decoder));
                }
            }
        }
        return writes;
    }

    private List<TableWrite> contentOf(
            Step.WriteLast step, Extent extent, BlockEntry entry, ImageSlot slot, BlockDecoder decoder)
            throws RescueException {
        slot.entries.clear();
        slot.take(entry);
        image.readStored(entry, slot.stored.clear());
        decoder.decode(entry, slot.storedOf(entry), slot.plainOf(entry));
        List<TableWrite> writes = new ArrayList<>();
        for (Extent run : slot.usedOf(entry).intersect(extent)) {
            byte[] bytes = new byte[Math.toIntExact(run.length())];
            slot.plainAt(run).get(bytes);
            writes.add(new TableWrite(step.onTarget().start() + run.start(), bytes, step.what()));
        }
        return writes;
    }

    /**
     * The same writes with another number of hidden sectors in the boot sector and its copy. A copy that is not among them,
     * because the volume is smaller than its partition, is changed on the target at once.
     */
    private List<TableWrite> withHiddenSectors(Step.WriteLast step, List<TableWrite> writes) throws RescueException {
        long start = step.onTarget().start();
        BootSector boot = bootSectorAt(start, writes)
                .orElseThrow(() -> new MalformedDataException("boot sector", start, "one of NTFS or FAT", "another"));
        List<TableWrite> changed = new ArrayList<>(writes);
        for (long offset : boot.offsets(step.onTarget().length())) {
            long place = start + offset;
            Optional<BootSector> there = bootSectorAt(place, writes);
            if (there.isPresent()) {
                if (boot.isCopiedBy(there.get())) {
                    byte[] sector = there.get().withHiddenSectors(hiddenSectors(step));
                    changed.replaceAll(write -> holds(write, place) ? patched(write, place, sector) : write);
                }
            } else {
                changeOnTarget(step, boot, place);
            }
        }
        return changed;
    }

    private void changeOnTarget(Step.WriteLast step, BootSector boot, long place) throws RescueException {
        int length = target.logicalSector().bytes();
        Optional<BootSector> there = BootSector.parse(
                Reads.at(target, place, length, "copy of the boot sector").array());
        if (there.filter(boot::isCopiedBy).isPresent()) {
            TableWrite write = new TableWrite(
                    place, there.get().withHiddenSectors(hiddenSectors(step)), "copy of the boot sector");
            target.write(place, write.buffer());
            target.flush();
            proof.of(List.of(write));
        }
    }

    private static long hiddenSectors(Step.WriteLast step) {
        OptionalLong sectors = step.hiddenSectors();
        return sectors.orElseThrow();
    }

    /** The boot sector among what is to be written. */
    private Optional<BootSector> bootSectorAt(long place, List<TableWrite> writes) {
        return writes.stream().filter(write -> holds(write, place)).findFirst().flatMap(write -> {
            byte[] sector = new byte[target.logicalSector().bytes()];
            System.arraycopy(write.bytes(), (int) (place - write.offsetBytes()), sector, 0, sector.length);
            return BootSector.parse(sector);
        });
    }

    private boolean holds(TableWrite write, long place) {
        long sectorBytes = target.logicalSector().bytes();
        return place >= write.offsetBytes() && place + sectorBytes <= write.offsetBytes() + write.lengthBytes();
    }

    private static TableWrite patched(TableWrite write, long place, byte[] sector) {
        byte[] bytes = write.bytes();
        System.arraycopy(sector, 0, bytes, (int) (place - write.offsetBytes()), sector.length);
        return new TableWrite(write.offsetBytes(), bytes, write.what());
    }
}
