package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.EndState;
import org.rescuekey.image.Hash;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.Totals;
import org.rescuekey.image.index.PageDirectory;

/** Writes the end of an image: the description once more, the root, and as the commit the footer. */
final class ImageFinisher {
    private final ImageOutput output;
    private final byte[] header;
    private final MetaRecord.Encoded description;
    private final ImageHeader image;
    private final ImageKeys keys;
    private final long tag;

    /**
     * For one image.
     *
     * @param image its header
     * @param headerBytes the same as it is stored
     * @param description the record of its description
     * @param keys prove that who had the key made this end, if they open the image
     */
    ImageFinisher(
            ImageOutput output, ImageHeader image, byte[] headerBytes, MetaRecord.Encoded description, ImageKeys keys) {
        this.output = output;
        this.image = image;
        this.keys = keys;
        this.header = headerBytes;
        this.description = description;
        tag = HeaderCodec.tag(image);
    }

    /** Everything before the footer is on the medium before the footer is written, and the footer when this returns. */
    Footer finish(PageDirectory directory, EndState state, long descriptionOffsetBytes, Totals totals)
            throws RescueException {
        long copyOffset = append(description);
        byte[] root = directory.encode();
        long rootOffset = append(MetaRecord.encode(RecordKind.INDEX_ROOT, state.code(), 0, 0, root, tag));
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
                Footer.rootHash(header, description.header().hash(), directoryHash),
                state,
                output.placeFor(Footer.BYTES) + Footer.BYTES,
                totals,
                Hash.NONE);
        footer = footer.withMac(keys.mac(image, footer.authenticated()));
        output.append(ByteBuffer.wrap(footer.encode(header)));
        output.flush();
        return footer;
    }

    private long append(MetaRecord.Encoded record) throws RescueException {
        long offset = output.placeFor(record.record().remaining());
        output.append(record.record().duplicate());
        return offset;
    }
}
