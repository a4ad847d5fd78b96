package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.files.FileRun;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;
import org.rescuekey.filesystem.ntfs.RunList.Run;
import org.rescuekey.filesystem.owners.SearchWatch;

/**
 * The $MFT: finds records by number, and puts attributes together that are spread over several records. Its own run
 * list is found the same way; each part of it is read with the parts before it. Not for several threads.
 */
final class Mft {
    /** More parts than any real file has; a list that names more is taken for damage. */
    private static final int MAX_PARTS = 8_192;

    private static final int WINDOW_BYTES = 1 << 20;
    /** On a disk with bad sectors in more places than this, a search through all records takes too long. */
    private static final int MAX_BAD_WINDOWS = 64;

    private static final int MAX_PARTS_BYTES = 32 << 20;

    private static final int MAX_LIST_BYTES = 1 << 20;
    private static final int MIN_ENTRY_BYTES = 0x1A;
    private static final int MAX_RUNS = 1 << 18;

    private final BlockDevice volume;
    private final NtfsBootSector boot;
    private final Content content;

    private Mft(BlockDevice volume, NtfsBootSector boot, Content content) {
        this.volume = volume;
        this.boot = boot;
        this.content = content;
    }

    static Mft open(BlockDevice volume, NtfsBootSector boot) throws RescueException {
        long offset = boot.mftCluster() * boot.clusterBytes();
        ByteBuffer bytes = Reads.at(volume, offset, boot.recordBytes(), "NTFS record 0");
        FileRecord record = FileRecord.parse(bytes, 0, boot.clusterCount(), offset);
        Attribute head = record.attributes().stream()
                .filter(attribute -> attribute.is(Attribute.DATA, "") && attribute.firstVcn() == 0)
                .findFirst()
                .orElseThrow(() -> new MalformedDataException("NTFS record 0", offset, "content", "none"));
        if (head.resident() || !head.isPlain()) {
            throw new MalformedDataException("NTFS record 0", offset, "clusters", "none");
        }
        List<Run> runs = new ArrayList<>(head.runs());
        Mft mft = new Mft(volume, boot, new Content(volume, boot.clusterBytes(), "$MFT", head, runs));
        mft.extend(record, runs);
        if (head.sizeBytes() > volume.sizeBytes() || runs.stream().anyMatch(Run::isSparse)) {
            throw new MalformedDataException("$MFT", offset, "clusters for " + head.sizeBytes() + " bytes", "less");
        }
        return mft;
    }

    long volumeBytes() {
        return volume.sizeBytes();
    }

    long recordCount() {
        return content.sizeBytes() / boot.recordBytes();
    }

    /** The clusters that hold the records. */
    List<Run> runs() {
        return content.runs();
    }

    FileRecord record(long number) throws RescueException {
        if (number < 0 || number >= recordCount()) {
            throw new MalformedDataException(
                    "NTFS record", 0, "a number below " + recordCount(), Long.toString(number));
        }
        long offset = number * boot.recordBytes();
        ByteBuffer bytes = content.read(offset, boot.recordBytes());
        return FileRecord.parse(bytes, number, boot.clusterCount(), content.volumeOffset(offset));
    }

    /** The bytes of a record with its fixups undone. */
    ByteBuffer bytes(long number) throws RescueException {
        long offset = number * boot.recordBytes();
        ByteBuffer bytes = content.read(offset, boot.recordBytes());
        Fixups.undo(bytes, Fixups.FILE_MAGIC, "NTFS record " + number, content.volumeOffset(offset));
        return bytes;
    }

    /** Where some of the bytes of a record stand on the volume; fixups are part of these. */
    List<FileRun> places(long number, int offsetInRecord, int lengthBytes) {
        return content.places(number * boot.recordBytes() + offsetInRecord, lengthBytes);
    }

    /** Takes the records that describe something now. */
    @FunctionalInterface
    interface RecordSink {
        void record(FileRecord record) throws RescueException;

        /** Hears of a record that makes no sense. */
        default void damaged(long number, MalformedDataException e) {}
    }

