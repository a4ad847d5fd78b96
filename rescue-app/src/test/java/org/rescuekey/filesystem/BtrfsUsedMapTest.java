package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.units.SectorSize;

/** Maps of Btrfs volumes made by mkfs.btrfs, against the extents that its tools list, and checked by these. */
class BtrfsUsedMapTest {
    @TempDir
    static Path files;

    @TempDir
    Path folder;

    /** Another one each time: mkfs.btrfs refuses one that any device of the machine has. */
    private final String uuid = UUID.randomUUID().toString();

    @BeforeAll
    static void makeFiles() throws IOException {
        FileTree.make(files, 5, 40, 200_000);
    }

    // size in MiB, then the arguments of mkfs.btrfs
    @ParameterizedTest
    @ValueSource(
            strings = {
                "128 -d single -m dup",
                "129 -d single -m dup -R ^free-space-tree",
                "48 -d single -m single",
                "48 -d single -m single -n 4096",
                "64 -d single -m single -n 65536",
                "48 -d single -m single -R ^free-space-tree",
                "48 -d single -m single --csum xxhash",
                "48 -d single -m single --csum sha256",
                "48 -d single -m single --csum blake2",
                "48 -d single -m single -O ^no-holes,^extref,^skinny-metadata",
                "48 -d single -m single -O ^skinny-metadata -R ^free-space-tree",
                "32 -M -d single -m single",
                "200 -M -d dup -m dup",
                "32 -M -d single -m single -n 4096 -R ^free-space-tree",
                "180 -d dup -m dup",
                "80 -d single -m single -R quota",
            })
    void mapCoversAllThatIsInUse(String recipe) throws IOException {
        Path volume = make(recipe, files);

        UsedMap map = UsedMapCheck.check(volume, SectorSize.SECTOR_512, this::checkVolume);

        assertThat(map.used()).isEqualTo(BtrfsFixture.usedByTool(volume, 1));
        assertThat(map.used().totalBytes()).isLessThan(Files.size(volume) / 2);
        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);
        assertThat(info)
                .isEqualTo(new VolumeInfo(
                        FileSystemType.BTRFS, "rescue me", uuid, 4096, Files.size(volume), Set.of(), List.of()));
    }

    private Path make(String recipe, Path content) throws IOException {
        List<String> words = new ArrayList<>(List.of(recipe.split(" ", -1)));
        int megabytes = Integer.parseInt(words.removeFirst());
        words.addAll(List.of("-L", "rescue me", "-U", uuid));
        words.addAll(List.of("--rootdir", content.toString()));
        return BtrfsFixture.make(folder.resolve("btrfs.img"), megabytes, words.toArray());
    }

    private void checkVolume(Path volume) throws IOException {
        Tool.run("btrfs", "check", "--readonly", "--check-data-csum", volume);
        Path copy = Files.createTempDirectory(folder, "copy");
        Tool.run("btrfs", "restore", volume, copy);
        Map<String, Long> expected = FileTree.checksums(files);
        assertThat(expected).hasSize(40);
        assertThat(FileTree.checksums(copy)).isEqualTo(expected);
    }
}
