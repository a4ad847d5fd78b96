package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.EndState;
import org.rescuekey.image.Hash;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.Totals;
import org.rescuekey.image.index.PageDirectory;

/** Writes the end of an image: the description once more, the root, and as the commit the footer. */
final class ImageFinisher {
    private final ImageOutput output;
    private final byte[] header;
    private final byte[] description;
    private final long tag;

    ImageFinisher(ImageOutput output, byte[] header, byte[] description, long tag) {
        this.output = output;
        this.header = header;
        this.description = description;
        this.tag = tag;
    }

    /** Everything before the footer is on the medium before the footer is written, and the footer when this returns. */
    Footer finish(PageDirectory directory, EndState state, long descriptionOffsetBytes, Totals totals)
            throws RescueException {
        long copyOffset = append(RecordKind.DESCRIPTION, 0, description);
        byte[] root = directory.encode();
        long rootOffset = append(RecordKind.INDEX_ROOT, state.code(), root);
        output.flush();
        return writeFooter(rootOffset, descriptionOffsetBytes, copyOffset, Sha256.of(root), state, totals);
    }

    /** Writes and flushes the footer alone. */
    Footer writeFooter(
            long rootOffset, long descriptionOffset, long copyOffset, Hash directoryHash, EndState state, Totals totals)
            throws RescueException {
        Footer footer = new Footer(
                1,
                rootOffset,
                descriptionOffset,
                copyOffset,
                Footer.rootHash(header, Sha256.of(description), directoryHash),
                state,
                output.positionBytes() + Footer.BYTES,
                totals);
        output.append(ByteBuffer.wrap(footer.encode(header)));
        output.flush();
        return footer;
    }

    private long append(RecordKind kind, int state, byte[] plain) throws RescueException {
        long offset = output.positionBytes();
        output.append(MetaRecord.encode(kind, state, 0, 0, plain, tag).record());
        return offset;
    }
}
