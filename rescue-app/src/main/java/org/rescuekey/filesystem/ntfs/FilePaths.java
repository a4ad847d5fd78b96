package org.rescuekey.filesystem.ntfs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;

/**
 * Finds the path of a file from its record, by the references to parents. Each record is read once, paths are bounded,
 * and directories that contain themselves come to an end. Not for several threads.
 */
final class FilePaths {
    private static final int MAX_CHARS = 4096;
    private static final int MAX_DEPTH = 1024;
    private static final int MAX_LINKS = 1 << 16;

    private final Mft mft;
    private final Map<Long, Link> links = new HashMap<>();

    FilePaths(Mft mft) {
        this.mft = mft;
    }

    /** A file's name and the directory that has it. */
    private record Link(int sequence, long parentReference, String name) {}

    /** The path with slashes; in brackets what is lost. */
    String of(long record) throws RescueException {
        Deque<String> names = new ArrayDeque<>();
        int chars = 0;
        long number = record;
        int sequence = -1;
        String start = "/";
        while (number != RootDirectory.RECORD) {
            Optional<Link> link = link(number);
            boolean known = link.isPresent() && (sequence < 0 || link.get().sequence() == sequence);
            if (!known && names.isEmpty()) {
                return "(record " + record + ")";
            }
            if (!known || names.size() == MAX_DEPTH || chars > MAX_CHARS) {
                start = "(lost)/";
                break;
            }
            names.addFirst(link.orElseThrow().name());
            chars += names.getFirst().length() + 1;
            sequence = (int) (link.orElseThrow().parentReference() >>> 48);
            number = link.orElseThrow().parentReference() & FileRecord.NUMBER_MASK;
        }
        return start + String.join("/", names);
    }

    private Optional<Link> link(long number) throws RescueException {
        Link known = links.get(number);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Link> read = read(number);
        if (read.isPresent()) {
            if (links.size() == MAX_LINKS) {
                links.clear();
            }
            links.put(number, read.get());
        }
        return read;
    }

    private Optional<Link> read(long number) throws RescueException {
        try {
            FileRecord record = mft.record(number);
            if (!record.inUse() || record.isExtension()) {
                return Optional.empty();
            }
            Optional<FileName> best = Optional.empty();
            for (Attribute attribute : mft.attributes(record)) {
                if (attribute.is(Attribute.FILE_NAME, "")) {
                    FileName name = FileName.parse(attribute.value(), 0);
                    if (best.isEmpty() || best.get().shortOnly()) {
                        best = Optional.of(name);
                    }
                }
            }
            return best.map(name -> new Link(record.sequence(), name.parentReference(), name.name()));
        } catch (MalformedDataException e) {
            return Optional.empty();
        } catch (DeviceException e) {
            if (!e.isUnreadableSector()) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
