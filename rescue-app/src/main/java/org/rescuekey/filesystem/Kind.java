package org.rescuekey.filesystem;

import java.util.Optional;
import java.util.OptionalLong;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.files.VolumeFiles;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.ExtentSet;

/** A family of file systems that can be mapped: the link between its own package and what the rest of the program sees. */
interface Kind {
    /**
     * Tells what the volume is. Parts of it that are damaged or cannot be read become notes.
     *
     * @throws MalformedDataException if not even its geometry makes sense
     */
    VolumeInfo describe(BlockDevice volume, Probe probe) throws RescueException;

    /**
     * Maps what the volume uses.
     *
     * @throws MalformedDataException if something that the map rests on is damaged; the volume is then taken whole
     */
    UsedMap map(BlockDevice volume, Probe probe, PageFiles pageFiles) throws RescueException;

    /**
     * How many bytes are in use, for a picture: what the file system itself counts is enough, and has to be quick. Empty if it
     * is not known.
     */
    default OptionalLong usedBytes(BlockDevice volume, Probe probe) throws RescueException {
        UsedMap map = map(volume, probe, PageFiles.KEPT);
        return map.raw() ? OptionalLong.empty() : OptionalLong.of(map.used().totalBytes());
    }

    /**
     * Tells which files and structures some bytes belong to, as far as that can be read.
     *
     * @throws MalformedDataException if not even its geometry makes sense
     */
    default Owners owners(BlockDevice volume, ExtentSet bytes, SearchWatch watch) throws RescueException {
        return Owners.unknown(bytes, "Which files these are is not known for this kind of volume.");
    }

    /** Its files by path; empty where that is not known for such volumes. */
    default Optional<VolumeFiles> files(BlockDevice volume) throws RescueException {
        return Optional.empty();
    }

    /**
     * Between which sizes it can be brought; asked only where nothing stands in the way of writing into it.
     *
     * @throws MalformedDataException if something that tells is damaged
     */
    default MinimumSize minimumSize(BlockDevice volume) throws RescueException {
        return MinimumSize.fixed(volume, "is of a kind whose size is not changed here");
    }

    /**
     * Why nothing may be written into it that its states do not say, as a sentence; empty if it may.
     *
     * @throws MalformedDataException if something that tells is damaged
     */
    default String reasonAgainstWriting(BlockDevice volume) throws RescueException {
        return "";
    }

    /** Cuts a set off at the volume's end and widens it to whole sectors, so that it never covers less. */
    static ExtentSet toSectors(BlockDevice volume, ExtentSet used) {
        return used.intersect(Reads.whole(volume)).align(volume.logicalSector().bytes(), volume.sizeBytes());
    }
}
