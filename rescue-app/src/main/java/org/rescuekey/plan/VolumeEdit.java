package org.rescuekey.plan;

import java.util.List;
import org.rescuekey.windows.ByteEdit;

/**
 * What is changed in a file of a volume, in place.
 *
 * @param stream the stream whose volume holds the file
 * @param path from the volume's root, with slashes
 * @param edits of the file's content; none touches a byte of another
 */
public record VolumeEdit(int stream, String path, List<ByteEdit> edits) {
    public VolumeEdit {
        edits = List.copyOf(edits);
    }
}
