package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.rescuekey.Bounded;
import org.rescuekey.device.CountingDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.device.ReadOnlyDevice;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** A sparse volume of 20 TiB: with blocks of 4 KiB their numbers do not fit into 32 bits. */
@Tag("loop")
class XfsLargeVolumeTest {
    private static final long SIZE_BYTES = 20L << 40;
    private static final int FOLDERS = 60;
    private static final Pattern EXTENT = Pattern.compile("\\d+: \\[\\d+\\.\\.\\d+\\]: (\\d+)\\.\\.(\\d+)");

    @Test
    void filesInTheLastGroupsAreUsed() throws IOException {
        // Other file systems have no files of this size.
        Path folder = Files.createTempDirectory(Path.of("/dev/shm"), "xfs");
        Path volume = folder.resolve("xfs.img");
        try {
            XfsFixture.make(volume, (SIZE_BYTES >> 10) + " -l size=16m");
            ExtentSet.Builder files = ExtentSet.builder();
            XfsFixture.mounted(volume, "rw", root -> {
                for (int i = 0; i < FOLDERS; i++) {
                    // Each folder goes to another group, and its files with it.
                    Path sub = Files.createDirectory(root.resolve("folder" + i));
                    Path file = Files.write(sub.resolve("file"), new byte[10_000]);
                    Matcher extent = EXTENT.matcher(Tool.run("xfs_io", "-r", "-c", "fsync", "-c", "bmap", file));
                    while (extent.find()) {
                        files.add(Long.parseLong(extent.group(1)) * 512, (Long.parseLong(extent.group(2)) + 1) * 512);
                    }
                }
            });
            check(volume, files.build());
        } finally {
            Files.deleteIfExists(volume);
            Files.delete(folder);
        }
    }

    private static void check(Path volume, ExtentSet files) throws IOException {
        assertThat(files.totalBytes()).isGreaterThanOrEqualTo(FOLDERS * 10_000L);
        assertThat(files.get(files.size() - 1).start()).isGreaterThan(SIZE_BYTES - (1L << 40));

        try (FileDevice file = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            CountingDevice counting = new CountingDevice(new ReadOnlyDevice(file));
            Bounded.run(64 << 20, () -> {
                UsedMap map = Volumes.usedMap(counting, PageFiles.LEFT_OUT);
                assertThat(map.reason()).isEmpty();
                assertThat(files.subtract(map.used()).isEmpty()).isTrue();
                ExtentSet free = map.used().complement(new Extent(0, SIZE_BYTES));
                ExtentSet expected = XfsFixture.free(volume);
                assertThat(free.subtract(expected).isEmpty()).isTrue();
                assertThat(expected.totalBytes() - free.totalBytes()).isEqualTo(XfsFixture.reserved(volume) * 4096);
            });
            // Two maps, each with one superblock, four probes, the log, and two reads for each of 20 groups.
            assertThat(counting.reads()).isLessThan(400);
            assertThat(counting.bytesRead()).isLessThan(16 << 20);
        }
    }
}