    /**
     * Reads all records one after another, in large pieces, and those around a bad sector one by one.
     *
     * @param sink takes those in use
     * @return how many records are damaged or cannot be read
     */
    long scan(RecordSink sink) throws RescueException {
        return scan(sink, MAX_BAD_WINDOWS, SearchWatch.NONE);
    }

    /**
     * The same, up to the end of what is watched.
     *
     * @param maxBadWindows in so many pieces records are read one by one; beyond these a bad sector is an error
     */
    long scan(RecordSink sink, int maxBadWindows, SearchWatch watch) throws RescueException {
        int recordBytes = boot.recordBytes();
        long end = Math.min(content.sizeBytes(), content.initialisedBytes()) / recordBytes;
        int perWindow = WINDOW_BYTES / recordBytes;
        long damaged = 0;
        int badWindows = 0;
        for (long first = 0; first < end && watch.goOn(); first += perWindow) {
            int count = (int) Math.min(perWindow, end - first);
            try {
                damaged += scan(first, count, sink);
            } catch (DeviceException e) {
                if (!e.isUnreadableSector() || badWindows == maxBadWindows) {
                    throw e;
                }
                badWindows++;
                damaged += scanAroundBadSectors(first, count, sink);
            }
        }
        return damaged;
    }

    private long scanAroundBadSectors(long first, int count, RecordSink sink) throws RescueException {
        long damaged = 0;
        for (int i = 0; i < count; i++) {
            try {
                damaged += scan(first + i, 1, sink);
            } catch (DeviceException e) {
                if (!e.isUnreadableSector()) {
                    throw e;
                }
                damaged++;
            }
        }
        return damaged;
    }

    private long scan(long first, int count, RecordSink sink) throws RescueException {
        int recordBytes = boot.recordBytes();
        ByteBuffer window = content.read(first * recordBytes, count * recordBytes);
        long damaged = 0;
        for (int i = 0; i < count; i++) {
            ByteBuffer bytes = window.slice(i * recordBytes, recordBytes).order(ByteOrder.LITTLE_ENDIAN);
            boolean marked = bytes.getInt(0) == Fixups.FILE_MAGIC;
            if (marked ? FileRecord.isInUse(bytes) : bytes.getInt(0) != 0) {
                FileRecord record;
                try {
                    long offset = content.volumeOffset((first + i) * recordBytes);
                    record = FileRecord.parse(bytes, first + i, boot.clusterCount(), offset);
                } catch (MalformedDataException e) {
                    damaged++;
                    sink.damaged(first + i, e);
                    continue;
                }
                sink.record(record);
            }
        }
        return damaged;
    }

    /** All attributes of a file, those in other records included, in the order in which its list names the records. */
    List<Attribute> attributes(FileRecord base) throws RescueException {
        List<Attribute> all = new ArrayList<>();
        parts(base).forEach(part -> all.addAll(part.attributes()));
        return all;
    }

    /** All records of a file, its own first, then those that its list of attributes names. */
    List<FileRecord> parts(FileRecord base) throws RescueException {
        List<FileRecord> all = new ArrayList<>();
        all.add(base);
        long runs = 0;
        for (long number : extensions(base, Optional.empty())) {
            FileRecord extension = record(number);
            checkExtension(base, extension);
            all.add(extension);
            runs += extension.attributes().stream()
                    .mapToLong(attribute -> attribute.runs().size())
                    .sum();
            if (runs > MAX_RUNS) {
                throw new MalformedDataException(
                        "NTFS record " + base.number(), 0, "at most " + MAX_RUNS + " runs", "more");
            }
        }
        return all;
    }

    /** The content of an attribute of a file; empty if the file has no such attribute. */
    Optional<Content> content(FileRecord base, int type, String name, String what) throws RescueException {
        return content(attributes(base), type, name, what);
    }

