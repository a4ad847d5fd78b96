package org.rescuekey.image;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rescuekey.units.Extent;
import org.rescuekey.units.PlainText;

/**
 * What an image is of, for people and for the planner of a restore: stored as JSON in the image's first record.
 *
 * @param tool what made the image, with its version
 * @param machine the machine's name as the user or the firmware gave it; may be empty
 * @param created when the capture began
 * @param disk the disk that was captured
 * @param table its partition table
 * @param streams what the image holds, by ascending id: stream 0 is the disk outside its partitions, each other stream a
 *     partition
 * @param omitted the partitions that were left out
 * @param notes what the capture wants to say about the image
 */
public record ImageDescription(
        String tool,
        String machine,
        Instant created,
        Disk disk,
        Table table,
        List<Stream> streams,
        List<Partition> omitted,
        List<String> notes) {

    /** No image has more streams. */
    public static final int MAX_STREAMS = 4096;

    /** Disks and images come from anywhere: what they say of themselves is shown on a terminal. */
    public ImageDescription {
        tool = PlainText.of(tool);
        machine = PlainText.of(machine);
        streams = List.copyOf(streams);
        omitted = List.copyOf(omitted);
        notes = notes.stream().map(PlainText::of).toList();
        if (streams.size() > MAX_STREAMS) {
            throw new IllegalArgumentException(streams.size() + " streams");
        }
        Set<Integer> ids = new HashSet<>();
        int last = -1;
        for (Stream stream : streams) {
            if (!ids.add(stream.id()) || stream.id() < last) {
                throw new IllegalArgumentException("stream " + stream.id() + " is out of order");
            }
            if (stream.onDisk().end() > disk.sizeBytes()) {
                throw new IllegalArgumentException("stream " + stream.id() + " lies outside the disk");
            }
            last = stream.id();
        }
    }

    /** The stream with this id. */
    public Optional<Stream> stream(int id) {
        return streams.stream().filter(stream -> stream.id() == id).findFirst();
    }

    /**
     * The identity of the disk.
     *
     * @param sizeBytes its size
     * @param logicalSectorBytes the smallest addressable unit
     * @param physicalSectorBytes the smallest unit that is written whole
     */
    public record Disk(
            String model,
            String serial,
            String wwn,
            String bus,
            long sizeBytes,
            int logicalSectorBytes,
            int physicalSectorBytes) {
        public Disk {
            model = PlainText.of(model);
            serial = PlainText.of(serial);
            wwn = PlainText.of(wwn);
            bus = PlainText.of(bus);
            if (sizeBytes <= 0 || logicalSectorBytes <= 0 || physicalSectorBytes <= 0) {
                throw new IllegalArgumentException("a disk of no size");
            }
        }
    }

    /**
     * The partition table.
     *
     * @param kind "gpt", "mbr" or "none"
     * @param diskId the disk GUID or the MBR signature as text; empty without a table
     * @param text the whole table in its text form
     */
    public record Table(String kind, String diskId, String text) {}

    /**
     * A run of numbered blocks.
     *
     * @param id its number in records and index
     * @param onDisk where its byte 0 and its end lie on the disk
     * @param usedBytes the bytes that the used map calls used
     * @param partition the partition; empty for stream 0
     * @param leftOut what of the used bytes became zeros, because nobody needs the content
     */
    public record Stream(int id, Extent onDisk, long usedBytes, Optional<Partition> partition, List<LeftOut> leftOut) {
        public Stream {
            leftOut = List.copyOf(leftOut);
            if (id < 0 || usedBytes < 0 || (id == 0) != partition.isEmpty()) {
                throw new IllegalArgumentException("stream " + id + " that cannot be");
            }
        }

        /** A stream whose used bytes are all there. */
        public Stream(int id, Extent onDisk, long usedBytes, Optional<Partition> partition) {
            this(id, onDisk, usedBytes, partition, List.of());
        }

        public long sizeBytes() {
            return onDisk.length();
        }
    }

    /**
     * Something that has its place in a volume, but not its content in the image.
     *
     * @param name such as "pagefile.sys"
     * @param bytes the size of its place
     */
    public record LeftOut(String name, long bytes) {
        public LeftOut {
            name = PlainText.of(name);
            if (bytes < 0) {
                throw new IllegalArgumentException("left out: " + bytes + " bytes");
            }
        }
    }

    /**
     * A partition as it was found.
     *
     * @param identity what it is matched by: its GUID, or MBR signature and start
     * @param number its number in the table
     * @param extent where it lies on the disk
     * @param typeId the type GUID or number as text
     * @param typeName the type in words
     * @param name the name that the table gives it; may be empty
     * @param volume what is in it
     */
    public record Partition(
            String identity, int number, Extent extent, String typeId, String typeName, String name, Volume volume) {
        public Partition {
            identity = PlainText.of(identity);
            typeId = PlainText.of(typeId);
            typeName = PlainText.of(typeName);
            name = PlainText.of(name);
        }
    }

    /**
     * What is in a partition.
     *
     * @param fileSystem such as "NTFS"; empty if it was not recognised
     * @param label the volume's label
     * @param id the volume's own UUID or serial number as text
     * @param states such as "dirty", "hibernated", "BitLocker, locked"
     * @param rawReason why all sectors were taken instead of the used ones; empty if the used map was understood
     */
    public record Volume(String fileSystem, String label, String id, List<String> states, String rawReason) {
        public Volume {
            fileSystem = PlainText.of(fileSystem);
            label = PlainText.of(label);
            id = PlainText.of(id);
            states = states.stream().map(PlainText::of).toList();
            rawReason = PlainText.of(rawReason);
        }
    }
}
