package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** Btrfs volumes that are not as they should be: each gives a raw map that says why, or the right one nevertheless. */
class BtrfsStateTest {
    private static final int NODE = 16_384;

    @TempDir
    Path folder;

    private Path volume;

    @BeforeEach
    void makeVolume() throws IOException {
        Path files = FileTree.make(Files.createDirectory(folder.resolve("files")), 6, 10, 30_000);
        volume = BtrfsFixture.make(folder.resolve("btrfs.img"), 128, "-d", "single", "-m", "dup", "--rootdir", files);
    }

    @Test
    void logThatWasNotReplayedIsAStateAndMakesTheMapRaw() throws IOException {
        BtrfsFixture.changeSuperblock(volume, bytes -> bytes.putLong(0x60, 30_703_616));

        checkRaw("Its log was not replayed");
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).states())
                .containsExactly(VolumeState.NEEDS_JOURNAL_REPLAY);
    }

    @Test
    void errorsAreAStateAndMakeTheMapRaw() throws IOException {
        BtrfsFixture.changeSuperblock(volume, bytes -> bytes.putLong(0x38, 1 | 4));

        checkRaw("It has errors");
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).states())
                .containsExactly(VolumeState.HAS_ERRORS);
    }

    @ParameterizedTest
    @CsvSource({
        "0xBC, 12, zoned",
        "0xBC, 13, extent-tree-v2",
        "0xBC, 14, raid-stripe-tree",
        "0xBC, 17, remap-tree",
        "0xBC, 40, incompat bit 40",
        "0xB4, 4, compat_ro bit 4",
        "0xAC, 0, compat bit 0"
    })
    void unknownFeaturesMakeTheMapRaw(String offset, int bit, String name) throws IOException {
        int at = Integer.decode(offset);
        BtrfsFixture.changeSuperblock(volume, bytes -> bytes.putLong(at, bytes.getLong(at) | 1L << bit));

        checkRaw("features that are not known here (" + name + ")");
    }

    @ParameterizedTest
    @ValueSource(ints = {33, 35, 36})
    void unknownFlagsMakeTheMapRaw(int bit) throws IOException {
        BtrfsFixture.changeSuperblock(volume, bytes -> bytes.putLong(0x38, 1 | 1L << bit));

        checkRaw("flags " + Long.toHexString(1L << bit));
    }

    @Test
    void seedIsRaw() throws IOException {
        Tool.run("btrfstune", "-f", "-S", "1", volume);

        checkRaw("a seed that other volumes build on");
    }

    @Test
    void changedIdentityDoesNotMatter() throws IOException {
        Tool.run("btrfstune", "-m", volume);

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);
        assertThat(map.reason()).isEmpty();
        assertThat(map.used()).isEqualTo(BtrfsFixture.usedByTool(volume, 1));
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).identity())
                .isEqualTo(Tool.run("blkid", "-p", "-s", "UUID", "-o", "value", volume)
                        .strip());
    }

    @Test
    void freeSpaceTreeThatIsNotValidIsNotUsed() throws IOException {
        for (long copy : BtrfsFixture.placesOfRoot(volume, "10")) {
            BtrfsFixture.write(volume, copy, new byte[NODE]);
        }
        checkRaw("Btrfs tree block");
        BtrfsFixture.changeSuperblock(volume, bytes -> bytes.putLong(0xB4, 1));

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.reason()).isEmpty();
        assertThat(map.used()).isEqualTo(BtrfsFixture.usedByTool(volume, 1));
    }

    @Test
    void bytesBehindTheVolumeAreUsed() throws IOException {
        Tool.run("truncate", "-s", "130M", volume);

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_4096);

        assertThat(map.used().contains(Extent.between(128 << 20, 130 << 20))).isTrue();
        assertThat(map.used()).isEqualTo(BtrfsFixture.usedByTool(volume, 1));
    }

    @Test
    void volumeThatExceedsItsDeviceIsRaw() throws IOException {
        Tool.run("truncate", "-s", (128 << 20) - 4096, volume);

        checkRaw("expected a device of at least 134217728 bytes");
    }

    @Test
    void damagedSuperblockIsRaw() throws IOException {
        BtrfsFixture.write(volume, BtrfsFixture.SUPERBLOCK + 0x130, new byte[] {1});

        checkRaw("Btrfs superblock at offset 65536: expected the checksum");
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).notes())
                .hasSize(1)
                .allMatch(note -> note.contains("could not be read"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunk", "root", "device", "extent", "10"})
    void oneDamagedCopyOfATreeIsEnoughToReadItFromTheOther(String tree) throws IOException {
        UsedMap before = UsedMapCheck.map(volume, SectorSize.SECTOR_512);
        List<Long> places = BtrfsFixture.placesOfRoot(volume, tree);
        assertThat(places).hasSize(2);
        BtrfsFixture.write(volume, places.getFirst() + 2000, new byte[] {77, 78, 79});

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512)).isEqualTo(before);

        BtrfsFixture.write(volume, places.getLast() + 2000, new byte[] {77, 78, 79});
        checkRaw("Btrfs tree block");
    }

    // the offset of a field of a block's header
    @ParameterizedTest
    @CsvSource({
        "0x20, identity",
        "0x30, its own address",
        "0x50, the generation",
        "0x58, a block of the tree",
        "0x64, the level",
        "0x63, as many entries as fit"
    })
    void blockThatIsNotTheOneAskedForIsRaw(int offset, String expected) throws IOException {
        changeTree("extent", bytes -> bytes.put(offset, (byte) (bytes.get(offset) ^ 0x7)));

        checkRaw(expected);
    }

    @Test
    void keysOutOfOrderAreRaw() throws IOException {
        changeTree("extent", bytes -> bytes.putLong(101 + 25, 1));

        checkRaw("a key above");
    }

    @Test
    void blockGroupThatSaysAnotherSumIsRaw() throws IOException {
        changeTree("extent", bytes -> {
            int item = BtrfsFixture.find(bytes, 192);
            bytes.putLong(item, bytes.getLong(item) + 4096);
        });

        checkRaw("bytes in use");
    }

    @Test
    void freeSpaceThatSaysAnotherCountIsRaw() throws IOException {
        // The first may be left over from a block group that mkfs.btrfs took away, so all of them are changed.
        changeTree("10", bytes -> {
            for (int i = 0; i < bytes.getInt(0x60); i++) {
                if ((bytes.get(101 + 25 * i + 8) & 0xFF) == 198) {
                    int item = 101 + bytes.getInt(101 + 25 * i + 17);
                    bytes.putInt(item, bytes.getInt(item) + 1);
                }
            }
        });

        checkRaw("free extents");
    }

    /** The same sum, but shifted, so that a tree block is said to be free. */
    @Test
    void treeBlockInFreeSpaceIsRaw() throws IOException {
        long extentTree = rootAddress("extent");
        changeTree("10", bytes -> {
            for (int i = 0; i < bytes.getInt(0x60); i++) {
                int entry = 101 + 25 * i;
                boolean isBehind = bytes.getLong(entry) > extentTree && bytes.getLong(entry) < extentTree + (32 << 20);
                if (bytes.get(entry + 8) == (byte) 199 && isBehind) {
                    bytes.putLong(entry, extentTree);
                    return;
                }
            }
            throw new AssertionError("no free extent behind the extent tree");
        });

        checkRaw("free space");
    }

    @Test
    void deviceTreeThatKnowsAnotherPlaceIsRaw() throws IOException {
        changeTree("device", bytes -> bytes.putLong(BtrfsFixture.find(bytes, 204) + 24, 4096));

        checkRaw("Btrfs device tree");
    }

    @Test
    void deviceWhoseSizeIsInDoubtIsRaw() throws IOException {
        changeTree("chunk", bytes -> bytes.putLong(BtrfsFixture.find(bytes, 216) + 8, 64 << 20));

        checkRaw("It is being resized");
    }

    @Test
    void volumeThatBuildsOnASeedIsRaw() throws IOException {
        changeTree("chunk", bytes -> bytes.putLong(BtrfsFixture.find(bytes, 216) + 82, 1));

        checkRaw("It builds on a seed");
    }

    private void changeTree(String tree, Consumer<ByteBuffer> change) throws IOException {
        for (long place : BtrfsFixture.placesOfRoot(volume, tree)) {
            BtrfsFixture.change(volume, new Extent(place, NODE), change);
        }
    }

    private long rootAddress(String tree) {
        String text = BtrfsFixture.tree(volume, tree);
        return Long.parseLong(text.replaceAll("(?s).*?leaf (\\d+) .*", "$1"));
    }

    private void checkRaw(String reason) throws IOException {
        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);
        assertThat(map.reason()).contains(reason);
        assertThat(map.raw()).isTrue();
    }
}
