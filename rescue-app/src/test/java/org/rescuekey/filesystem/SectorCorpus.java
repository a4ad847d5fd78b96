package org.rescuekey.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.rescuekey.Sectors;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * Makes the corpora of the fuzz tests of volumes and tables: of real ones the sectors that are read, as they are and changed
 * in several ways.
 */
final class SectorCorpus {
    private static final int MUTANTS = 6;

    private SectorCorpus() {}

    /** Reads all that there is to know of a device. */
    private interface Look {
        Object at(BlockDevice device) throws RescueException;
    }

    /** Writes one corpus for tables, one for volumes, one for the files of NTFS, and one for files by path. */
    public static void main(String[] arguments) throws IOException {
        Path tables = Files.createDirectories(Path.of(arguments[0]));
        Path volumes = Files.createDirectories(Path.of(arguments[1]));
        Path folder = Files.createTempDirectory("corpus");
        for (String type : new String[] {"gpt", "dos"}) {
            Path disk = folder.resolve(type);
            Tool.run("truncate", "-s", 8 << 20, disk);
            String script = type.equals("gpt")
                    ? "label: gpt\nfirst-lba: 34\nsize=2048\nsize=4096\n"
                    : "label: dos\nsize=2048\nsize=2048\nsize=8192,type=5\nsize=1024\nsize=1024\n";
            Path input = Files.writeString(folder.resolve("script"), script);
            Tool.run("sh", "-c", "sfdisk -q " + disk + " < " + input);
            write(tables, type, disk, PartitionTables::read);
        }
        for (HostileVolumeTest.Kind kind : HostileVolumeTest.Kind.values()) {
            Path volume = folder.resolve("volume-" + kind);
            Tool.run("truncate", "-s", kind.sizeBytes, volume);
            kind.make(volume);
            write(volumes, kind.toString(), volume, device -> {
                Volumes.recognise(device);
                return Volumes.usedMap(device, PageFiles.LEFT_OUT);
            });
        }
        Path locked = folder.resolve("volume-BITLOCKER");
        Tool.run("truncate", "-s", 8 << 20, locked);
        BitLockerFixture.make(
                locked, BitLockerFixture.Look.LATER, BitLockerFixture.PROTECTED_BY_NOTHING, BitLockerFixture.ENCRYPTED);
        write(volumes, "BITLOCKER", locked, Volumes::recognise);
        writeNtfsFiles(Files.createDirectories(Path.of(arguments[2])), folder);
        writeFiles(Files.createDirectories(Path.of(arguments[3])), folder);
    }

    /** Writes the corpus for the files of NTFS. */
    private static void writeNtfsFiles(Path place, Path folder) throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("volume-NTFS_FILES"), 2 << 20, 512, 512);
        Path content = Files.write(folder.resolve("content"), new byte[3000]);
        NtfsFixture.copyIn(volume, content, "pagefile.sys");
        for (int i = 0; i < 24; i++) {
            // Streams that do not fit into one record.
            Tool.run("ntfscp", "-f", "-N", "a stream with quite a long name " + i, volume, content, "pagefile.sys");
        }
        NtfsRecordEditor.markBad(volume, NtfsFixture.clusterCount(volume), new Extent(4000, 2));
        write(place, "NTFS_FILES", volume, device -> {
            Volumes.usedMap(device, PageFiles.LEFT_OUT);
            return NtfsLook.at(device);
        });
    }

    /** Writes the corpus for files by path; that for the files of NTFS serves these too. */
    static void writeFiles(Path place, Path folder) throws IOException {
        Path files = HostileFilesTest.files(folder);
        for (HostileFilesTest.Kind kind : HostileFilesTest.Kind.values()) {
            Path volume = folder.resolve("files-" + kind);
            kind.make(volume, files);
            write(place, kind.toString(), volume, FilesLook::at);
        }
    }

    private static void write(Path place, String name, Path file, Look look) throws IOException {
        byte[] content = Files.readAllBytes(file);
        MemoryDevice device = new MemoryDevice(content.length, SectorSize.SECTOR_512);
        device.write(0, ByteBuffer.wrap(content));
        Sectors.Recorder recorder = new Sectors.Recorder(device);
        look.at(recorder);
        byte[] real = recorder.toBytes();
        Files.write(place.resolve(name + "-real"), real);
        Random random = new Random(name.hashCode());
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = Arrays.copyOf(real, real.length);
            // Most of what matters stands at the beginnings of the first sectors.
            for (int change = 0; change < 3; change++) {
                int sector = random.nextInt(Math.min(8, (real.length - 4) / 516));
                int at = 4 + sector * 516 + random.nextInt(change == 0 ? 516 : 128);
                mutant[at] = (byte) (random.nextBoolean() ? 0xFF : random.nextInt(256));
            }
            Files.write(place.resolve(name + "-mutant-" + i), mutant);
        }
    }
}
