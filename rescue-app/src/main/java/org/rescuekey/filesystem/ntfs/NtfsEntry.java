package org.rescuekey.filesystem.ntfs;

import java.time.Instant;

/**
 * A name in a directory and what the directory says of its file. Size and times are a copy there, which NTFS brings up
 * to date late, for files with several names never; {@link NtfsFiles#streams} knows the size.
 *
 * @param name as the volume has it; empty for the root directory
 * @param reference names the file's record and how often that was used anew
 * @param directory whether it is one
 * @param sizeBytes the size of the main content
 * @param created when the file was made
 * @param modified when its content was changed last
 */
public record NtfsEntry(
        String name, long reference, boolean directory, long sizeBytes, Instant created, Instant modified) {
    static NtfsEntry of(DirectoryIndex.Entry entry) {
        FileName name = entry.name();
        return new NtfsEntry(
                name.name(),
                entry.reference(),
                name.directory(),
                name.sizeBytes(),
                FileName.time(name.createdTicks()),
                FileName.time(name.modifiedTicks()));
    }
}
