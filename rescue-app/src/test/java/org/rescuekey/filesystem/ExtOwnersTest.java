package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.FileDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.owners.Owner;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** What blocks of ext volumes belong to, against icheck and ncheck of debugfs and against what the sectors say themselves. */
final class ExtOwnersTest {
    private static final int BLOCKS = 250;

    @TempDir
    Path folder;

    private Path files;

    @BeforeEach
    void makeFiles() throws IOException {
        files = Files.createDirectory(folder.resolve("files"));
        SignedFiles.tree(files, 90, 30_000);
        SignedFiles.write(files, "/large", 1_500_000);
        // More extents than a tree of one level holds, with blocks of 1 KiB and of 4 KiB.
        SignedFiles.writeWithHoles(files, "/with holes", 500, 4096);
        for (int i = 0; i < 400; i++) {
            SignedFiles.write(files, "/many files/number %04d of a directory with many blocks".formatted(i), 40);
        }
        SignedFiles.write(files, "/attributes", 5000);
        Tool.run("setfattr", "-n", "user.large", "-v", "x".repeat(900), files.resolve("attributes"));
        Files.createSymbolicLink(files.resolve("short link"), Path.of("large"));
        Files.createSymbolicLink(files.resolve("long link"), Path.of("a/".repeat(100)));
        Files.createLink(files.resolve("zz another name of large"), files.resolve("large"));
        Tool.run("mkfifo", files.resolve("pipe"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "24576 -t ext2 -b 1024",
                "24576 -t ext2 -b 4096 -I 128",
                "32768 -t ext3 -b 1024",
                "24576 -t ext4 -b 1024",
                "32768 -t ext4 -b 4096",
                "24576 -t ext4 -b 4096 -I 256 -O inline_data",
                "24576 -t ext4 -b 1024 -I 1024 -O inline_data",
                "65536 -t ext4 -b 4096 -O bigalloc -C 16384",
                "32768 -t ext4 -b 1024 -O ^has_journal,^metadata_csum,^uninit_bg -g 4096",
                "32768 -t ext4 -b 1024 -O meta_bg,^resize_inode,^64bit -g 2048",
                "32768 -t ext4 -b 2048 -O ^flex_bg,^dir_index,quota -g 8192",
                "65536 -t ext4 -b 65536 -O ^has_journal",
            })
    void blocksBelongToWhatDebugfsSays(String recipe) throws IOException {
        Path volume = ExtFixture.make(folder.resolve("volume.img"), recipe, files);
        ExtFixture.debugfs(volume, "rm /folder\\ 1/a\\ file\\ with\\ quite\\ a\\ long\\ name\\ 5.data");
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            long blockBytes = ExtFixture.number(Tool.run("dumpe2fs", "-h", volume), "Block size: +(\\d+)");
            List<Long> blocks = usedBlocks(device, blockBytes);
            Map<Long, Long> inodes = icheck(volume, blocks);
            Map<Long, Set<String>> names = ncheck(volume, new HashSet<>(inodes.values()));
            names.put(2L, Set.of("/"));
            assertThat(names).hasSizeGreaterThan(8);
            for (long block : blocks) {
                Owners owners = Volumes.owners(
                        device, ExtentSet.of(new Extent(block * blockBytes, blockBytes)), SearchWatch.NONE);
                assertThat(owners.notes()).isEmpty();
                checkOne(block, owners, inodes.get(block), names, blockBytes);
            }
        }
    }

