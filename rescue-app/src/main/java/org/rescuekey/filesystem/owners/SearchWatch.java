package org.rescuekey.filesystem.owners;

import org.rescuekey.error.RescueException;

/** Asked between the reads of a search: whoever wants its answer can end it early. Any thread. */
@FunctionalInterface
public interface SearchWatch {
    /** One that lets a search go on to its end. */
    SearchWatch NONE = () -> true;

    /**
     * Tells whether to go on; if not, the search ends with what it found.
     *
     * @throws RescueException to end it without an answer, as when the user cancels
     */
    boolean goOn() throws RescueException;
}
