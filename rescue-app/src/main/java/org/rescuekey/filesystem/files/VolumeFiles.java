package org.rescuekey.filesystem.files;

import java.util.Optional;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/**
 * The files of a volume, found as its own system would find them. What stands on the volume is shown: no journal is replayed, links are
 * named and not followed. Not for several threads.
 */
public interface VolumeFiles {
    /**
     * Finds a file by its path from the root directory. On volumes of Windows both slashes divide names, and the case of letters does not
     * matter; on those of Linux it does. Where a name on the way is a link, that link is what is found: its path is then shorter
     * than the one that was asked for.
     *
     * @throws MalformedDataException if something on the way is damaged, so that it is not known whether the file is there
     */
    Optional<FileOnVolume> find(String path) throws RescueException;

    /**
     * Lists a directory, without second names that are only short forms.
     *
     * @param most no more names than these
     * @return empty if there is no such directory
     */
    Optional<DirectoryListing> list(String path, int most) throws RescueException;
}
