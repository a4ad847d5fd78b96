package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.device.FileDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.files.DirectoryListing;
import org.rescuekey.filesystem.files.FileOnVolume;
import org.rescuekey.filesystem.files.InPlaceEdit;
import org.rescuekey.filesystem.files.VolumeFiles;
import org.rescuekey.units.SectorSize;

/** Files of FAT found by path, read by their runs and edited in place, against mtools and fsck.vfat. */
class FatVolumeFilesTest {
    private static final int LIMIT_BYTES = 1 << 20;

    @TempDir
    Path folder;

    private final Map<String, byte[]> contents = new TreeMap<>();

    /** A volume with files in pieces, long and short names, and a directory of many clusters. */
    private Path make(int width, int sectorBytes, int sectorsPerCluster, long sizeBytes) throws IOException {
        Path volume = folder.resolve("volume.img");
        Tool.run("truncate", "-s", sizeBytes, volume);
        FatGeometry.mkfs(volume, width, sectorBytes, sectorsPerCluster);
        Path gaps = Files.createDirectories(folder.resolve("gaps"));
        for (int i = 0; i < 40; i++) {
            Files.write(gaps.resolve("gap " + i), new byte[6000]);
        }
        copyIn(volume, gaps);
        for (int i = 0; i < 40; i += 2) {
            Tool.run("mdel", "-i", volume, "::/gap " + i);
        }
        if (width == 32) {
            // Where to look for free clusters first: at the gaps.
            try (FileDevice device = FileDevice.open(volume, SectorSize.SECTOR_512)) {
                device.write(sectorBytes + 492L, FatGeometry.littleEndian(2));
            }
        }
        Path files = Files.createDirectories(folder.resolve("files"));
        Random random = new Random(width);
        for (String path : List.of(
                "EFI/Microsoft/Boot/BCD",
                "EFI/Boot/bootx64.efi",
                "SHORT.TXT",
                "lower.txt",
                "a name with \u00e4\u00f6 and \u65e5\u672c\u8a9e, of more than one piece.data",
                "empty")) {
            byte[] content = new byte[path.equals("empty") ? 0 : 20_000 + random.nextInt(30_000)];
            random.nextBytes(content);
            Path file = files.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, content);
            contents.put("/" + path, content);
        }
        for (int i = 0; i < 200; i++) {
            Files.createDirectories(files.resolve("many"));
            Files.write(files.resolve("many/a file with quite a long name " + i), new byte[] {(byte) i});
            contents.put("/many/a file with quite a long name " + i, new byte[] {(byte) i});
        }
        copyIn(volume, files);
        return volume;
    }

    private static void copyIn(Path volume, Path files) throws IOException {
        List<Object> command = new ArrayList<>(List.of("env", "LC_ALL=C.UTF-8", "mcopy", "-s", "-i", volume));
        try (Stream<Path> all = Files.list(files)) {
            all.sorted().forEach(command::add);
        }
        command.add("::/");
        Tool.run(command.toArray());
    }

    @ParameterizedTest
    @CsvSource({
        "12, 512, 2, 1474560",
        "16, 512, 4, 16777216",
        "16, 2048, 1, 16777216",
        "32, 512, 1, 41943040",
        "32, 4096, 1, 302000128"
    })
    void filesAreFoundReadAndEdited(int width, int sectorBytes, int sectorsPerCluster, long sizeBytes)
            throws IOException {
        Path volume = make(width, sectorBytes, sectorsPerCluster, sizeBytes);
        Random random = new Random(width);
        int split = 0;
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            VolumeFiles files = Volumes.files(device).orElseThrow();
            for (Map.Entry<String, byte[]> each : contents.entrySet()) {
                FileOnVolume file =
                        files.find(each.getKey().toUpperCase(Locale.ROOT)).orElseThrow();
                assertThat(file.path()).isEqualTo(each.getKey());
                assertThat(file.read(LIMIT_BYTES)).as(each.getKey()).isEqualTo(each.getValue());
                assertThat(file.whyNotInPlace()).isEmpty();
                if (each.getValue().length > 1) {
                    List<InPlaceEdit> edits = InPlace.byChance(random, each.getValue(), 3);
                    split += file.onVolume(edits).size() - 3;
                    InPlace.apply(volume, file, edits);
                }
            }
            DirectoryListing many = files.list("/Many", 500).orElseThrow();
            assertThat(many.complete()).isTrue();
            assertThat(many.names().stream().map(name -> "/many/" + name.name()).collect(Collectors.toSet()))
                    .isEqualTo(new TreeSet<>(contents.keySet().stream()
                            .filter(path -> path.startsWith("/many/"))
                            .toList()));
            assertThat(files.list("/Many", 199).orElseThrow().complete()).isFalse();
            assertThat(files.list("/", 500).orElseThrow().names())
                    .contains(
                            new DirectoryListing.Name("EFI", true),
                            new DirectoryListing.Name("SHORT.TXT", false),
                            new DirectoryListing.Name("lower.txt", false));
        }
        assertThat(split).as("edits over the end of a run").isPositive();
        for (Map.Entry<String, byte[]> each : contents.entrySet()) {
            if (each.getValue().length > 1) {
                Path out = folder.resolve("out");
                Tool.run("env", "LC_ALL=C.UTF-8", "mcopy", "-n", "-i", volume, "::" + each.getKey(), out);
                assertThat(out).hasBinaryContent(each.getValue());
                Files.delete(out);
            }
        }
        Tool.run("fsck.vfat", "-n", volume);
    }

    @Test
    void shortNamesBothSlashesAndWhatIsNotThere() throws IOException {
        Path volume = make(32, 512, 1, 40 << 20);
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            VolumeFiles files = Volumes.files(device).orElseThrow();
            assertThat(files.find("\\efi\\MICROS~1\\boot\\bcd").map(FileOnVolume::path))
                    .contains("/EFI/Microsoft/Boot/BCD");
            assertThat(files.find("/EFI").map(FileOnVolume::kind)).contains(FileOnVolume.Kind.DIRECTORY);
            for (String path : List.of("/EFI/nothing", "/SHORT.TXT/x", "/EFI/.", "/EFI/..", "/gap 2", "/RESCUE")) {
                assertThat(files.find(path)).as(path).isEmpty();
            }
        }
    }

    @Test
    void aChainThatEndsBeforeTheFileIsDamage() throws IOException {
        Path volume = make(16, 512, 4, 16 << 20);
        Path copy = Files.copy(volume, folder.resolve("copy.img"), StandardCopyOption.REPLACE_EXISTING);
        try (FileDevice device = FileDevice.open(copy, SectorSize.SECTOR_512)) {
            FatGeometry fat = FatGeometry.of(device);
            FileOnVolume whole =
                    Volumes.files(device).orElseThrow().find("/SHORT.TXT").orElseThrow();
            long second = (whole.runs().getFirst().volumeOffsetBytes() - fat.data()) / fat.clusterBytes() + 3;
            device.write(
                    fat.entryOffset(0, second), FatGeometry.littleEndian(0xFFFF).limit(2));
            assertThatExceptionOfType(MalformedDataException.class)
                    .isThrownBy(() -> Volumes.files(device).orElseThrow().find("/SHORT.TXT"))
                    .withMessageContaining("ends after 2");
        }
    }

    @Test
    void aFileLargerThanItsVolumeIsDamage() throws IOException {
        Path volume = make(16, 512, 4, 16 << 20);
        try (FileDevice device = FileDevice.open(volume, SectorSize.SECTOR_512)) {
            long entry = entryOf(volume, "SHORT   TXT");
            device.write(entry + 28, FatGeometry.littleEndian(-1));
            assertThatExceptionOfType(MalformedDataException.class)
                    .isThrownBy(() -> Volumes.files(device).orElseThrow().find("/SHORT.TXT"))
                    .withMessageContaining("expected at most");
        }
    }

    private static long entryOf(Path volume, String name) throws IOException {
        String all = new String(Files.readAllBytes(volume), StandardCharsets.ISO_8859_1);
        int at = all.indexOf(name);
        assertThat(at % 32).isZero();
        return at;
    }

    @Test
    void otherVolumesHaveNoFilesHere() throws RescueException {
        assertThat(Volumes.files(new MemoryDevice(1 << 20, SectorSize.SECTOR_512)))
                .isEmpty();
    }
}
