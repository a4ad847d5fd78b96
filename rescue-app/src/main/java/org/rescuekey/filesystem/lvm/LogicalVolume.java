package org.rescuekey.filesystem.lvm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * What a logical volume has on one physical volume.
 *
 * @param name its name in its volume group
 * @param pieces its extents in bytes of the physical volume, in the order of the logical volume; never none
 * @param reasonForWhole why its content cannot be looked at from here, as the end of a sentence; empty if it can: then
 *     the pieces are all of it
 */
public record LogicalVolume(String name, List<Extent> pieces, String reasonForWhole) {
    public LogicalVolume {
        pieces = List.copyOf(pieces);
    }

    /** Itself as a device, where there is no reason to take it as a whole. */
    public BlockDevice on(BlockDevice physicalVolume) {
        return new LogicalDevice(physicalVolume, physicalVolume.name() + ", logical volume " + name, pieces);
    }

    /** All that it has on the physical volume. */
    public ExtentSet extents() {
        ExtentSet.Builder all = ExtentSet.builder();
        pieces.stream().sorted().forEach(all::add);
        return all.build();
    }

    /** Bytes of the logical volume as bytes of the physical volume. */
    public ExtentSet toPhysical(ExtentSet logical) {
        List<Placed> placed = new ArrayList<>();
        long start = 0;
        for (Extent piece : pieces) {
            placed.add(new Placed(start, piece));
            start += piece.length();
        }
        // In the order of the physical volume, so that the result is sorted as it grows.
        placed.sort(Comparator.comparingLong(each -> each.piece.start()));
        ExtentSet.Builder physical = ExtentSet.builder();
        for (Placed each : placed) {
            long delta = each.piece.start() - each.start;
            Extent window = new Extent(each.start, each.piece.length());
            for (int i = logical.indexOfFirstEndAbove(window.start());
                    i < logical.size() && logical.get(i).start() < window.end();
                    i++) {
                Extent extent = logical.get(i);
                long from = Math.max(extent.start(), window.start());
                long to = Math.min(extent.end(), window.end());
                physical.add(from + delta, to + delta);
            }
        }
        return physical.build();
    }

    /** The other way round, without what does not lie in this volume. */
    public ExtentSet toLogical(ExtentSet physical) {
        ExtentSet.Builder logical = ExtentSet.builder();
        long start = 0;
        for (Extent piece : pieces) {
            long delta = start - piece.start();
            physical.intersect(piece).forEach(part -> logical.add(part.shift(delta)));
            start += piece.length();
        }
        return logical.build();
    }

    private record Placed(long start, Extent piece) {}
}
