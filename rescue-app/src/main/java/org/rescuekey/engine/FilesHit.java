package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.SliceDevice;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.Volumes;
import org.rescuekey.filesystem.owners.Owner;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Says for the report which files the unreadable ranges of a disk belong to. Asked when all else has been read: it reads the
 * structures of the volumes once more, but never what is known to be unreadable, and it ends in words whatever fails. For
 * one thread.
 */
final class FilesHit {
    /** So many sentences name files in all; the others are counted. */
    static final int MAX_SENTENCES = 200;

    /** So long it looks in one volume. */
    private static final long MAX_NANOS = 600_000_000_000L;

    private final BlockDevice disk;
    private final Meter meter;
    private final JobControl control;
    private final List<String> sentences = new ArrayList<>();
    private int named;

    /**
     * What could not be read of a part of a disk.
     *
     * @param stream 0 for what lies outside of partitions, or a volume on the whole disk
     * @param label what a user knows it by
     * @param onDisk where it lies
     * @param unreadable in bytes from its start
     */
    record Unreadable(int stream, String label, Extent onDisk, ExtentSet unreadable) {}

    /** @param disk all of it, open for reading */
    FilesHit(BlockDevice disk, Meter meter, JobControl control) {
        this.disk = disk;
        this.meter = meter;
        this.control = control;
    }

    /**
     * Looks in each of these parts; in what lies outside of partitions there are no files.
     *
     * @throws CancelledException if the user cancels, for nothing else
     */
    List<String> sentences(List<Unreadable> parts) throws CancelledException {
        for (Unreadable part : parts) {
            boolean isVolume = part.stream() != 0 || parts.size() == 1;
            if (isVolume && !part.unreadable().isEmpty()) {
                meter.note("Looking up which files the unreadable parts of " + part.label() + " belong to.");
                look(part);
            }
        }
        return List.copyOf(sentences);
    }

    private void look(Unreadable part) throws CancelledException {
        SparingDevice volume = new SparingDevice(
                new SliceDevice(disk, part.onDisk(), disk.name() + ", " + part.label()), part.unreadable());
        long end = meter.clock().getAsLong() + MAX_NANOS;
        try {
            Owners owners = Volumes.owners(volume, part.unreadable(), () -> {
                control.checkpoint();
                return !volume.isSpent() && meter.clock().getAsLong() < end;
            });
            tell(part, owners);
        } catch (CancelledException e) {
            throw e;
        } catch (RescueException e) {
            sentences.add("Which files in " + part.label() + " are hit is not known (" + e.getMessage() + ").");
        } catch (RuntimeException e) {
            // A mistake in a parser, met by a volume that nobody foresaw, must not cost the image that is made by now.
            sentences.add("Which files in " + part.label() + " are hit is not known: a mistake in this program (" + e
                    + "). Send this report to those who make Rescue Key.");
        }
    }

    private void tell(Unreadable part, Owners owners) {
        List<Owner> sorted = owners.named().stream()
                .sorted(Comparator.comparing(Owner::kind)
                        .thenComparing(Comparator.comparingLong(Owner::bytes).reversed()))
                .toList();
        long more = owners.others();
        for (Owner owner : sorted) {
            if (named < MAX_SENTENCES) {
                named++;
                sentences.add("Unreadable in " + part.label() + ": " + owner.label() + ", "
                        + ByteCount.text(owner.bytes()) + ".");
            } else {
                more++;
            }
        }
        if (more > 0) {
            sentences.add(String.format(Locale.ROOT, "And %,d more in %s.", more, part.label()));
        }
        if (!owners.ownerless().isEmpty() && !(owners.named().isEmpty() && !owners.complete())) {
            sentences.add("Unreadable in " + part.label() + ": "
                    + ByteCount.text(owners.ownerless().totalBytes())
                    + (owners.complete()
                            ? " that belong to no file."
                            : " of which it is not known what they belong to."));
        }
        owners.notes().forEach(note -> sentences.add("In " + part.label() + ": " + note));
    }
}
