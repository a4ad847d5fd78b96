package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Keeps the map of what a capture has stored, and writes it where there was any trouble. For one thread. */
final class CaptureMap {
    private final MapFile file;
    private final SourcePasses passes;
    private final List<Step.ReadStream> streams;
    private final String imageId;
    private final long diskBytes;
    private final List<ExtentSet.Builder> stored = new ArrayList<>();

    CaptureMap(MapFile file, SourcePasses passes, List<Step.ReadStream> streams, String imageId, long diskBytes) {
        this.file = file;
        this.passes = passes;
        this.streams = streams;
        this.imageId = imageId;
        this.diskBytes = diskBytes;
        streams.forEach(stream -> stored.add(ExtentSet.builder()));
    }

    /** A window is in the image by now. */
    void stored(SourcePasses.Window window) {
        stored.get(window.index()).add(window.extent());
    }

    /** Replaces the map by that of this moment. */
    void write(UnreadableRanges lost, boolean isFinished, int pass) {
        SourcePasses.State state = passes.state();
        ExtentSet.Builder read = ExtentSet.builder();
        ExtentSet.Builder bad = ExtentSet.builder();
        ExtentSet.Builder failed = ExtentSet.builder();
        ExtentSet.Builder unscraped = ExtentSet.builder();
        for (int i = 0; i < streams.size(); i++) {
            Step.ReadStream stream = streams.get(i);
            long start = stream.onDisk().start();
            ExtentSet wanted = stream.toRead(new Extent(0, stream.onDisk().length()));
            ExtentSet done = stored.get(i).build();
            ExtentSet missing = lost.of(stream);
            ExtentSet later = wanted.subtract(done);
            add(read, wanted.intersect(done).subtract(missing), start);
            add(bad, missing, start);
            add(unscraped, later.intersect(state.pieces().get(i)), start);
            add(
                    failed,
                    later.intersect(state.failed().get(i))
                            .subtract(state.pieces().get(i)),
                    start);
        }
        file.write(new RescueMap(
                diskBytes,
                imageId,
                read.build(),
                bad.build(),
                failed.build(),
                unscraped.build(),
                isFinished ? RescueMap.FINISHED : state.what(),
                pass));
    }

    private static void add(ExtentSet.Builder target, ExtentSet extents, long shift) {
        extents.shift(shift).forEach(target::add);
    }
}
