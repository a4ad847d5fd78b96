package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.ExtentSet;

/** One stream of a file: its main content, which has no name, or one beside it. For one thread. */
public final class NtfsStream {
    private final String name;
    private final Content content;
    private final ExtentSet extents;

    NtfsStream(String name, Content content, ExtentSet extents) {
        this.name = name;
        this.content = content;
        this.extents = extents;
    }

    public String name() {
        return name;
    }

    public long sizeBytes() {
        return content.sizeBytes();
    }

    /** Tells whether the content can be read here: it is neither compressed nor encrypted. */
    public boolean isPlain() {
        return content.isPlain();
    }

    /** The clusters that it has, as bytes of the volume; of a small one none, as it stands in the file's record. */
    public ExtentSet extents() {
        return extents;
    }

    /**
     * Reads a part; what is sparse or was never written reads as zero.
     *
     * @throws MalformedDataException if it does not lie inside the size, or the stream is not plain
     */
    public ByteBuffer read(long offsetBytes, int lengthBytes) throws RescueException {
        return content.read(offsetBytes, lengthBytes);
    }
}
