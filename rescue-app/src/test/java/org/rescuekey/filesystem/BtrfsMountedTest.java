package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** Maps of Btrfs volumes that the kernel wrote to; it mounts what is made of them, read-only, and scrubs it. Needs root. */
@Tag("loop")
class BtrfsMountedTest {
    @TempDir
    Path folder;

    /** What a test does with a mounted volume. */
    @FunctionalInterface
    private interface Work {
        void with(Path place) throws IOException;
    }

    // size in MiB, options of mount, then the arguments of mkfs.btrfs
    @ParameterizedTest
    @ValueSource(
            strings = {
                "256 compress=zstd -d single -m dup",
                "128 compress=lzo,space_cache=v1 -d single -m single -R ^free-space-tree",
                "128 nodatacow -M -d single -m single -n 4096",
                "160 compress=none -d single -m single -n 65536 --csum blake2",
            })
    void volumeInUse(String recipe) throws IOException {
        List<String> words = new ArrayList<>(List.of(recipe.split(" ", -1)));
        int megabytes = Integer.parseInt(words.removeFirst());
        String options = words.removeFirst();
        Path volume = BtrfsFixture.make(folder.resolve("btrfs.img"), megabytes, words.toArray());
        Map<String, Long> expected = new TreeMap<>();
        mounted(volume, options, place -> {
            fill(place);
            expected.putAll(FileTree.checksums(place));
        });
        mounted(volume, options, place -> assertThat(FileTree.checksums(place)).isEqualTo(expected));

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, copy -> checkVolume(copy, expected));

