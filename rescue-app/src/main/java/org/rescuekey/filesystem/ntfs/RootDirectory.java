package org.rescuekey.filesystem.ntfs;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;

/**
 * Looks a file of the system up in the root directory, so that none is missed: in all blocks of the index, whatever
 * they say of themselves. An entry that is out of date is told by the record that it refers to.
 */
final class RootDirectory {
    static final long RECORD = 5;

    private static final int MAX_REFERENCES = 64;

    private final Mft mft;

    RootDirectory(Mft mft) {
        this.mft = mft;
    }

    /**
     * The record of a file by its name in ASCII letters of any case; empty if there is none.
     *
     * @throws MalformedDataException if it is not found, but may be in a part of the directory that is damaged
     */
    Optional<FileRecord> find(String name) throws RescueException {
        Set<Long> references = new LinkedHashSet<>();
        DirectoryIndex index = DirectoryIndex.open(mft, mft.record(RECORD));
        index.forEachInAnyBlock(entry -> {
            if (entry.name().name().equalsIgnoreCase(name) && references.size() < MAX_REFERENCES) {
                references.add(entry.reference());
            }
        });
        for (long reference : references) {
            Optional<FileRecord> file = current(reference, name);
            if (file.isPresent()) {
                return file;
            }
        }
        long damaged = index.forEach(_ -> {});
        if (damaged > 0) {
            throw new MalformedDataException("root directory", 0, "whole blocks in use", damaged + " damaged");
        }
        return Optional.empty();
    }

    /** The record of a reference, if it is still a file of this name in the root directory. */
    private Optional<FileRecord> current(long reference, String name) throws RescueException {
        try {
            FileRecord file = mft.record(reference & FileRecord.NUMBER_MASK);
            if (!file.inUse() || file.sequence() != (int) (reference >>> 48)) {
                return Optional.empty();
            }
            for (Attribute attribute : mft.attributes(file)) {
                if (attribute.is(Attribute.FILE_NAME, "")) {
                    FileName fileName = FileName.parse(attribute.value(), 0);
                    if (fileName.parentRecord() == RECORD && fileName.name().equalsIgnoreCase(name)) {
                        return Optional.of(file);
                    }
                }
            }
            return Optional.empty();
        } catch (MalformedDataException e) {
            return Optional.empty();
        }
    }
}
