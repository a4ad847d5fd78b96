package org.rescuekey.filesystem.ntfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.FileDevice;
import org.rescuekey.filesystem.NtfsFixture;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** A proof finds the same, for however many clusters a bit is kept at once; and the bits against sets of numbers. */
class NtfsProofWindowsTest {
    private static final int CLUSTER_BYTES = 1024;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {64, 192, 4096, 12_800})
    void anyNumberOfWindows(int windowClusters) throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("ntfs.img"), 16 << 20, CLUSTER_BYTES, 512);
        Path file = Files.write(folder.resolve("file"), new byte[2_000_000]);
        NtfsFixture.copyIn(volume, file, "one");
        NtfsFixture.copyIn(volume, file, "two");
        try (FileDevice device = FileDevice.open(volume, SectorSize.SECTOR_512)) {
            NtfsProof whole = NtfsProof.of(device, SearchWatch.NONE);
            assertThat(whole.findings()).isEmpty();
            assertThat(NtfsProof.of(device, SearchWatch.NONE, windowClusters)).isEqualTo(whole);

            NtfsFiles files = NtfsFiles.open(device);
            ExtentSet two = files.stream(files.find("two").orElseThrow(), "")
                    .orElseThrow()
                    .extents();
            long bitmap = files.stream(files.find("$Bitmap").orElseThrow(), "")
                    .orElseThrow()
                    .extents()
                    .get(0)
                    .start();
            // Clusters at the borders of windows.
            for (long cluster = two.get(0).start() / CLUSTER_BYTES / 64 * 64 + 64;
                    cluster < two.get(0).end() / CLUSTER_BYTES;
                    cluster += 64) {
                device.write(bitmap + cluster / 8, ByteBuffer.wrap(new byte[] {(byte) 0xFE}));
            }
            NtfsProof broken = NtfsProof.of(device, SearchWatch.NONE);
            assertThat(broken.problems()).isGreaterThan(20);
            assertThat(broken.findings()).hasSizeLessThanOrEqualTo(20).allMatch(words -> words.contains("(/two)"));
            assertThat(NtfsProof.of(device, SearchWatch.NONE, windowClusters)).isEqualTo(broken);
        }
    }

    @Test
    void bitsAreThoseOfSets() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            int first = 64 * random.nextInt(5);
            int count = 1 + random.nextInt(300);
            ClusterWindow window = new ClusterWindow(first, count);
            boolean[] owned = new boolean[1000];
            List<Long> twice = new ArrayList<>();
            List<Long> expectedTwice = new ArrayList<>();
            for (int run = 0; run < 10; run++) {
                int start = random.nextInt(700);
                int length = 1 + random.nextInt(200);
                for (int i = Math.max(first, start); i < Math.min(first + count, start + length); i++) {
                    if (owned[i]) {
                        expectedTwice.add((long) i);
                    }
                    owned[i] = true;
                }
                window.own(start, length, (at, clusters) -> addAll(twice, at, clusters));
            }
            assertThat(twice).isEqualTo(expectedTwice);
            compare(random, window, owned, first, count);
        }
    }

    private static void compare(Random random, ClusterWindow window, boolean[] owned, int first, int count) {
        List<Long> unmarked = new ArrayList<>();
        List<Long> expected = new ArrayList<>();
        long[] unowned = {0};
        long expectedUnowned = 0;
        long expectedOwned = 0;
        for (int word = 0; word < window.words(); word++) {
            long marked = random.nextLong();
            window.compare(word, marked, (at, clusters) -> addAll(unmarked, at, clusters), more -> unowned[0] += more);
            for (int bit = 0; bit < 64 && word * 64 + bit < count; bit++) {
                int cluster = first + word * 64 + bit;
                boolean isMarked = (marked >>> bit & 1) != 0;
                if (owned[cluster] && !isMarked) {
                    expected.add((long) cluster);
                }
                expectedUnowned += isMarked && !owned[cluster] ? 1 : 0;
                expectedOwned += owned[cluster] ? 1 : 0;
            }
        }
        assertThat(unmarked).isEqualTo(expected);
        assertThat(unowned[0]).isEqualTo(expectedUnowned);
        assertThat(window.owned()).isEqualTo(expectedOwned);
    }

    private static void addAll(List<Long> numbers, long first, long count) {
        for (long i = first; i < first + count; i++) {
            numbers.add(i);
        }
    }
}