        assertThat(expected.size()).isGreaterThan(60);
        assertThat(map.used()).isEqualTo(BtrfsFixture.usedByTool(volume, 1));
    }

    /** Free space in so many pieces that the tree keeps bitmaps of it. */
    @Test
    void fragmentedVolume() throws IOException {
        Path volume = BtrfsFixture.make(folder.resolve("btrfs.img"), 128, "-M", "-d", "single", "-m", "single");
        Map<String, Long> expected = fragment(volume);

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, copy -> checkVolume(copy, expected));

        assertThat(map.used().size()).isGreaterThan(1000);
        assertThat(map.used()).isEqualTo(BtrfsFixture.usedByTool(volume, 1));
    }

    /** A block group with many bitmaps: a free run that goes on from one into the next is one run. */
    @Test
    void fragmentedVolumeWithLargeBlockGroups() throws IOException {
        Path volume = BtrfsFixture.make(folder.resolve("btrfs.img"), 600, "-d", "single", "-m", "single");
        fragment(volume);
        assertThat(Pattern.compile("FREE_SPACE_BITMAP 8388608")
                        .matcher(BtrfsFixture.tree(volume, "10"))
                        .results()
                        .count())
                .isGreaterThan(3);

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.reason()).isEmpty();
        assertThat(map.used()).isEqualTo(BtrfsFixture.usedByTool(volume, 1));
    }

    @Test
    void fullVolume() throws IOException {
        Path volume = BtrfsFixture.make(folder.resolve("btrfs.img"), 64, "-M", "-d", "single", "-m", "single");
        Map<String, Long> expected = new TreeMap<>();
        mounted(volume, "compress=none", place -> {
            assertThat(Tool.start("dd", "if=/dev/urandom", "of=" + place.resolve("all"), "bs=64k", "status=none")
                            .status())
                    .isNotZero();
            expected.putAll(FileTree.checksums(place));
        });

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, copy -> checkVolume(copy, expected));

        assertThat(map.used().totalBytes()).isGreaterThan(40 << 20);
    }

    /** What a flushed file needs is in no tree but the log: a copy made while it is mounted, as after a power cut. */
    @Test
    void flushedFilesBeforeAPowerCut() throws IOException {
        Path volume = BtrfsFixture.make(folder.resolve("btrfs.img"), 128, "-d", "single", "-m", "single");
        Path cut = folder.resolve("cut.img");
        mounted(volume, "compress=none,commit=300", place -> {
            Tool.run("dd", "if=/dev/urandom", "of=" + place.resolve("a"), "bs=64k", "count=20", "status=none");
            Tool.run("sync", "-f", place);
            Tool.run(
                    "dd",
                    "if=/dev/urandom",
                    "of=" + place.resolve("b"),
                    "bs=64k",
                    "count=20",
                    "conv=fsync",
                    "status=none");
            Files.copy(volume, cut, StandardCopyOption.REPLACE_EXISTING);
        });
        assertThat(BtrfsFixture.superblock(cut, "log_root")).isPositive();

        UsedMap map = UsedMapCheck.map(cut, SectorSize.SECTOR_512);

        assertThat(map.raw()).isTrue();
        assertThat(map.reason()).contains("log was not replayed");
        assertThat(UsedMapCheck.recognise(cut, SectorSize.SECTOR_512).states())
                .containsExactly(VolumeState.NEEDS_JOURNAL_REPLAY);
    }

    /** A balance that was stopped half-way: no tree is wrong for it. */
    @Test
    void pausedBalance() throws IOException {
        Path volume = BtrfsFixture.make(folder.resolve("btrfs.img"), 512, "-d", "single", "-m", "dup");
        Map<String, Long> expected = new TreeMap<>();
        Path cut = folder.resolve("cut.img");
        mounted(volume, "compress=none", place -> {
            FileTree.make(place, 8, 60, 4_000_000);
            expected.putAll(FileTree.checksums(place));
            Tool.run("sync", "-f", place);
            boolean paused = false;
            for (int attempt = 0; attempt < 5 && !paused; attempt++) {
                paused = startAndPauseBalance(place);
            }
            Tool.run("sync", "-f", place);
            Tool.run("cp", "--sparse=always", volume, cut);
        });
        assertThat(BtrfsFixture.tree(cut, "root")).contains("BALANCE");

        UsedMap map = UsedMapCheck.check(cut, SectorSize.SECTOR_512, copy -> checkVolume(copy, expected));

        assertThat(map.used()).isEqualTo(BtrfsFixture.usedByTool(cut, 1));
        assertThat(UsedMapCheck.recognise(cut, SectorSize.SECTOR_512).notes())
                .containsExactly("A balance of it was begun and is not finished.");
    }

    /** Made by mkfs.btrfs 6.14 -O block-group-tree -d single -m dup of the files that FileTree makes from seed 7. */
    @Test
    void blockGroupTree() throws IOException {
        Path archive = folder.resolve("volume.tar.gz");
        try (var stored = BtrfsMountedTest.class.getResourceAsStream("btrfs-block-group-tree.tar.gz")) {
            assertThat(stored).isNotNull();
            Files.copy(stored, archive);
        }
        Tool.run("tar", "-xzf", archive, "-C", folder);
        Path volume = folder.resolve("btrfs-block-group-tree.img");
        Map<String, Long> expected =
                FileTree.checksums(FileTree.make(Files.createDirectory(folder.resolve("files")), 7, 8, 6000));

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, copy -> checkVolume(copy, expected));

        assertThat(map.used()).isEqualTo(BtrfsFixture.usedByTool(volume, 1));
    }

    /** Once it is finished a replacement does not matter; while it is going on, what both devices hold is in doubt. */
    @Test
    void replacedDevice() throws IOException {
        Path first = BtrfsFixture.make(folder.resolve("first.img"), 160, "-d", "single", "-m", "single");
        Path second = folder.resolve("second.img");
        Tool.run("truncate", "-s", "160M", second);
        String target = Tool.run("losetup", "--find", "--show", second).strip();
        try {
            mounted(first, "compress=none", place -> {
                FileTree.make(place, 3, 20, 100_000);
                Tool.run("sync", "-f", place);
                Tool.run("btrfs", "replace", "start", "-B", "-f", "1", target, place);
            });
        } finally {
            Tool.run("losetup", "--detach", target);
        }
        UsedMap map = UsedMapCheck.map(second, SectorSize.SECTOR_512);
        assertThat(map.reason()).isEmpty();
        assertThat(map.used()).isEqualTo(BtrfsFixture.usedByTool(second, 1));

        int suspended = 4;
        for (long place : BtrfsFixture.placesOfRoot(second, "device")) {
            BtrfsFixture.change(
                    second,
                    new Extent(place, 16_384),
                    leaf -> leaf.putLong(BtrfsFixture.find(leaf, 250) + 32, suspended));
        }

        assertThat(UsedMapCheck.map(second, SectorSize.SECTOR_512).reason())
                .contains("replacement of one of its devices");
    }

    // the profiles of data and metadata over two devices
    @ParameterizedTest
    @ValueSource(strings = {"single raid1", "raid1 raid1", "raid0 raid1", "raid10 raid1", "raid5 raid1"})
    void twoDevices(String profiles) throws IOException {
        String[] words = profiles.split(" ", -1);
        Path first = makeTwo(words[0], words[1]);
        Path second = folder.resolve("second.img");
        Map<String, Long> expected = new TreeMap<>();
        mountedTwo(first, second, "compress=none", place -> {
            FileTree.make(place, 9, 40, 500_000);
            expected.putAll(FileTree.checksums(place));
        });

        ExtentSet firstUsed = poisonFree(first);
        ExtentSet secondUsed = poisonFree(second);

        mountedTwo(first, second, "ro", place -> {
            assertThat(FileTree.checksums(place)).isEqualTo(expected);
            Tool.run("btrfs", "scrub", "start", "-B", "-r", place);
        });
        assertThat(firstUsed.totalBytes()).isLessThan(Files.size(first) * 3 / 4);
        assertThat(secondUsed.totalBytes()).isLessThan(Files.size(second) * 3 / 4);
        assertThat(UsedMapCheck.recognise(first, SectorSize.SECTOR_512).notes())
                .containsExactly("It is one of 2 devices of its file system.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"raid0", "single"})
    void metadataOnOtherDevicesMakesTheMapRaw(String profile) throws IOException {
        Path first = makeTwo("single", profile);
        UsedMap one = UsedMapCheck.map(first, SectorSize.SECTOR_512);
        UsedMap other = UsedMapCheck.map(folder.resolve("second.img"), SectorSize.SECTOR_512);

        assertThat(List.of(one.reason(), other.reason())).anyMatch(reason -> reason.contains("is on others"));
    }

    /** Tells whether the balance was stopped before it came to its end by itself. */
    private boolean startAndPauseBalance(Path place) throws IOException {
        Process balance = new ProcessBuilder("btrfs", "balance", "start", "--full-balance", place.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("balance.txt").toFile())
                .start();
        boolean paused = false;
        while (balance.isAlive() && !paused) {
            paused = Tool.start("btrfs", "balance", "pause", place).status() == 0;
        }
        balance.onExit().join();
        return paused;
    }

    /** Small files, each in an extent of its own, and then every second one of them away. */
    private Map<String, Long> fragment(Path volume) throws IOException {
        Map<String, Long> expected = new TreeMap<>();
        mounted(volume, "max_inline=0", place -> {
            for (int i = 0; i < 4000; i++) {
                Files.write(place.resolve("f" + i), new byte[] {(byte) i, 1, 2, 3});
            }
            Tool.run("sync", "-f", place);
            for (int i = 0; i < 4000; i += 2) {
                Files.delete(place.resolve("f" + i));
            }
            expected.putAll(FileTree.checksums(place));
        });
        assertThat(BtrfsFixture.tree(volume, "10")).contains("FREE_SPACE_BITMAP");
        return expected;
    }

    private Path makeTwo(String data, String metadata) throws IOException {
        Path first = folder.resolve("first.img");
        Path second = folder.resolve("second.img");
        Tool.run("truncate", "-s", "320M", first, second);
        Tool.run("mkfs.btrfs", "-q", "-f", "-d", data, "-m", metadata, first, second);
        return first;
    }

    private static ExtentSet poisonFree(Path volume) throws IOException {
        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);
        assertThat(map.reason()).isEmpty();
        UsedMapCheck.overwriteFree(volume, map.used());
        return map.used();
    }

    /** Files of all kinds: a subvolume with a snapshot, shared and compressed extents, holes, and gaps where files were. */
    private static void fill(Path place) throws IOException {
        Path live = place.resolve("live");
        Tool.run("btrfs", "subvolume", "create", live);
        FileTree.make(live, 5, 40, 200_000);
        Files.write(live.resolve("zeros"), new byte[300_000]);
        Tool.run("cp", "--reflink=always", live.resolve("zeros"), live.resolve("shared"));
        Tool.run("truncate", "-s", "5M", live.resolve("sparse"));
        Tool.run("fallocate", "-l", "1M", live.resolve("reserved"));
        Tool.run("sync", "-f", place);
        Tool.run("btrfs", "subvolume", "snapshot", "-r", live, place.resolve("snapshot"));
        for (int i = 0; i < 40; i += 3) {
            Files.delete(live.resolve("folder" + i % 5).resolve("file number " + i + ".bin"));
        }
        Tool.run("sync", "-f", place);
    }

    private void checkVolume(Path volume, Map<String, Long> expected) throws IOException {
        Tool.run("btrfs", "check", "--readonly", "--check-data-csum", volume);
        mounted(volume, "ro", place -> {
            assertThat(FileTree.checksums(place)).isEqualTo(expected);
            Tool.run("btrfs", "scrub", "start", "-B", "-r", place);
        });
    }

    private void mounted(Path volume, String options, Work work) throws IOException {
        Path place = Files.createDirectories(folder.resolve("mounted"));
        Tool.run("mount", "-t", "btrfs", "-o", "loop," + options, volume, place);
        try {
            work.with(place);
        } finally {
            Tool.unmount(place);
        }
    }

    private void mountedTwo(Path first, Path second, String options, Work work) throws IOException {
        Path place = Files.createDirectories(folder.resolve("mounted"));
        String one = Tool.run("losetup", "--find", "--show", first).strip();
        String other = Tool.run("losetup", "--find", "--show", second).strip();
        try {
            Tool.run("mount", "-t", "btrfs", "-o", options + ",device=" + one + ",device=" + other, one, place);
            try {
                work.with(place);
            } finally {
                Tool.unmount(place);
            }
        } finally {
            Tool.run("losetup", "--detach", one);
            Tool.run("losetup", "--detach", other);
            Tool.start("btrfs", "device", "scan", "--forget");
        }
    }
}