    private static void checkOne(
            long block, Owners owners, @Nullable Long inode, Map<Long, Set<String>> names, long blockBytes) {
        List<Owner> described = owners.named().stream()
                .filter(owner -> owner.part().equals("its inode"))
                .toList();
        List<Owner> owning = new ArrayList<>(owners.named());
        owning.removeAll(described);
        if (inode == null) {
            // Blocks in use that are no inode's are those of structures, or the rest of a cluster.
            assertThat(owning).as("block " + block).allMatch(owner -> owner.kind() == Owner.Kind.STRUCTURE);
        } else if (names.containsKey(inode)) {
            assertThat(owning).as("block " + block).hasSize(1);
            assertThat(owning.getFirst().name()).as("block " + block).isIn(names.get(inode));
            assertThat(owning.getFirst().bytes()).isEqualTo(blockBytes);
            assertThat(owners.ownerless().isEmpty()).isTrue();
        } else {
            assertThat(inode).isIn(3L, 4L, 7L, 8L);
            assertThat(owning).extracting(Owner::kind).contains(Owner.Kind.STRUCTURE);
        }
        if (!described.isEmpty()) {
            assertThat(owning.getFirst().name()).startsWith("the inode table of group");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "24576 -t ext2 -b 1024",
                "24576 -t ext4 -b 1024",
                "24576 -t ext4 -b 4096 -I 256 -O inline_data",
                "65536 -t ext4 -b 4096 -O bigalloc -C 16384",
            })
    void sectorsSayThemselvesWhoseTheyAre(String recipe) throws IOException {
        // Its sectors would be named by either name.
        Files.delete(files.resolve("zz another name of large"));
        // A small content in an inode is not a block's.
        Tool.run("rm", "-r", files.resolve("many files"));
        Path volume = ExtFixture.make(folder.resolve("volume.img"), recipe, files);
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            SignedFiles.check(device, 40, 900);
        }
    }

    @Test
    void filesWhoseInodesAreHitAreNamed() throws IOException {
        Path volume = ExtFixture.make(folder.resolve("volume.img"), "24576 -t ext4 -b 1024 -I 256", files);
        long table = ExtFixture.number(Tool.run("dumpe2fs", volume), "Inode table at (\\d+)");
        // Inodes 21 to 24.
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            Owners owners =
                    Volumes.owners(device, ExtentSet.of(new Extent((table + 5) * 1024, 1024)), SearchWatch.NONE);
            Map<Long, Set<String>> names = ncheck(volume, Set.of(21L, 22L, 23L, 24L));
            assertThat(owners.named().getFirst().label()).isEqualTo("the inode table of group 0");
            assertThat(owners.named().stream().skip(1).map(Owner::name).collect(Collectors.toSet()))
                    .isEqualTo(names.values().stream().flatMap(Set::stream).collect(Collectors.toSet()))
                    .hasSize(4);
            assertThat(owners.named().stream().skip(1))
                    .allMatch(owner -> owner.part().equals("its inode"));
        }
    }

    @Test
    void moreFilesThanAreNamedAreCounted() throws IOException {
        for (int i = 0; i < 1500; i++) {
            SignedFiles.write(files, "/more/" + i, 10);
        }
        Path volume = ExtFixture.make(folder.resolve("volume.img"), "49152 -t ext4 -b 1024 -N 4096", files);
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            Owners owners = Volumes.owners(device, ExtentSet.of(new Extent(0, 48 << 20)), SearchWatch.NONE);
            assertThat(owners.named()).hasSize(1000);
            try (Stream<Path> all = Files.walk(files)) {
                // With the structures, and the inodes without blocks; a file with two names counts once.
                assertThat(owners.named().size() + owners.others()).isGreaterThan(all.count() - 10);
            }
            assertThat(owners.complete()).isTrue();
        }
    }

    /** Blocks in use by chance, and some that follow them. */
    private static List<Long> usedBlocks(FileDevice device, long blockBytes) throws RescueException {
        ExtentSet used = Volumes.usedMap(device, PageFiles.KEPT).used();
        List<Long> blocks = new ArrayList<>();
        Random random = new Random(3);
        while (blocks.size() < Math.min(BLOCKS, used.totalBytes() / blockBytes / 2)) {
            Extent extent = used.get(random.nextInt(used.size()));
            long block = (extent.start() + random.nextLong(extent.length())) / blockBytes;
            if (!blocks.contains(block)) {
                blocks.add(block);
            }
        }
        return blocks;
    }

    private static Map<Long, Long> icheck(Path volume, List<Long> blocks) {
        String list = blocks.stream().map(String::valueOf).collect(Collectors.joining(" "));
        Map<Long, Long> inodes = new HashMap<>();
        Tool.run("debugfs", "-R", "icheck " + list, volume)
                .lines()
                .map(line -> line.split("\t", -1))
                .filter(words -> words.length == 2 && words[1].matches("\\d+"))
                .forEach(words -> inodes.put(Long.parseLong(words[0]), Long.parseLong(words[1])));
        return inodes;
    }

    private static Map<Long, Set<String>> ncheck(Path volume, Set<Long> inodes) {
        String list = inodes.stream().map(String::valueOf).collect(Collectors.joining(" "));
        Map<Long, Set<String>> names = new HashMap<>();
        String said = new String(
                Tool.run("debugfs", "-R", "ncheck " + list, volume).getBytes(StandardCharsets.ISO_8859_1),
                StandardCharsets.UTF_8);
        for (String line : said.split("\n", -1)) {
            String[] words = line.split("\t", 2);
            if (words.length == 2 && words[0].matches("\\d+")) {
                // It writes two slashes for what is in the root directory, and one for that itself.
                names.computeIfAbsent(Long.parseLong(words[0]), _ -> new HashSet<>())
                        .add(words[1].replaceFirst("^/+", "/"));
            }
        }
        return names;
    }
}
