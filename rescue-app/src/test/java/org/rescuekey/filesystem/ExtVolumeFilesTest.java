package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.device.FileDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.filesystem.files.DirectoryListing;
import org.rescuekey.filesystem.files.FileOnVolume;
import org.rescuekey.filesystem.files.FileRun;
import org.rescuekey.filesystem.files.InPlaceEdit;
import org.rescuekey.filesystem.files.VolumeFiles;
import org.rescuekey.units.SectorSize;

/** Files of ext2, ext3 and ext4 found by path, read by their runs and edited in place, against debugfs and e2fsck. */
class ExtVolumeFilesTest {
    private static final int LIMIT_BYTES = 1 << 20;
    private static final byte[] ONE = {1};
    private static final String LONG_TARGET = "../" + "a/long/way/".repeat(12) + "target";

    @TempDir
    Path folder;

    private final Map<String, byte[]> contents = new TreeMap<>();

    private Path make(String type, String features, int blockBytes) throws IOException {
        Path volume = folder.resolve("volume.img");
        Path files = Files.createDirectories(folder.resolve("files"));
        Random random = new Random(blockBytes);
        write(files, "etc/fstab", bytes(random, 700));
        write(files, "boot/grub/grub.cfg", bytes(random, 30_000));
        write(files, "etc/small", bytes(random, 40));
        write(files, "etc/Fstab", bytes(random, 33));
        write(files, "empty", new byte[0]);
        for (int i = 0; i < 900; i++) {
            write(files, "usr/share/many/a file with quite a long name, number " + i, new byte[] {(byte) (i | 1)});
        }
        for (int i = 0; i < 30; i++) {
            Files.write(Files.createDirectories(files.resolve("gaps")).resolve("gap" + i), new byte[5000]);
        }
        Files.createSymbolicLink(files.resolve("bin"), Path.of("usr/bin"));
        Files.createSymbolicLink(files.resolve("etc/far"), Path.of(LONG_TARGET));
        try (FileChannel channel =
                FileChannel.open(files.resolve("sparse"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            // Behind what two levels of blocks of 1 KiB map.
            channel.write(ByteBuffer.wrap(bytes(random, 3000)), 0);
            channel.write(ByteBuffer.wrap(bytes(random, 3000)), 900_000);
            channel.write(ByteBuffer.wrap(bytes(random, 3000)), 70 << 20);
        }
        Tool.run("mke2fs", "-q", "-F", "-t", type, "-b", blockBytes, "-O", features, "-d", files, volume, "48M");
        for (int i = 0; i < 30; i += 2) {
            Tool.run("debugfs", "-w", "-R", "rm /gaps/gap" + i, volume);
        }
        byte[] large = bytes(random, 400_000);
        Path file = Files.write(folder.resolve("large"), large);
        Tool.run("debugfs", "-w", "-R", "write " + file + " large", volume);
        contents.put("/large", large);
        // Makes trees of hashes of large directories.
        assertThat(Tool.start("e2fsck", "-fyD", volume).status()).isLessThan(2);
        return volume;
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private void write(Path files, String path, byte[] content) throws IOException {
        Path file = files.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        contents.put("/" + path, content);
    }

    @ParameterizedTest
    @CsvSource({
        "ext4, 'metadata_csum,64bit', 1024",
        "ext4, '^metadata_csum,^dir_index', 4096",
        "ext4, bigalloc, 1024",
        "ext3, none, 1024",
        "ext2, none, 1024",
        "ext2, 'filetype,dir_index', 4096",
    })
    void filesAreFoundReadAndEdited(String type, String features, int blockBytes) throws IOException {
        Path volume = make(type, features, blockBytes);
        Random random = new Random(5);
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            VolumeFiles files = Volumes.files(device).orElseThrow();
            for (Map.Entry<String, byte[]> each : contents.entrySet()) {
                FileOnVolume file = files.find(each.getKey()).orElseThrow();
                assertThat(file.path()).isEqualTo(each.getKey());
                assertThat(file.read(LIMIT_BYTES)).as(each.getKey()).isEqualTo(each.getValue());
                assertThat(file.whyNotInPlace()).isEmpty();
                if (each.getValue().length > 3) {
                    InPlace.apply(volume, file, InPlace.byChance(random, each.getValue(), 3));
                }
            }
            FileOnVolume large = files.find("/large").orElseThrow();
            assertThat(blocks(large, blockBytes)).isEqualTo(blocksByDebugfs(volume, "/large"));
            FileOnVolume sparse = files.find("/sparse").orElseThrow();
            assertThat(sparse.runs()).hasSizeGreaterThan(2);
            assertThat(blocks(sparse, blockBytes)).isEqualTo(blocksByDebugfs(volume, "/sparse"));
            assertThat(sparse.read(80 << 20)).isEqualTo(Files.readAllBytes(folder.resolve("files/sparse")));
            DirectoryListing many = files.list("/usr/share/many", 1000).orElseThrow();
            assertThat(many.complete()).isTrue();
            assertThat(many.names()).hasSize(900);
            assertThat(new HashSet<>(files.list("/", 100).orElseThrow().names()))
                    .isEqualTo(Set.of(
                            new DirectoryListing.Name("etc", true),
                            new DirectoryListing.Name("boot", true),
                            new DirectoryListing.Name("usr", true),
                            new DirectoryListing.Name("gaps", true),
                            new DirectoryListing.Name("lost+found", true),
                            new DirectoryListing.Name("bin", false),
                            new DirectoryListing.Name("empty", false),
                            new DirectoryListing.Name("sparse", false),
                            new DirectoryListing.Name("large", false)));
            assertThat(files.list("/usr/share/many", 899).orElseThrow().complete())
                    .isFalse();
        }
        for (Map.Entry<String, byte[]> each : contents.entrySet()) {
            if (each.getValue().length > 3) {
                Path out = folder.resolve("out");
                Tool.run("debugfs", "-R", "dump " + each.getKey() + " " + out, volume);
                assertThat(out).hasBinaryContent(each.getValue());
            }
        }
        Tool.run("e2fsck", "-fn", volume);
    }

    private static Set<Long> blocks(FileOnVolume file, int blockBytes) {
        Set<Long> blocks = new HashSet<>();
        for (FileRun run : file.runs()) {
            for (long at = run.volumeOffsetBytes(); at < run.extent().end(); at += blockBytes) {
                blocks.add(at / blockBytes);
            }
        }
        return blocks;
    }

    /** Blocks of the map itself are among them with older volumes. */
    private static Set<Long> blocksByDebugfs(Path volume, String path) {
        Set<Long> blocks = Arrays.stream(
                        Tool.run("debugfs", "-R", "blocks " + path, volume).split("\\s+"))
                .filter(word -> word.matches("\\d+"))
                .map(Long::valueOf)
                .collect(Collectors.toCollection(HashSet::new));
        String stat = Tool.run("debugfs", "-R", "stat " + path, volume);
        Pattern.compile("\\([A-Z0-9+]*(?:IND|ETB)[0-9]*\\):(\\d+)")
                .matcher(stat)
                .results()
                .forEach(match -> blocks.remove(Long.valueOf(match.group(1))));
        return blocks;
    }

    @ParameterizedTest
    @CsvSource({"ext4, 'metadata_csum', 1024", "ext2, none, 1024"})
    void linksHolesAndOtherCases(String type, String features, int blockBytes) throws IOException {
        Path volume = make(type, features, blockBytes);
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            VolumeFiles files = Volumes.files(device).orElseThrow();
            FileOnVolume bin = files.find("/bin/sh").orElseThrow();
            assertThat(bin.kind()).isEqualTo(FileOnVolume.Kind.LINK);
            assertThat(bin.path()).isEqualTo("/bin");
            assertThat(bin.linkTarget()).isEqualTo("usr/bin");
            assertThat(bin.whyNotInPlace()).isEqualTo("/bin is a link to usr/bin.");
            assertThat(files.find("/etc/far").orElseThrow().linkTarget()).isEqualTo(LONG_TARGET);
            FileOnVolume sparse = files.find("/sparse").orElseThrow();
            assertThat(sparse.whyNotInPlace()).isEqualTo("/sparse is sparse: parts of it have no place on the volume.");
            assertThat(sparse.read(80 << 20)).isEqualTo(Files.readAllBytes(folder.resolve("files/sparse")));
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> sparse.onVolume(List.of(new InPlaceEdit(0, ONE, ONE))));
            for (String path :
                    List.of("/ETC/fstab", "/etc/nothing", "/etc/.", "/etc/..", "/etc/fstab/x", "/gaps/gap2")) {
                assertThat(files.find(path)).as(path).isEmpty();
            }
            assertThat(files.find("/").orElseThrow().kind()).isEqualTo(FileOnVolume.Kind.DIRECTORY);
            assertThat(files.list("/etc/fstab", 10)).isEmpty();
        }
    }

