package org.rescuekey.engine;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.rescuekey.error.RescueException;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.Place;

/** What the engine asks of the machine beside reading and writing devices. Every call looks afresh. */
public interface MachinePort {
    /**
     * What a name stands for.
     *
     * @param disk the disk
     * @param partition the partition that the name meant, empty for the whole disk
     */
    record Named(DiskInfo disk, OptionalInt partition) {}

    Machine snapshot() throws RescueException;

    /** Maker and model of this machine, which an image records; empty where unknown. */
    String model();

    /**
     * Finds a disk or partition by path, serial number or WWN; a regular file is a disk, too.
     *
     * @throws org.rescuekey.error.DeviceException if there is none
     * @throws org.rescuekey.error.RefusedException if there are several
     */
    Named find(String name) throws RescueException;

    List<Place> places() throws RescueException;

    /**
     * The place that a directory lies on, or that a partition's device would be; made usable for reading, and mounted
     * read-only if need be.
     */
    Place openPlace(String directoryOrDevice) throws RescueException;

    /**
     * The same for an open place that images shall be written to: what this program mounted read-only is mounted for
     * writing. What somebody else mounted stays as it is.
     *
     * @param directory in an open place
     */
    Place openForWriting(String directory) throws RescueException;

    /** Unmounts what {@link #openPlace} mounted, unless it is in use. */
    default void releasePlaces() {}

    /** Every device, and file behind a loop device, that a file or directory lies on; none of these may be a target. */
    Set<String> devicesBelow(String file) throws RescueException;

    /** The same disk with the used bytes of its partitions, where that can be told; takes a moment. */
    DiskInfo measured(DiskInfo disk) throws RescueException;

    /** Random bytes, at least 16, that stay the same until this machine starts again: a plan that is made twice is the same. */
    byte[] seedOfThisStart() throws RescueException;

    /** Drops what the system has cached of a file, so that the next read comes from the medium. Not a promise. */
    default void forgetCached(String file) {}
}
