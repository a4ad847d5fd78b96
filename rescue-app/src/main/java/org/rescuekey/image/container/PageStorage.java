package org.rescuekey.image.container;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.IndexBuilder;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageCodec;
import org.rescuekey.image.index.PageReference;

/**
 * Writes pages of the index of an image in the making as records, and reads those again to which late blocks belong.
 * Confined to one thread.
 */
final class PageStorage implements IndexBuilder.PageSink, IndexBuilder.PageSource, Closeable {
    private final ImageStore store;
    private final ImageOutput output;
    private final ImageStart start;
    private final PageCodec codec;
    private final long tag;

    /** All are kept open: closing one would give up the lock that the output holds on the file. */
    private final List<ImageInput> inputs = new ArrayList<>();

    PageStorage(ImageStore store, ImageOutput output, ImageStart start) {
        this.store = store;
        this.output = output;
        this.start = start;
        codec = PageCodec.of(start.header);
        tag = HeaderCodec.tag(start.header);
    }

    @Override
    public PageReference store(IndexPage page) throws RescueException {
        PageReference there = start.placeOf(page, codec);
        return there != null ? there : append(output, page, codec, tag);
    }

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

    @Override
    public List<BlockEntry> load(PageReference reference) throws RescueException {
        Ancestry ancestry = start.ancestry;
        if (reference.image() != 0) {
            if (ancestry == null) {
                throw new IllegalStateException("a page of another image in an image without a parent");
            }
            return ancestry.entriesOf(reference);
        }
        long endBytes = output.positionBytes();
        MetaRecord record;
        try {
            record = read(input(reference), reference, endBytes);
        } catch (DeviceException _) {
            // Of several stores that get the same, the one that was read from may have failed; another has it too.
            inputs.add(store.open(output.name()));
            record = read(inputs.getLast(), reference, endBytes);
        }
        String what = "page " + reference.number() + " of stream " + reference.stream() + " of " + output.name();
        int images = ancestry == null ? 0 : ancestry.images().size();
        return codec.decode(what, reference.stream(), reference.number(), record.plain(), endBytes, images)
                .entries();
    }

    private MetaRecord read(ImageInput input, PageReference reference, long endBytes) throws RescueException {
        return MetaRecord.read(
                input, reference.offsetBytes(), endBytes, RecordKind.INDEX_PAGE, PageCodec.MAX_BYTES, tag);
    }

    /** The image's own file as it is by now. */
    private ImageInput input(PageReference reference) throws RescueException {
        long recordEnd = reference.offsetBytes() + BlockEntry.recordBytes(reference.storedBytes());
        @Nullable ImageInput newest = inputs.isEmpty() ? null : inputs.getLast();
        if (newest == null || newest.sizeBytes() < recordEnd) {
            newest = store.open(output.name());
            inputs.add(newest);
        }
        return newest;
    }

    @Override
    public void close() throws RescueException {
        RescueException failure = null;
        for (ImageInput input : inputs) {
            try {
                input.close();
            } catch (RescueException e) {
                failure = e;
            }
        }
        inputs.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