    /** Small files and directories stand in their inodes: the latter are looked into. */
    @Test
    void inlineData() throws IOException {
        Path volume = make("ext4", "inline_data", 1024);
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            VolumeFiles files = Volumes.files(device).orElseThrow();
            assertThat(files.find("/boot/grub/grub.cfg").orElseThrow().read(LIMIT_BYTES))
                    .isEqualTo(contents.get("/boot/grub/grub.cfg"));
            FileOnVolume small = files.find("/etc/small").orElseThrow();
            assertThat(small.whyNotInPlace()).isEqualTo("/etc/small stands in its inode, which is not looked at here.");
            assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> small.read(LIMIT_BYTES));
        }
    }

    /** What was given its place but never written reads as zero, whatever stands there. */
    @Test
    void unwrittenExtents() throws IOException {
        Path volume = make("ext4", "metadata_csum", 1024);
        Tool.run("debugfs", "-w", "-R", "fallocate /empty 0 9", volume);
        Tool.run("debugfs", "-w", "-R", "set_inode_field /empty size 10240", volume);
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            FileOnVolume file =
                    Volumes.files(device).orElseThrow().find("/empty").orElseThrow();
            assertThat(file.sizeBytes()).isEqualTo(10_240);
            assertThat(file.runs()).isEmpty();
            assertThat(file.read(LIMIT_BYTES)).isEqualTo(new byte[10_240]);
            assertThat(file.whyNotInPlace()).contains("is sparse");
        }
    }

    @Test
    void anInodeWhoseChecksumIsWrongIsDamage() throws IOException {
        Path volume = make("ext4", "metadata_csum", 1024);
        String where = Tool.run("debugfs", "-R", "imap /etc/fstab", volume);
        long block = ExtFixture.number(where, "located at block (\\d+)");
        Matcher offset = Pattern.compile("offset 0x([0-9a-f]+)").matcher(where);
        assertThat(offset.find()).isTrue();
        ExtFixture.patch(volume, block * 1024 + Long.parseLong(offset.group(1), 16) + 8, time -> time + 1);
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            VolumeFiles files = Volumes.files(device).orElseThrow();
            assertThatExceptionOfType(MalformedDataException.class)
                    .isThrownBy(() -> files.find("/etc/fstab"))
                    .withMessageContaining("checksum");
            assertThat(files.find("/etc/small")).isPresent();
        }
    }
}
