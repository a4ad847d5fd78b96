package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.CountingDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.NtfsProof;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.filesystem.runs.UsedRuns;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** A volume of 4 TiB is mapped by little more than one pass over its bitmap, into a bounded number of extents. */
class NtfsLargeVolumeTest {
    private static final long SIZE_BYTES = 4L << 40;
    private static final long CLUSTER_BYTES = 4096;
    private static final long BITMAP_BYTES = SIZE_BYTES / CLUSTER_BYTES / 8;
    private static final int WINDOW_BYTES = 1 << 20;

    @TempDir
    Path folder;

    private Path volume;

    @BeforeEach
    void makeVolume() throws IOException {
        volume = NtfsFixture.make(folder.resolve("ntfs.img"), SIZE_BYTES, (int) CLUSTER_BYTES, 512);
    }

    @Test
    void anEmptyOne() throws IOException {
        try (CountingDevice device = new CountingDevice(FileDevice.openReadOnly(volume, SectorSize.SECTOR_512))) {
            UsedMap map = Volumes.usedMap(device, PageFiles.LEFT_OUT);

            assertThat(map.raw()).isFalse();
            assertThat(map.notes()).isEmpty();
            assertThat(map.used().size()).isLessThan(10);
            assertThat(map.used().totalBytes()).isBetween(BITMAP_BYTES, 2 * BITMAP_BYTES);
            assertFewReads(device);
        }
    }

    /** A pass through the $MFT, which is small here, for each TiB; the bitmap is read once. */
    @Test
    void aProof() throws IOException {
        try (CountingDevice device = new CountingDevice(FileDevice.openReadOnly(volume, SectorSize.SECTOR_512))) {
            NtfsProof proof = NtfsProof.of(device, SearchWatch.NONE);

            assertThat(proof.findings()).isEmpty();
            assertThat(proof.usedClusters()).isGreaterThan(BITMAP_BYTES / CLUSTER_BYTES);
            assertThat(proof.unownedClusters()).isZero();
            assertThat(device.bytesRead()).isBetween(BITMAP_BYTES, BITMAP_BYTES + (4 << 20));
        }
    }

    /** One cluster in use, then a gap: a little less than a million runs, and more than are kept. */
    @ParameterizedTest
    @ValueSource(ints = {140, 16})
    void oneInSplinters(int bytesApart) throws IOException {
        long bitmap = NtfsFixture.contentOffset(volume, 6);
        FileDevice file = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512);
        try (CountingDevice device = new CountingDevice(new Splinters(file, bitmap, bytesApart))) {
            UsedMap map = Volumes.usedMap(device, PageFiles.LEFT_OUT);

            assertThat(map.raw()).isFalse();
            assertThat(map.used().size()).isLessThanOrEqualTo(UsedRuns.LIMIT_RUNS + 100);
            for (long at = 0; at < BITMAP_BYTES; at += 1009L * bytesApart) {
                assertThat(map.used().contains(new Extent(at * 8 * CLUSTER_BYTES, CLUSTER_BYTES)))
                        .as("bitmap byte %d", at)
                        .isTrue();
            }
            assertFewReads(device);
        }
    }

    private static void assertFewReads(CountingDevice device) {
        assertThat(device.bytesRead()).isLessThan(BITMAP_BYTES + (4 << 20));
        assertThat(device.reads()).isLessThan(BITMAP_BYTES / WINDOW_BYTES + 100);
    }

    /** Says that one cluster is in use in each so many bytes of the bitmap. */
    private static final class Splinters extends ForwardingDevice {
        private final long bitmap;
        private final int bytesApart;

        private Splinters(BlockDevice inner, long bitmap, int bytesApart) {
            super(inner);
            this.bitmap = bitmap;
            this.bytesApart = bytesApart;
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            if (offsetBytes < bitmap || offsetBytes >= bitmap + BITMAP_BYTES) {
                super.read(offsetBytes, buffer);
                return;
            }
            for (long at = offsetBytes - bitmap; buffer.hasRemaining(); at++) {
                buffer.put((byte) (at % bytesApart == 0 ? 1 : 0));
            }
        }
    }
}
