package org.rescuekey.filesystem.owners;

import java.util.List;
import org.rescuekey.units.ExtentSet;

/**
 * Which files and structures some bytes of a volume belong to.
 *
 * @param named the owners, at most {@link OwnerHits#MAX_NAMED}
 * @param others how many more files were found and are not named
 * @param ownerless those of the bytes that nothing was found for; if the search was complete they are free
 * @param complete whether all was looked at that could own some of the bytes; if not, a note says what was not
 * @param notes sentences on what could not be told, and why
 */
public record Owners(List<Owner> named, long others, ExtentSet ownerless, boolean complete, List<String> notes) {
    public Owners {
        named = List.copyOf(named);
        notes = List.copyOf(notes);
    }

    /** Nothing is known of them, for a reason that is a sentence. */
    public static Owners unknown(ExtentSet wanted, String reason) {
        return new Owners(List.of(), 0, wanted, false, List.of(reason));
    }
}
