package org.rescuekey.image.container;

import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageCodec;
import org.rescuekey.image.index.PageReference;

/** Writes pages of the index as records. */
final class PageStorage {
    private PageStorage() {}

    static PageReference append(ImageOutput output, IndexPage page, PageCodec codec, long tag) throws RescueException {
        byte[] plain = codec.encode(page);
        MetaRecord.Encoded encoded =
                MetaRecord.encode(RecordKind.INDEX_PAGE, 0, page.stream(), page.firstBlock(), plain, tag);
        long offset = output.placeFor(encoded.record().remaining());
        output.append(encoded.record());
        return new PageReference(
                page.stream(),
                page.number(),
                offset,
                encoded.header().storedBytes(),
                plain.length,
                page.entries().size(),
                encoded.header().hash());
    }
}
