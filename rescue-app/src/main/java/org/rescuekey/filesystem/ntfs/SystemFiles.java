package org.rescuekey.filesystem.ntfs;

import java.util.List;
import java.util.Optional;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;

/**
 * The files that the volume itself is made of: the first sixteen records with all their parts. Those up to $Extend have
 * to be there; the rest may be empty. Not for several threads.
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

    private final Mft mft;

    /** Takes one of the files with the attributes of all its records. */
    @FunctionalInterface
    interface Visitor {
        void file(String name, List<Attribute> attributes) throws RescueException;
    }

    SystemFiles(Mft mft) {
        this.mft = mft;
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
