package org.rescuekey.windows;

import java.util.List;

/**
 * What to change in one file, in place, and what a person should know besides. Immutable.
 *
 * @param edits the changes, which touch no byte twice
 * @param notes lines for the plan: what was found and is left alone, with the reason
 */
public record FileEdits(List<ByteEdit> edits, List<String> notes) {
    public FileEdits {
        edits = List.copyOf(edits);
        notes = List.copyOf(notes);
    }

    public boolean isEmpty() {
        return edits.isEmpty() && notes.isEmpty();
    }
}
