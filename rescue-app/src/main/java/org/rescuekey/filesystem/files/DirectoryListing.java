package org.rescuekey.filesystem.files;

import java.util.List;

/**
 * The names in a directory.
 *
 * @param names in no order
 * @param complete whether these are all: there are no more than were asked for, and no part of the directory is damaged
 */
public record DirectoryListing(List<Name> names, boolean complete) {
    public DirectoryListing {
        names = List.copyOf(names);
    }

    /**
     * A name, and whether it is that of a directory.
     *
     * @param name in the letters that the volume has
     */
    public record Name(String name, boolean directory) {}
}
