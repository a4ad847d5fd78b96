package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.FileDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.filesystem.files.FileRun;
import org.rescuekey.filesystem.ntfs.NtfsProof;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** Volumes as they are, resized by ntfsresize, and broken in one place each: the proof holds for the first two alone. Needs root. */
@Tag("loop")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NtfsProofTest {
    private static final int SIZE_BYTES = 32 << 20;
    private static final int CLUSTER_BYTES = 1024;
    private static final String FILE = "folder2/file number 2.bin";
    private static final String OTHER = "folder3/file number 3.bin";

    @TempDir
    static Path folder;

    private Path original;
    private Path volume;

    /** Compressed, sparse, with many names and many streams, and an $MFT in splinters. */
    @BeforeAll
    void makeVolume() throws IOException {
        original = NtfsFixture.make(folder.resolve("original.img"), SIZE_BYTES, CLUSTER_BYTES, 512);
        NtfsFixture.mounted(original, "rw,compression,streams_interface=windows", root -> {
            FileTree.make(root, 11, 60, 60_000);
            Path packed = Files.createDirectory(root.resolve("packed"));
            Tool.run("setfattr", "-h", "-v", "0x00000800", "-n", "system.ntfs_attrib_be", packed);
            Files.writeString(packed.resolve("text"), "the same again ".repeat(20_000));
            try (FileChannel channel =
                    FileChannel.open(root.resolve("sparse"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 1L << 33);
            }
            Path many = Files.write(root.resolve("many"), new byte[20_000]);
            for (int i = 0; i < 80; i++) {
                Files.createLink(root.resolve("another name, with the number " + i), many);
                Files.write(root.resolve("many:a stream, with the number " + i), new byte[3000]);
            }
            Path splinters = Files.createDirectory(root.resolve("splinters"));
            NtfsFixture.splinter(splinters, 400);
            try (var all = Files.list(splinters)) {
                for (Path file :
                        all.filter(each -> each.toString().hashCode() % 3 != 0).toList()) {
                    Files.delete(file);
                }
            }
        });
    }

    @BeforeEach
    void copy() throws IOException {
        volume = Files.copy(original, folder.resolve("volume.img"), StandardCopyOption.REPLACE_EXISTING);
    }

    private NtfsProof proof() throws IOException {
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            return NtfsProof.of(device, SearchWatch.NONE);
        }
    }

    private void assertFound(String... words) throws IOException {
        NtfsProof proof = proof();
        assertThat(proof.holds()).isFalse();
        for (String each : words) {
            assertThat(proof.findings()).anyMatch(finding -> finding.contains(each));
        }
    }

    @Test
    void aVolumeAsItIsHolds() throws IOException {
        NtfsProof proof = proof();

        assertThat(proof.findings()).isEmpty();
        assertThat(proof.holds()).isTrue();
        assertThat(proof.records()).isGreaterThan(1000);
        assertThat(proof.runs()).isGreaterThan(1000);
        String said = Tool.run("ntfscluster", "-f", "-i", volume);
        assertThat(proof.usedClusters() + proof.unownedClusters())
                .isEqualTo(NtfsFixture.clusterCount(volume) - freeClusters());
        assertThat(proof.unownedClusters()).as(said).isZero();
    }

    private long freeClusters() {
        Matcher free = Pattern.compile("Free Clusters: (\\d+)").matcher(Tool.run("ntfsinfo", "-f", "-m", volume));
        assertThat(free.find()).isTrue();
        return Long.parseLong(free.group(1));
    }

    @ParameterizedTest
    @ValueSource(longs = {26 << 20, (27 << 20) + 512, (28 << 20) + 3 * 512, 31 << 20})
    void aVolumeThatWasMadeSmallerHolds(long bytes) throws IOException {
        Map<String, Long> before = checksums();
        Tool.run("ntfsresize", "-f", "-f", "-s", bytes, volume);
        Tool.run("truncate", "-s", bytes, volume);

        NtfsProof proof = proof();

        assertThat(proof.findings()).isEmpty();
        assertThat(proof.holds()).isTrue();
        Tool.run("ntfsresize", "-i", "-f", volume);
        assertThat(checksums()).isEqualTo(before);
    }

    private Map<String, Long> checksums() throws IOException {
        Map<String, Long> sums = new TreeMap<>();
        NtfsFixture.mounted(volume, "ro", root -> sums.putAll(FileTree.checksums(root.resolve("folder1"))));
        return sums;
    }

    /** It stands in the last sector of the partition then, and not behind the last one of the volume. */
    @Test
    void theCopyOfTheBootSectorThatNtfsresizeWroteIsSeen() throws IOException {
        Tool.run("ntfsresize", "-f", "-f", "-s", 28 << 20, volume);
        Tool.run("truncate", "-s", 28 << 20, volume);
        NtfsFixture.setVolumeFlags(volume, 0);

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);
        assertThat(map.raw()).isFalse();
        assertThat(map.notes()).isEmpty();
        NtfsFixture.write(volume, (28 << 20) - 512, ByteBuffer.wrap(new byte[512]));
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).notes())
                .containsExactly("The copy of its boot sector is missing.");
    }

    @Test
    void aVolumeThatWasMadeLargerHolds() throws IOException {
        Tool.run("truncate", "-s", 100 << 20, volume);
        assertFound("Its boot sector says");
        Tool.run("ntfsresize", "-f", "-f", "-s", 100 << 20, volume);

        assertThat(proof().findings()).isEmpty();
    }

    /** With a size that is not the place's own, ntfsresize writes no copy of the boot sector to where Windows looks. */
    @Test
    void aVolumeSmallerThanItsPlaceDoesNotHold() throws IOException {
        Tool.run("ntfsresize", "-f", "-f", "-s", 28 << 20, volume);
        assertFound("Its boot sector says", "The copy of the boot sector");
        Tool.run("truncate", "-s", (28 << 20) - CLUSTER_BYTES, volume);
        assertFound("Its boot sector says");
    }

    @Test
    void runsInTheClustersOfAnotherFile() throws IOException {
        ExtentSet other = NtfsFixture.contentExtents(volume, NtfsFixture.record(volume, OTHER));
        long cluster = other.get(0).start() / CLUSTER_BYTES;
        int record = NtfsFixture.record(volume, FILE);
        long count = NtfsFixture.contentExtents(volume, record).totalBytes() / CLUSTER_BYTES;
        NtfsRecordEditor editor = NtfsRecordEditor.open(volume, record);
        editor.setRuns("", new byte[] {
            0x32, (byte) count, (byte) (count >> 8), (byte) cluster, (byte) (cluster >> 8), (byte) (cluster >> 16), 0
        });
        editor.write();

        assertFound("belong to more than one file or attribute", "/" + FILE, "/" + OTHER, "Clusters " + cluster + "-");
        assertThat(proof().unownedClusters()).isEqualTo(count);
    }

    @Test
    void aClusterThatTheBitmapCallsFree() throws IOException {
        Extent first = NtfsFixture.contentExtents(volume, NtfsFixture.record(volume, FILE))
                .get(0);
        long cluster = first.start() / CLUSTER_BYTES + 2;
        NtfsFixture.clearBits(volume, new Extent(cluster, 1));

        NtfsProof proof = proof();

        assertThat(proof.findings())
                .containsExactly("Cluster " + cluster + " (/" + FILE + ") are in use and not set in $Bitmap.");
        assertThat(proof.problems()).isEqualTo(1);
    }

    @Test
    void clustersThatNothingOwnsAreNoFault() throws IOException {
        Extent free = UsedMapCheck.map(volume, SectorSize.SECTOR_512)
                .used()
                .complement(new Extent(0, SIZE_BYTES))
                .get(0);
        NtfsFixture.setBits(volume, new Extent(free.start() / CLUSTER_BYTES, 1));

        assertThat(proof().holds()).isTrue();
        assertThat(proof().unownedClusters()).isEqualTo(1);
    }

    @Test
    void aRunBehindTheEnd() throws IOException {
        int record = NtfsFixture.record(volume, FILE);
        long count = NtfsFixture.contentExtents(volume, record).totalBytes() / CLUSTER_BYTES;
        long cluster = NtfsFixture.clusterCount(volume) - count + 1;
        NtfsRecordEditor editor = NtfsRecordEditor.open(volume, record);
        editor.setRuns("", new byte[] {
            0x32, (byte) count, (byte) (count >> 8), (byte) cluster, (byte) (cluster >> 8), (byte) (cluster >> 16), 0
        });
        editor.write();

        assertFound("expected clusters below " + NtfsFixture.clusterCount(volume));
    }

    @Test
    void moreBytesThanClusters() throws IOException {
        int record = NtfsFixture.record(volume, FILE);
        NtfsRecordEditor editor = NtfsRecordEditor.open(volume, record);
        editor.setSize("", 1 << 20);
        editor.write();

        assertFound("NTFS record " + record + ": attribute 0x80 has 1048576 bytes and clusters for");
    }

    /** A record that goes on for another one, and says that it is free. */
    @Test
    void aPartThatIsLost() throws IOException {
        int record = NtfsFixture.record(volume, "many");
        try (FileDevice device = FileDevice.open(volume, SectorSize.SECTOR_512)) {
            List<FileRun> mft = Volumes.files(device)
                    .orElseThrow()
                    .find("/$MFT")
                    .orElseThrow()
                    .runs();
            long part = 0;
            for (FileRun run : mft) {
                for (long at = run.volumeOffsetBytes(); at < run.extent().end(); at += 1024) {
                    ByteBuffer header = Reads.at(device, at, 48, "record");
                    part = header.getInt(0x20) == record && header.getShort(0x16) == 1 ? at : part;
                }
            }
            assertThat(part).isPositive();
            device.write(part + 0x16, ByteBuffer.wrap(new byte[1]));
        }

        assertFound("expected a part of record " + record);
    }

    @ParameterizedTest
    @CsvSource({
        "0x55, The copy of the boot sector in its last sector is missing",
        "0, The copy of the boot sector in its last sector is missing"
    })
    void theCopyOfTheBootSector(int bytes, String finding) throws IOException {
        byte[] sector = new byte[512];
        Arrays.fill(sector, (byte) bytes);
        NtfsFixture.write(volume, SIZE_BYTES - 512, ByteBuffer.wrap(sector));

        assertFound(finding);
        assertThat(proof().problems()).isEqualTo(1);
    }

    @Test
    void oneByteOfTheCopyOfTheBootSector() throws IOException {
        NtfsFixture.write(volume, SIZE_BYTES - 512 + 0x1C, ByteBuffer.wrap(new byte[] {1}));

        assertFound("The copy of the boot sector in its last sector is missing or says something else.");
    }

    @Test
    void theMirror() throws IOException {
        long mirror = NtfsFixture.read(volume, 0, 512).getLong(56) * CLUSTER_BYTES;
        byte old = NtfsFixture.read(volume, mirror + 3 * 1024 + 0x60, 1).get(0);
        NtfsFixture.write(volume, mirror + 3 * 1024 + 0x60, ByteBuffer.wrap(new byte[] {(byte) (old + 1)}));
        assertFound("Record 3 in $MFTMirr is not the same");

        NtfsFixture.write(volume, 56, ByteBuffer.wrap(new byte[] {9, 0}));
        assertFound("do not agree on where the mirror starts");
    }

    @Test
    void aWalkThatIsEndedDoesNotHold() throws IOException {
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            NtfsProof proof = NtfsProof.of(device, () -> false);
            assertThat(proof.findings()).containsExactly("The walk through it was ended before it was through.");
        }
    }
}
