package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;

/**
 * Where the changes of a view are kept: in memory while that leaves enough for the rest, else in a folder that the user
 * named, else in the part of the target that nothing is written to until the view has been. The choice is pure; who made it
 * opens the room.
 */
public sealed interface OverlayRoom {
    /** Of the memory that is free, so much stays free: for the program, and for what the kernel caches. */
    long MEMORY_KEPT_BYTES = 512 * ByteCount.MIB;

    /** In memory, as a file that the system keeps there. */
    record Memory(long bytes) implements OverlayRoom {}

    /** In a folder of a disk. */
    record Folder(String path, long bytes) implements OverlayRoom {}

    /** In a part of the target that is written last, if at all. */
    record TargetTail(Extent onTarget) implements OverlayRoom {}

    /** Knows what room there is, and opens it. */
    interface Rooms {
        /**
         * What there is at this moment.
         *
         * @param folder a folder that the user named
         * @param tail as in {@link Offers}
         */
        Offers offers(Optional<String> folder, Optional<Extent> tail) throws RescueException;

        /**
         * Opens a room as the store of a view, which closes it.
         *
         * @param target the disk of which a room may be a part
         */
        BlockDevice open(OverlayRoom room, BlockDevice target) throws RescueException;
    }

    /**
     * What there is.
     *
     * @param freeMemoryBytes what the system could give without taking it from a program
     * @param folder the folder that the user named, and what is free there
     * @param tail the longest part of the target that is not written before the views are; it may hold what was there
     *     before, since the target is confirmed to be overwritten
     */
    record Offers(long freeMemoryBytes, Optional<Folder> folder, Optional<Extent> tail) {}

    /**
     * Chooses the first place that is large enough.
     *
     * @throws RefusedException naming what each place lacks
     */
    static OverlayRoom choose(OverlayNeed need, Offers offers) throws RefusedException {
        List<String> lacking = new ArrayList<>();
        long memory = Math.max(0, offers.freeMemoryBytes() - MEMORY_KEPT_BYTES);
        if (need.bytes() <= memory) {
            return new Memory(need.bytes());
        }
        lacking.add("memory has " + ByteCount.text(memory) + " to spare");
        if (offers.folder().isPresent()) {
            Folder folder = offers.folder().get();
            if (need.bytes() <= folder.bytes()) {
                return new Folder(folder.path(), need.bytes());
            }
            lacking.add(folder.path() + " has " + ByteCount.text(folder.bytes()));
        }
        if (offers.tail().isPresent()) {
            Extent tail = offers.tail().get();
            if (need.bytes() <= tail.length()) {
                return new TargetTail(new Extent(tail.end() - need.bytes(), need.bytes()));
            }
            lacking.add("the free end of the target has " + ByteCount.text(tail.length()));
        }
        throw new RefusedException(
                need.reason() + " There is no place for that: " + String.join(", ", lacking) + ".",
                "Name a folder on another disk that has room, or choose a size that moves less.");
    }
}
