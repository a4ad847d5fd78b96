package org.rescuekey.filesystem.ntfs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;

/**
 * The files that the volume itself is made of: the first sixteen records with all their parts. Those up to $Extend have
 * to be there; the rest may be empty. Those in $Extend come by themselves. Not for several threads.
 */
final class SystemFiles {
    static final int BAD_CLUSTERS_RECORD = 8;
    static final String BAD_CLUSTERS_STREAM = "$Bad";

    private static final List<String> NAMES = List.of(
            "$MFT",
            "$MFTMirr",
            "$LogFile",
            "$Volume",
            "$AttrDef",
            "the root directory",
            "$Bitmap",
            "$Boot",
            "$BadClus",
            "$Secure",
            "$UpCase",
            "$Extend");
    private static final int COUNT = 16;
    private static final int EXTEND_RECORD = 11;
    private static final int MAX_EXTEND_FILES = 1000;

    private final Mft mft;

    /** Takes one of the files with the attributes of all its records. */
    @FunctionalInterface
    interface Visitor {
        void file(String name, List<Attribute> attributes) throws RescueException;
    }

    SystemFiles(Mft mft) {
        this.mft = mft;
    }

    /** Tells whether a name in the root directory is that of one of them. */
    static boolean isName(String name) {
        return name.startsWith("$") && NAMES.contains(name);
    }

    /** Visits these files. The list of bad clusters is not among the attributes: they belong to nobody. */
    void forEach(Visitor visitor) throws RescueException {
        for (int i = 0; i < Math.min(COUNT, mft.recordCount()); i++) {
            int number = i;
            Optional<FileRecord> record = record(number);
            if (record.isEmpty()) {
                continue;
            }
            String name = number < NAMES.size() ? NAMES.get(number) : "record " + number;
            visitor.file(
                    name,
                    mft.attributes(record.get()).stream()
                            .filter(attribute ->
                                    number != BAD_CLUSTERS_RECORD || !attribute.is(Attribute.DATA, BAD_CLUSTERS_STREAM))
                            .toList());
        }
    }

    /**
     * Visits the files in $Extend and in its own directories, such as the journal of changes and the list of the quotas.
     *
     * @throws MalformedDataException if one of these is damaged; those that were visited before are whole
     */
    void forEachInExtend(Visitor visitor) throws RescueException {
        Deque<NamedRecord> directories = new ArrayDeque<>();
        directories.add(new NamedRecord("$Extend", mft.record(EXTEND_RECORD)));
        Set<Long> seen = new HashSet<>();
        while (!directories.isEmpty()) {
            NamedRecord directory = directories.removeFirst();
            DirectoryIndex.open(mft, directory.record()).forEach(entry -> {
                long number = entry.reference() & FileRecord.NUMBER_MASK;
                if (entry.name().shortOnly() || number < COUNT || !seen.add(number) || seen.size() > MAX_EXTEND_FILES) {
                    return;
                }
                FileRecord record = mft.record(number);
                if (!record.inUse() || record.sequence() != (int) (entry.reference() >>> 48)) {
                    return;
                }
                String name = directory.name() + "/" + entry.name().name();
                visitor.file(name, mft.attributes(record));
                if (entry.name().directory()) {
                    directories.add(new NamedRecord(name, record));
                }
            });
        }
    }

    private record NamedRecord(String name, FileRecord record) {}

    private Optional<FileRecord> record(int number) throws RescueException {
        try {
            FileRecord record = mft.record(number);
            // The last of them may hold parts of the $MFT, which are visited with it.
            return record.isExtension() ? Optional.empty() : Optional.of(record);
        } catch (MalformedDataException e) {
            if (number < NAMES.size()) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
