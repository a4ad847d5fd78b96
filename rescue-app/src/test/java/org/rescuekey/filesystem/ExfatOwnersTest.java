package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.FileDevice;
import org.rescuekey.filesystem.owners.Owner;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** What clusters of exFAT volumes, filled by exfat-fuse, belong to, against what the sectors say themselves. Needs root. */
@Tag("loop")
final class ExfatOwnersTest {
    private static final long SIZE_BYTES = 24 << 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {512, 4096, 131_072})
    void sectorsSayThemselvesWhoseTheyAre(int clusterBytes) throws IOException {
        Path volume = ExfatFixture.make(folder.resolve("volume.img"), SIZE_BYTES, clusterBytes);
        ExfatFixture.mounted(volume, "rw", root -> {
            for (int i = 0; i < 30; i++) {
                Files.write(root.resolve("gap " + i), new byte[5000]);
            }
            for (int i = 0; i < 30; i += 2) {
                Files.delete(root.resolve("gap " + i));
            }
            SignedFiles.tree(root, 60, 40_000);
            SignedFiles.write(root, "/large in pieces", 400_000);
        });
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            SignedFiles.check(device, 30, 900);
            Owners all = Volumes.owners(device, ExtentSet.of(new Extent(0, SIZE_BYTES)), SearchWatch.NONE);
            assertThat(all.named())
                    .extracting(Owner::label)
                    .contains(
                            "the boot region",
                            "the backup of the boot region",
                            "the FAT",
                            "the allocation bitmap",
                            "the up-case table",
                            "directory /",
                            "directory /folder 3/deeper \u00e4/and deeper",
                            "/gap 1")
                    .doesNotContain("/gap 2");
            assertThat(all.complete()).isTrue();
            long heap = ExfatFixture.Geometry.of(volume).heapOffset();
            ExtentSet free = Volumes.usedMap(device, PageFiles.KEPT).used().complement(new Extent(0, SIZE_BYTES));
            // Gaps between the structures are nobody's, but the map does not call them free.
            assertThat(free.subtract(all.ownerless()).isEmpty()).isTrue();
            assertThat(all.ownerless().subtract(free)).allMatch(extent -> extent.end() <= heap);
        }
    }
}
