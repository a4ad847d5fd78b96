package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.device.FileDevice;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** Maps of FAT volumes made by mkfs.vfat and filled by mtools, checked by fsck.vfat. */
class FatUsedMapTest {
    /** What is changed in a volume. */
    @FunctionalInterface
    private interface Change {
        void on(FileDevice device) throws IOException;
    }

    @TempDir
    static Path files;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeFiles() throws IOException {
        FileTree.make(files, 1, 30, 20_000);
    }

    // FAT size, sectors of the file system, sectors of 512 bytes in a cluster, size of the volume in KiB
    @ParameterizedTest
    @CsvSource({
        "12, 512, 1, 1440",
        "12, 512, 1, 1441",
        "12, 512, 4, 8001",
        "12, 4096, 8, 4096",
        "16, 512, 1, 8192",
        "16, 512, 1, 8193",
        "16, 512, 4, 16387",
        "16, 512, 64, 135000",
        "16, 4096, 8, 32768",
        "32, 512, 1, 34000",
        "32, 512, 1, 34001",
        "32, 4096, 8, 270000",
    })
    void mapCoversAllThatIsInUse(int width, int sectorBytes, int clusterSectors, int sizeKib) throws IOException {
        Path volume = make(width, sectorBytes, clusterSectors * 512 / sectorBytes, sizeKib);
        fill(volume);

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, this::checkVolume);