    /** The same from the attributes of a file. */
    Optional<Content> content(List<Attribute> attributes, int type, String name, String what)
            throws MalformedDataException {
        List<Attribute> parts = attributes.stream()
                .filter(attribute -> attribute.is(type, name))
                .sorted((a, b) -> Long.compare(a.firstVcn(), b.firstVcn()))
                .toList();
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Content(volume, boot.clusterBytes(), what, parts.getFirst(), join(parts, what)));
    }

    private static List<Run> join(List<Attribute> parts, String what) throws MalformedDataException {
        List<Run> runs = new ArrayList<>();
        for (Attribute part : parts) {
            if (part.resident() && parts.size() > 1) {
                throw new MalformedDataException(what, 0, "one part", parts.size() + " parts");
            }
            append(runs, part, what);
        }
        return runs;
    }

    private static void append(List<Run> runs, Attribute part, String what) throws MalformedDataException {
        long next = runs.isEmpty() ? 0 : runs.getLast().endVcn();
        if (part.firstVcn() != next) {
            throw new MalformedDataException(what, 0, "a part from " + next, "from " + part.firstVcn());
        }
        if (runs.size() + part.runs().size() > MAX_RUNS) {
            throw new MalformedDataException(what, 0, "at most " + MAX_RUNS + " runs", "more");
        }
        runs.addAll(part.runs());
    }

    /**
     * Follows record 0's list to the parts of the run list of the $MFT itself. Each is found through those before it,
     * so the list that the content reads by grows under it.
     */
    private void extend(FileRecord base, List<Run> runs) throws RescueException {
        for (long number : extensions(base, Optional.of(Attribute.DATA))) {
            FileRecord extension = record(number);
            checkExtension(base, extension);
            for (Attribute attribute : extension.attributes()) {
                if (attribute.is(Attribute.DATA, "")) {
                    append(runs, attribute, "$MFT");
                }
            }
        }
    }

    private static void checkExtension(FileRecord base, FileRecord extension) throws MalformedDataException {
        if (!extension.inUse() || !extension.isExtension() || extension.baseRecord() != base.number()) {
            throw new MalformedDataException(
                    "NTFS record " + extension.number(),
                    0,
                    "a part of record " + base.number(),
                    "of " + extension.baseRecord());
        }
    }

    /** The numbers of the other records that a file's list of attributes names, each once. */
    private List<Long> extensions(FileRecord base, Optional<Integer> onlyType) throws RescueException {
        Optional<Attribute> list = base.attributes().stream()
                .filter(attribute -> attribute.is(Attribute.ATTRIBUTE_LIST, ""))
                .findFirst();
        if (list.isEmpty()) {
            return List.of();
        }
        String what = "NTFS list of the attributes of record " + base.number();
        Content entries = new Content(
                volume, boot.clusterBytes(), what, list.get(), list.get().runs());
        if (entries.sizeBytes() > MAX_LIST_BYTES) {
            throw new MalformedDataException(what, 0, "at most " + MAX_LIST_BYTES + " bytes", "" + entries.sizeBytes());
        }
        ByteBuffer bytes = entries.read(0, (int) entries.sizeBytes());
        Set<Long> numbers = new LinkedHashSet<>();
        for (int position = 0; position + MIN_ENTRY_BYTES <= bytes.limit(); ) {
            int length = bytes.getShort(position + 4) & 0xFFFF;
            if (length < MIN_ENTRY_BYTES || length > bytes.limit() - position) {
                throw new MalformedDataException(what, position, "an entry", length + " bytes");
            }
            long number = bytes.getLong(position + 0x10) & FileRecord.NUMBER_MASK;
            boolean wanted = onlyType.isEmpty() || onlyType.get() == bytes.getInt(position);
            if (wanted && number != base.number()) {
                numbers.add(number);
            }
            position += length;
        }
        int most = Math.min(MAX_PARTS, MAX_PARTS_BYTES / boot.recordBytes());
        if (numbers.size() > most) {
            throw new MalformedDataException(what, 0, "at most " + most + " records", "" + numbers.size());
        }
        return List.copyOf(numbers);
    }
}
