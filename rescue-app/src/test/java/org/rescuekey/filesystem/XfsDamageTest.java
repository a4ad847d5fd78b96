package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.filesystem.XfsFixture.Structure;
import org.rescuekey.units.SectorSize;

/** XFS volumes that are not mapped: what they say of themselves is unknown, unfinished or wrong. Nothing is mounted. */
class XfsDamageTest {
    private static final String VERSION_4 = "16384 -m crc=0 -b size=512";
    private static final String VERSION_5 = "17408 -b size=1024";

    @TempDir
    Path folder;

    private Path volume;

    @BeforeEach
    void name() {
        volume = folder.resolve("xfs.img");
    }

    // offset in the superblock, value of four bytes there, what the reason says
    @ParameterizedTest
    @CsvSource({
        "216, 0x0000020b, It is divided into zones",
        "216, 0x0000040b, It is divided into zones",
        "216, 0x8000080b, incompat bits 11 and 31",
        "212, 0x0000001d, ro_compat bit 4",
        "220, 0x00000002, log_incompat bit 1",
        "216, 0x0000001b, has to be repaired",
        "124, 0x0f000100, was not finished",
        "48, 0x00000000, on another device",
        "100, 0xb4a60200, version of XFS (6)",
    })
    void featuresThatAreNotUnderstood(int offset, String word, String reason) throws IOException {
        XfsFixture.make(volume, VERSION_5);
        patch(offset, word);
        if (offset == 48) {
            patch(52, word);
        }
        XfsFixture.seal(volume, 0, 512, Structure.SUPERBLOCK);

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.raw()).isTrue();
        assertThat(map.reason()).contains(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "200, 0x0000019a, features2 bits 4 and 8",
        "204, 0x0000018b, features2 bits 0 and 8",
        "100, 0xb6a40200, version bit 9",
        "100, 0x94a40200, version of XFS (4)",
        "100, 0xb4a30200, version of XFS (3)",
    })
    void featuresOfVersion4ThatAreNotUnderstood(int offset, String word, String reason) throws IOException {
        XfsFixture.make(volume, VERSION_4);
        patch(offset, word);

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason()).contains(reason);
    }

    /** Exchange of ranges, parent pointers, a directory of metadata: newer than the tools, but they own no free space. */
    @Test
    void newerFeaturesThatLeaveFreeSpaceAlone() throws IOException {
        XfsFixture.make(volume, VERSION_5);
        UsedMap before = UsedMapCheck.map(volume, SectorSize.SECTOR_512);
        patch(216, "0x000001eb");
        patch(208, "0x00000010");
        XfsFixture.seal(volume, 0, 512, Structure.SUPERBLOCK);

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512)).isEqualTo(before);
    }

    @Test
    void volumeThatHasToBeRepairedHasErrors() throws IOException {
        XfsFixture.make(volume, VERSION_5);
        patch(216, "0x0000001b");
        XfsFixture.seal(volume, 0, 512, Structure.SUPERBLOCK);

        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).states())
                .containsExactly(VolumeState.HAS_ERRORS);
    }

    @Test
    void logOnAnotherDevice() throws IOException {
        Path log = folder.resolve("log.img");
        Tool.run("truncate", "-s", "32M", log);
        XfsFixture.make(volume, VERSION_5 + " -l logdev=" + log);

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason()).contains("log is on another device");
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).states())
                .isEmpty();
    }

    @Test
    void volumeThatExceedsItsDeviceIsRaw() throws IOException {
        XfsFixture.make(volume, VERSION_5);
        Tool.run("truncate", "-s", "17407K", volume);

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason())
                .contains("expected a volume of at most 17,824,768 bytes");
    }

    /** A changed bit in what has a checksum, wherever it is. */
    @ParameterizedTest
    @CsvSource({
        "superblock, 148, XFS superblock",
        "superblock, 400, XFS superblock",
        "group, 49, XFS free-space header of group 0",
        "group, 500, XFS free-space header of group 0",
        "tree, 60, XFS free-space tree",
        "tree, 1000, XFS free-space tree",
    })
    void checksumThatFails(String structure, int offset, String what) throws IOException {
        XfsFixture.make(volume, VERSION_5);
        long start =
                switch (structure) {
                    case "superblock" -> 0;
                    case "group" -> 512;
                    default -> XfsFixture.rootOffset(volume, 0);
                };
        byte[] old = XfsFixture.read(volume, start + offset, 1);
        XfsFixture.write(volume, start + offset, (byte) (old[0] ^ 4));

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason())
                .contains("is damaged", what, "expected the checksum");
    }

    // group header or tree block, offset, value of four bytes there, what is expected there
    @ParameterizedTest
    @CsvSource({
        "group, 0, 0x58414747, its mark",
        "group, 4, 0x00000002, version 1",
        "group, 8, 0x00000001, its number",
        "group, 12, 0x00001000, a length of",
        "group, 16, 0x7fffffff, a root inside the group",
        "group, 28, 0x0000000a, 1 to 9 levels",
        "group, 52, 0x00000001, 1 free blocks",
        "group, 64, 0x00000001, 12345678-1234-1234-1234-123456789abc",
        "tree, 0, 0x41423343, the mark of the tree",
        "tree, 4, 0x00010001, level 0",
        "tree, 4, 0x0000ffff, 0 to 121 entries",
        "tree, 8, 0x00000005, its siblings",
        "tree, 12, 0x00000005, the last block of a level",
        "tree, 20, 0x00000005, its own place",
        "tree, 32, 0x00000005, the UUID of the volume",
        "tree, 48, 0x00000005, its own group",
        "tree, 56, 0x00000001, beside the headers and the log",
        "tree, 56, 0xfffffff0, a free extent behind block 0",
        "tree, 60, 0x00000000, a free extent behind block 0",
        "tree, 60, 0x00010000, a free extent behind block 0",
        "tree, 60, 0x00000001, free blocks",
    })
    void fieldThatIsWrongThoughTheChecksumFits(String structure, int offset, String word, String expected)
            throws IOException {
        XfsFixture.make(volume, VERSION_5);
        boolean inGroup = structure.equals("group");
        long start = inGroup ? 512 : XfsFixture.rootOffset(volume, 0);
        XfsFixture.write(volume, start + offset, word(word));
        XfsFixture.seal(volume, start, inGroup ? 512 : 1024, inGroup ? Structure.GROUP : Structure.TREE);

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason()).contains("is damaged", expected);
    }

    /** The same without checksums, where nothing but the sums of the trees tells. */
    @ParameterizedTest
    @CsvSource({
        "group, 52, 0x00000001, 1 free blocks",
        "tree, 0, 0x41423342, the mark of the tree",
        "tree, 16, 0x00000002, beside the headers and the log",
        "tree, 20, 0x00000002, free blocks",
    })
    void fieldThatIsWrongWithoutChecksums(String structure, int offset, String word, String expected)
            throws IOException {
        XfsFixture.make(volume, VERSION_4);
        long start = structure.equals("group") ? 512 : XfsFixture.rootOffset(volume, 0);
        XfsFixture.write(volume, start + offset, word(word));

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason()).contains("is damaged", expected);
    }

    /** The log of an empty volume stands in its free space: a tree that says that is free is wrong. */
    @Test
    void freeExtentOverTheLog() throws IOException {
        XfsFixture.make(volume, VERSION_4);
        long log = XfsFixture.number(volume, "sb 0", "logstart");
        byte[] record = ByteBuffer.allocate(8).putInt((int) log).putInt(4).array();
        XfsFixture.write(volume, XfsFixture.rootOffset(volume, 0) + 16, record);

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason()).contains("beside the headers and the log");
    }

    /** A superblock of which no field can be believed leaves only the kind. */
    @ParameterizedTest
    @CsvSource({
        "4, 0x00000300",
        "84, 0x00000000",
        "84, 0xffffffff",
        "88, 0x00000000",
        "88, 0x00000002",
        "88, 0xffffffff",
        "8, 0x00000001",
        "12, 0x00000001",
        "100, 0xb4a50300",
        "104, 0x02000003",
        "120, 0x0a0a0901",
        "124, 0x10000000",
        "48, 0x00100000",
        "96, 0x7fffffff",
    })
    void superblockThatContradictsItself(int offset, String word) throws IOException {
        XfsFixture.make(volume, VERSION_5);
        patch(offset, word);

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason()).contains("is damaged", "XFS superblock");
        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);
        assertThat(info.type()).isEqualTo(FileSystemType.XFS);
        assertThat(info.notes()).hasSize(1).first().asString().contains("could not be read");
        assertThat(List.of(info.label(), info.identity())).containsOnly("");
    }

    private void patch(int offset, String word) throws IOException {
        XfsFixture.write(volume, offset, word(word));
    }

    private static byte[] word(String word) {
        return ByteBuffer.allocate(4).putInt(Long.decode(word).intValue()).array();
    }
}