        assertThat(map.used().totalBytes()).isLessThan(Files.size(volume) * 3 / 4);
        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);
        assertThat(info.type()).isEqualTo(FileSystemType.valueOf("FAT" + width));
        assertThat(info.clusterBytes()).isEqualTo(clusterSectors * 512L);
        assertThat(info.label()).isEqualTo("RESCUE");
        assertThat(info.identity()).isEqualTo("DEAD-BEEF");
        assertThat(info.states()).isEmpty();
        assertThat(info.notes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"12, 1440", "16, 8192", "32, 34000"})
    void emptyVolumeIsMappedToItsTables(int width, int sizeKib) throws IOException {
        Path volume = make(width, 512, 1, sizeKib);

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, path -> Tool.run("fsck.vfat", "-n", path));

        long tablesAndRoot = 32 * 512 + 2L * (sizeKib * 2 / 8 * width + 512) + 32 * 512 + 512;
        assertThat(map.used().totalBytes()).isLessThan(tablesAndRoot + 4096);
    }

    @Test
    void lastClusterAloneIsSeen() throws IOException {
        Path volume = make(32, 512, 1, 34_000);
        try (FileDevice device = FileDevice.open(volume, SectorSize.SECTOR_512)) {
            FatGeometry fat = FatGeometry.of(device);
            device.write(fat.entryOffset(0, fat.lastCluster()), FatGeometry.littleEndian(0x0FFF_FFFF));
        }

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        FatGeometry fat;
        try (FileDevice device = FileDevice.open(volume, SectorSize.SECTOR_512)) {
            fat = FatGeometry.of(device);
        }
        assertThat(map.used().contains(fat.clusterOffset(fat.lastCluster()))).isTrue();
        assertThat(map.used().contains(fat.clusterOffset(fat.lastCluster() - 1)))
                .isFalse();
    }

    /** Systems go by the fields of FAT32 here, whatever the number of clusters; mkfs.vfat makes such volumes too. */
    @Test
    void fewClustersDoNotMakeFat32NarrowerThanItSays() throws IOException {
        Path volume = make(32, 512, 8, 40_000);
        FatGeometry fat;
        try (FileDevice device = FileDevice.open(volume, SectorSize.SECTOR_512)) {
            fat = FatGeometry.of(device);
            device.write(fat.entryOffset(0, 4000), FatGeometry.littleEndian(0x0FFF_FFFF));
        }
        assertThat(fat.lastCluster()).isLessThan(65_525);

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.used().contains(fat.clusterOffset(4000))).isTrue();
        assertThat(map.used().contains(fat.clusterOffset(3999))).isFalse();
        assertThat(map.used().contains(fat.clusterOffset(8000))).isFalse();
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).type()).isEqualTo(FileSystemType.FAT32);
    }

    @Test
    void entryThatLooksLikeTheMarkOfExtIsNotTakenForIt() throws IOException {
        Path volume = folder.resolve("fat.img");
        Tool.run("truncate", "-s", "24M", volume);
        Tool.run("mkfs.vfat", "-F", 16, "-s", 1, "-R", 1, volume);
        try (FileDevice device = FileDevice.open(volume, SectorSize.SECTOR_512)) {
            device.write(1024 + 0x38, FatGeometry.littleEndian(0xEF53).limit(2));
        }

        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).type()).isEqualTo(FileSystemType.FAT16);
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).raw()).isFalse();
    }

    @Test
    void upperFourBitsOfAnEntryDoNotMakeItUsedButTheSecondCopyDoes() throws IOException {
        Path volume = make(32, 512, 1, 34_000);
        FatGeometry fat = change(volume, device -> {
            FatGeometry geometry = FatGeometry.of(device);
            device.write(geometry.entryOffset(0, 1000), FatGeometry.littleEndian(0xF000_0000));
            device.write(geometry.entryOffset(1, 2000), FatGeometry.littleEndian(0x0FFF_FFFF));
        });

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.used().contains(fat.clusterOffset(1000))).isFalse();
        assertThat(map.used().contains(fat.clusterOffset(2000))).isTrue();
    }

    /** With 0x0FFFFFF1 in one copy and 0x06 in the other neither says "bad", although their bits together would. */
    @Test
    void clusterIsBadOnlyIfNoCopyHasItInUse() throws IOException {
        Path volume = make(32, 512, 1, 34_000);
        FatGeometry fat = change(volume, device -> {
            FatGeometry geometry = FatGeometry.of(device);
            device.write(geometry.entryOffset(0, 1000), FatGeometry.littleEndian(0x0FFF_FFF7));
            device.write(geometry.entryOffset(1, 2000), FatGeometry.littleEndian(0xAFFF_FFF7));
            device.write(geometry.entryOffset(0, 3000), FatGeometry.littleEndian(0x0FFF_FFF7));
            device.write(geometry.entryOffset(1, 3000), FatGeometry.littleEndian(5));
            device.write(geometry.entryOffset(0, 4000), FatGeometry.littleEndian(0x0FFF_FFF1));
            device.write(geometry.entryOffset(1, 4000), FatGeometry.littleEndian(6));
        });

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.knownBad().contains(fat.clusterOffset(1000))).isTrue();
        assertThat(map.knownBad().contains(fat.clusterOffset(2000))).isTrue();
        assertThat(map.used().contains(fat.clusterOffset(3000))).isTrue();
        assertThat(map.knownBad().contains(fat.clusterOffset(3000))).isFalse();
        assertThat(map.used().contains(fat.clusterOffset(4000))).isTrue();
        assertThat(map.notes())
                .containsExactly(
                        "1,024 bytes (1.0 KiB) in 2 places marked as bad: tried all the same, but what cannot be read of it is no loss.");
    }

    /** mkfs.vfat is told of bad blocks of 1 KiB, and marks the clusters that these are in. */
    @ParameterizedTest
    @CsvSource({"12, 512, 2, 1440, 700, 701", "16, 512, 4, 16384, 9000, 9001", "32, 512, 1, 34000, 20000, 20001"})
    void badClustersAreNotUsedAndAreTold(
            int width, int sectorBytes, int clusterSectors, int sizeKib, int firstKib, int lastKib) throws IOException {
        Path list = Files.writeString(folder.resolve("bad"), firstKib + "\n" + lastKib + "\n");
        Path volume = make(width, sectorBytes, clusterSectors, sizeKib, "-l", list);
        if (width == 32) {
            // mkfs.vfat counts the bad clusters as free, at which fsck.vfat would stop.
            try (FileDevice device = FileDevice.open(volume, SectorSize.SECTOR_512)) {
                FatGeometry.of(device).forgetFreeCount(device);
            }
        }
        fill(volume);

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, this::checkVolume);

        Extent bad = Extent.between(firstKib * 1024L, (lastKib + 1) * 1024L);
        assertThat(map.knownBad().contains(bad)).isTrue();
        assertThat(map.notes()).hasSize(1).allMatch(note -> note.contains("1 place marked as bad"));
    }

    @Test
    void copyThatHoldsAloneTellsTheState() throws IOException {
        Path volume = make(32, 512, 1, 34_000);
        FatGeometry fat = change(volume, device -> {
            FatGeometry geometry = FatGeometry.of(device);
            device.write(40, FatGeometry.littleEndian(0x81).limit(2));
            device.write(geometry.entryOffset(1, 1), FatGeometry.littleEndian(0x07FF_FFFF));
            device.write(geometry.entryOffset(1, 1000), FatGeometry.littleEndian(0x0FFF_FFFF));
        });

        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).states())
                .containsExactly(VolumeState.DIRTY);
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).used().contains(fat.clusterOffset(1000)))
                .isTrue();
    }

    // what is written to the copy of the boot sector, and where in it; whether that is told
    @ParameterizedTest
    @CsvSource({"510, 0, true", "32, 60000, true", "32, 0x0996, true", "71, 0x41414141, false", "65, 1, false"})
    void copyOfTheBootSectorIsCompared(int offset, String value, boolean told) throws IOException {
        Path volume = make(32, 512, 1, 34_000);
        change(
                volume,
                device -> device.write(
                        6 * 512 + offset,
                        FatGeometry.littleEndian(Integer.decode(value)).limit(offset == 65 ? 1 : 2)));

        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).notes())
                .isEqualTo(
                        told
                                ? List.of("The copy of its boot sector is damaged or belongs to another volume.")
                                : List.of());
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).raw()).isFalse();
    }

    @Test
    void copyThatIsNotThereCannotHold() throws IOException {
        Path volume = make(32, 512, 1, 34_000);
        change(volume, device -> device.write(40, FatGeometry.littleEndian(0x82).limit(2)));

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).raw()).isTrue();
    }

    // the cluster where the root directory starts, the entry of the FAT there, what is said
    @ParameterizedTest
    @CsvSource({"2, 0, marked as free", "2, 0x0FFFFFF7, ''", "1, 0x0FFFFFFF, ''", "0x0FFFFFF0, 0x0FFFFFFF, ''"})
    void rootDirectoryIsUsedWhateverTheTableSays(String cluster, String entry, String note) throws IOException {
        Path volume = make(32, 512, 1, 34_000);
        FatGeometry fat = change(volume, device -> {
            FatGeometry geometry = FatGeometry.of(device);
            device.write(44, FatGeometry.littleEndian(Integer.decode(cluster)));
            device.write(geometry.entryOffset(0, 2), FatGeometry.littleEndian(Integer.decode(entry)));
            device.write(geometry.entryOffset(1, 2), FatGeometry.littleEndian(Integer.decode(entry)));
        });

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.used().contains(fat.clusterOffset(2))).isTrue();
        assertThat(map.raw()).isEqualTo(!cluster.equals("2"));
        if (!note.isEmpty()) {
            assertThat(map.notes()).hasSize(1).allMatch(text -> text.contains(note));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "16, 8192, 0x7FFF, DIRTY",
        "16, 8192, 0xBFFF, HAS_ERRORS",
        "32, 34000, 0x07FFFFFF, DIRTY",
        "32, 34000, 0x0BFFFFFF, HAS_ERRORS"
    })
    void flagsInTheTableAreStates(int width, int sizeKib, String entry, VolumeState state) throws IOException {
        Path volume = make(width, 512, 1, sizeKib);
        try (FileDevice device = FileDevice.open(volume, SectorSize.SECTOR_512)) {
            ByteBuffer bytes = FatGeometry.littleEndian(Integer.decode(entry));
            device.write(FatGeometry.of(device).entryOffset(0, 1), bytes.limit(width / 8));
        }

        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).states())
                .containsExactly(state);
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason()).contains("may be in use");
    }

    @Test
    void flagInTheBootSectorIsAState() throws IOException {
        Path volume = make(32, 512, 1, 34_000);
        try (FileDevice device = FileDevice.open(volume, SectorSize.SECTOR_512)) {
            device.write(65, ByteBuffer.wrap(new byte[] {1}));
        }

        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).states())
                .containsExactly(VolumeState.DIRTY);
    }

    @Test
    void volumeThatExceedsItsDeviceIsRaw() throws IOException {
        Path volume = make(16, 512, 1, 8192);
        try (var channel = FileChannel.open(volume, StandardOpenOption.WRITE)) {
            channel.truncate(8191 * 1024);
        }

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.raw()).isTrue();
        assertThat(map.reason()).contains("a volume of at most 8,387,584 bytes");
    }

    /** Its last entries would be read from where files are. */
    @Test
    void tableThatIsTooSmallForItsClustersIsNoFatVolume() throws IOException {
        Path volume = make(32, 512, 1, 34_000);
        try (FileDevice device = FileDevice.open(volume, SectorSize.SECTOR_512)) {
            device.write(36, FatGeometry.littleEndian(100));
        }

        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).type()).isEqualTo(FileSystemType.UNKNOWN);
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).raw()).isTrue();
    }

    @Test
    void bytesBehindTheVolumeAreUsed() throws IOException {
        Path volume = make(16, 512, 1, 8192);
        try (var channel = FileChannel.open(volume, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(4096), 8192 * 1024);
        }

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_4096);

        assertThat(map.used().contains(8192 * 1024)).isTrue();
        assertThat(map.used().contains(8192 * 1024 + 4095)).isTrue();
    }

    private Path make(int width, int sectorBytes, int sectorsPerCluster, int sizeKib, Object... options) {
        Path volume = folder.resolve("fat.img");
        Tool.run("truncate", "-s", sizeKib + "K", volume);
        FatGeometry.mkfs(volume, width, sectorBytes, sectorsPerCluster, options);
        return volume;
    }

    private static FatGeometry change(Path volume, Change change) throws IOException {
        try (FileDevice device = FileDevice.open(volume, SectorSize.SECTOR_512)) {
            change.on(device);
            return FatGeometry.of(device);
        }
    }

    private static void fill(Path volume) throws IOException {
        try (var folders = Files.list(files)) {
            for (Path sub : folders.sorted().toList()) {
                Tool.run("mcopy", "-s", "-i", volume, sub, "::/");
            }
        }
        // Leaves gaps among the clusters in use.
        Tool.run("mdeltree", "-i", volume, "::/folder1", "::/folder3");
    }

    private void checkVolume(Path volume) throws IOException {
        Tool.run("fsck.vfat", "-n", volume);
        Path copy = Files.createTempDirectory(folder, "copy");
        Tool.run("mcopy", "-s", "-n", "-i", volume, "::/", copy);
        Map<String, Long> expected = FileTree.checksums(files);
        expected.keySet().removeIf(name -> List.of("folder1", "folder3").contains(name.split("/", -1)[0]));
        assertThat(expected).isNotEmpty();
        assertThat(FileTree.checksums(copy)).isEqualTo(expected);
    }
}
