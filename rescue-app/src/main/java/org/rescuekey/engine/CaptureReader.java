package org.rescuekey.engine;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.image.container.ResumePoint;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.plan.Step;

/** The reading half of a capture: windows in the order of {@link SourcePasses}, and what is known of their blocks. For one thread. */
final class CaptureReader {
    private final SourcePasses passes;
    private final List<Step.ReadStream> streams;
    private final int blockBytes;
    private final @Nullable ImageReader parent;
    private final Set<Integer> compared;
    private final @Nullable ResumePoint resumed;
    private final Meter meter;
    private int knownStream = -1;
    private @Nullable ParentBlocks parentBlocks;
    private ResumePoint.@Nullable Blocks ownBlocks;

    /**
     * A reader.
     *
     * @param parent the image that the new one builds on, or null for a full image
     * @param compared the streams whose blocks are compared with those of the parent's stream of the same number
     * @param resumed what an earlier capture stored already, or null
     */
    CaptureReader(
            SourcePasses passes,
            List<Step.ReadStream> streams,
            int blockBytes,
            @Nullable ImageReader parent,
            Set<Integer> compared,
            @Nullable ResumePoint resumed,
            Meter meter) {
        this.passes = passes;
        this.streams = streams;
        this.blockBytes = blockBytes;
        this.parent = parent;
        this.compared = compared;
        this.resumed = resumed;
        this.meter = meter;
    }

    /** Fills a slot; false if there is no more. */
    boolean fill(CaptureSlot slot) throws RescueException {
        SourcePasses.Window window = passes.next(slot.plain);
        if (window == null) {
            return false;
        }
        Step.ReadStream stream = streams.get(window.index());
        slot.window = window;
        slot.stream = stream.stream();
        slot.passBytes = passes.passBytes();
        slot.firstBlock = window.extent().start() / blockBytes;
        for (int i = 0; i < CaptureSlot.BLOCKS; i++) {
            long start = window.extent().start() + (long) i * blockBytes;
            boolean isInside = start < window.extent().end();
            slot.usedMasks[i] = isInside ? BlockMasks.of(stream.used(), start, blockBytes) : 0;
            slot.unreadableMasks[i] = isInside ? BlockMasks.of(window.unreadable(), start, blockBytes) : 0;
            slot.known[i] = slot.usedMasks[i] == 0 ? null : known(stream.stream(), slot.firstBlock + i);
        }
        slot.usedBytes = stream.used().intersect(window.extent()).totalBytes();
        meter.read(window.isRead() ? stream.toRead(window.extent()).totalBytes() : 0);
        return true;
    }

    /** The block as the image itself has it already, or its parent. */
    private @Nullable BlockEntry known(int stream, long block) throws RescueException {
        if (stream != knownStream) {
            knownStream = stream;
            ownBlocks = resumed == null ? null : resumed.blocks(stream);
            parentBlocks =
                    parent == null || !compared.contains(stream) ? null : new ParentBlocks(parent, stream, meter::note);
        }
        BlockEntry own = ownBlocks == null ? null : ownBlocks.at(block);
        return own != null || parentBlocks == null ? own : parentBlocks.at(block);
    }
}
