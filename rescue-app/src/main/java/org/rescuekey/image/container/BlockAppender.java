package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.Totals;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.IndexBuilder;

/**
 * Appends the records of blocks and lists them in the index. Consecutive blocks without a body that are alike are kept back
 * until it is known how many there are, and become one record.
 *
 * <p>Thread rule: confined to one thread.
 */
final class BlockAppender {
    private final ImageOutput output;
    private final @Nullable StreamBounds bounds;
    private final RecordSealer sealer;
    private final long tag;
    private final BlockSize blockSize;
    private final IndexBuilder index;
    private final TotalsCounter totals;
    private @Nullable Run run;

    BlockAppender(ImageOutput output, ImageStart start, IndexBuilder index) {
        this.output = output;
        this.index = index;
        bounds = start.bounds;
        sealer = start.seal.forRecords();
        tag = HeaderCodec.tag(start.header);
        blockSize = start.header.blockSize();
        totals = new TotalsCounter(blockSize);
    }

    /** Checks a block that a caller made: it lies inside its stream, and did not come before. */
    void check(BlockEntry entry) throws RescueException {
        if (bounds != null) {
            bounds.check(entry);
        }
        Run pending = run;
        boolean isKeptBack = pending != null
                && pending.first().stream() == entry.stream()
                && entry.block() >= pending.first().block()
                && entry.block() < pending.endBlock();
        if (isKeptBack || index.lists(entry)) {
            throw new IllegalArgumentException(
                    "block " + entry.block() + " of stream " + entry.stream() + " comes twice");
        }
    }

    /** Lists a block that has its record already. */
    void list(BlockEntry entry) throws RescueException {
        flush();
        take(entry);
    }

    /** Appends a block's own record and returns where it begins. */
    long append(BlockEntry entry, ByteBuffer record) throws RescueException {
        flush();
        return append(entry, record, 1);
    }

    /** Appends a block without a body, or keeps it back. */
    void appendBodyless(BlockEntry entry) throws RescueException {
        Run pending = run;
        if (pending != null && pending.takes(entry)) {
            run = pending.longer();
            return;
        }
        flush();
        run = new Run(entry, 1);
        if (!Run.canBegin(entry, blockSize)) {
            flush();
        }
    }

    /** Appends what was kept back. */
    void flush() throws RescueException {
        Run pending = run;
        if (pending != null) {
            run = null;
            ByteBuffer record = ByteBuffer.allocate(pending.first().recordBytes());
            RecordHeader header = RecordHeader.of(pending.first(), pending.length(), 0);
            header = sealer.seal(
                    header, record.slice(RecordHeader.BYTES, pending.first().storedBytes()));
            header.encode(record, tag);
            append(pending.first(), record.clear(), pending.length());
        }
    }

    /** What was listed so far; what is kept back does not count yet. */
    Totals totals() {
        return totals.totals();
    }

    private long append(BlockEntry first, ByteBuffer record, int runLength) throws RescueException {
        long offset = output.placeFor(record.remaining());
        output.append(record);
        for (int i = 0; i < runLength; i++) {
            take(Run.member(first, i, offset));
        }
        return offset;
    }

    private void take(BlockEntry entry) throws RescueException {
        totals.add(entry);
        index.add(entry);
    }
}
