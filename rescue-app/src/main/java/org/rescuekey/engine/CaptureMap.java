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
    private final EarlierRun earlier;
    private final boolean isThere;
    private final String imageId;
    private final long diskBytes;
    private final List<ExtentSet.Builder> stored = new ArrayList<>();

    /** @param earlier what an earlier run stored, before this one comes to it */
    CaptureMap(
            MapFile file,
            SourcePasses passes,
            List<Step.ReadStream> streams,
            EarlierRun earlier,
            String imageId,
            long diskBytes) {
        this.file = file;
        this.passes = passes;
        this.streams = streams;
        this.earlier = earlier;
        this.imageId = imageId;
        this.diskBytes = diskBytes;
        isThere = file.isThere();
        streams.forEach(stream -> stored.add(ExtentSet.builder()));
    }

    /** Whether there was one before, which would tell what is no longer so. */
    boolean isThere() {
        return isThere;
    }

    /** A window is in the image by now. Once not all is known that was lost, the map says no more of what comes. */
    void stored(SourcePasses.Window window, UnreadableRanges lost) {
        if (!lost.isCut()) {
            stored.get(window.index()).add(window.extent());
        }
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
            // What the file system gave up itself is tried once, and zeros may stand for it: nobody asks for it.
            ExtentSet wanted =
                    stream.toRead(new Extent(0, stream.onDisk().length())).subtract(stream.knownBad());
            ExtentSet done = stored.get(i).build();
            ExtentSet missing = lost.of(stream);
            ExtentSet notYet = wanted.subtract(done);
            ExtentSet heldRead = notYet.intersect(earlier.read(i));
            ExtentSet heldBad = notYet.intersect(earlier.bad(i)).subtract(heldRead);
            ExtentSet later = notYet.subtract(heldRead).subtract(heldBad);
            add(read, wanted.intersect(done).subtract(missing), start);
            add(read, heldRead, start);
            add(bad, missing, start);
            add(bad, heldBad, start);
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
                isFinished && !lost.isCut() ? RescueMap.FINISHED : state.what(),
                pass));
    }

    private static void add(ExtentSet.Builder target, ExtentSet extents, long shift) {
        extents.shift(shift).forEach(target::add);
    }
}
