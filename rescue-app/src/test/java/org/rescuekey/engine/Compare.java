package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.SourceSurvey;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Compares a restored disk with its source. */
final class Compare {
    private Compare() {}

    /** Every used byte of the source is on the target, but for the table where the sizes of the disks differ. */
    static void assertRestored(BenchDisk source, BenchDisk target) throws RescueException {
        SourceSurvey survey = Surveyor.survey(source.medium(), source.info(), Coverage.NEEDED);
        boolean sameSize = source.medium().sizeBytes() == target.medium().sizeBytes();
        ExtentSet table = sameSize
                ? ExtentSet.empty()
                : survey.table().table().map(PartitionTable::tableExtents).orElse(ExtentSet.empty());
        for (SourceSurvey.Stream stream : survey.streams()) {
            ExtentSet used = stream.map().used().shift(stream.onDisk().start());
            assertSame(source.medium(), target.medium(), used.subtract(table), stream.label());
        }
    }

    static void assertSame(BlockDevice expected, BlockDevice actual, ExtentSet extents, String what)
            throws RescueException {
        for (Extent extent : extents) {
            assertSame(expected, extent, actual, extent.start(), what);
        }
    }

    /** An extent of one device holds the same as the bytes at an offset of another. */
    static void assertSame(BlockDevice expected, Extent extent, BlockDevice actual, long at, String what)
            throws RescueException {
        ByteBuffer wanted = ByteBuffer.allocate(1 << 18);
        ByteBuffer found = ByteBuffer.allocate(1 << 18);
        for (long done = 0; done < extent.length(); done += wanted.capacity()) {
            int length = (int) Math.min(wanted.capacity(), extent.length() - done);
            expected.read(extent.start() + done, wanted.clear().limit(length));
            actual.read(at + done, found.clear().limit(length));
            int mismatch = wanted.flip().mismatch(found.flip());
            assertThat(mismatch < 0)
                    .as("%s: byte %d of the source, in %s", what, extent.start() + done + mismatch, extent)
                    .isTrue();
        }
    }
}
