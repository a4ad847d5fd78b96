package org.rescuekey.filesystem.files;

import java.util.Optional;
import org.rescuekey.error.RescueException;

/**
 * What a family of file systems has to know for its files to be found by path. Not for several threads.
 *
 * @param <P> a place in the tree: a directory, a file, or something else that has a name
 */
public interface DirectoryTree<P> {
    P root() throws RescueException;

    /** Tells whether a letter divides the names of a path. */
    boolean isSeparator(char letter);

    /** The name in the letters that the volume has. */
    String name(P place);

    FileOnVolume.Kind kind(P place) throws RescueException;

    /** What a directory has under a name; names that mean itself or its parent are none. */
    Optional<P> child(P directory, String name) throws RescueException;

    FileOnVolume open(P place, String path) throws RescueException;

    DirectoryListing list(P directory, int most) throws RescueException;
}
