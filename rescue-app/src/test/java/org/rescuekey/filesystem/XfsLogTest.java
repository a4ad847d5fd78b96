package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.units.SectorSize;

/**
 * Logs of XFS as a kernel and as tools write them, and what xfs_logprint says of them. A log that xfs_logprint calls
 * dirty must never be taken for clean, since what the free-space trees list may be in use then.
 */
@Tag("loop")
class XfsLogTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "20480 -b size=1024",
                "20480 -b size=1024 -l su=32k",
                "40960 -b size=4096 -l su=256k,size=18m",
                "24576 -b size=4096 -s size=4096",
                "204800 -b size=65536",
            })
    void everyUnmountIsCleanAndNothingInBetweenIs(String recipe) throws IOException {
        Path volume = XfsFixture.make(folder.resolve("xfs.img"), recipe);
        assertClean(volume);
        boolean large = recipe.contains("su=256k");
        for (int i = 0; i < 3; i++) {
            String name = "file" + i;
            XfsFixture.mounted(volume, large ? "logbsize=256k" : "rw", root -> {
                Files.write(root.resolve(name), new byte[50_000]);
                Tool.run("sync", "-f", root);
                Files.write(root.resolve(name + "b"), new byte[50_000]);
                Tool.run("xfs_io", "-c", "fsync", root.resolve(name + "b"));
                assertDirty(copy(volume));
            });
            assertClean(volume);
        }
    }

    /** The system stops with what it did last only in the log; then that log is replayed. */
    @Test
    void volumeOfASystemThatStopped() throws IOException {
        Path volume = XfsFixture.make(folder.resolve("xfs.img"), "20480 -b size=1024");
        XfsFixture.mounted(volume, "rw", root -> {
            Files.write(root.resolve("file"), new byte[50_000]);
            Tool.run("xfs_io", "-x", "-c", "shutdown -f", root);
        });
        assertDirty(volume);

        XfsFixture.mounted(volume, "rw", root -> {});

        assertClean(volume);
    }

    /** Many mounts with work in them, so that the log goes round several times and ends at many places. */
    @ParameterizedTest
    @ValueSource(strings = {"20480 -b size=1024", "20480 -b size=1024 -l su=32k"})
    void logThatWentRound(String recipe) throws IOException {
        Path volume = XfsFixture.make(folder.resolve("xfs.img"), recipe);
        Set<Long> cycles = new HashSet<>();
        for (int i = 0; i < 14; i++) {
            int number = i;
            XfsFixture.mounted(volume, "rw", root -> {
                String work = "mkdir d; cd d; touch $(seq 1 " + (700 + 37 * number) + "); sync -f .; cd ..; rm -r d";
                Tool.run("sh", "-c", "cd " + root + "; " + work + "; sync -f .; touch file; xfs_io -c fsync file");
                assertDirty(copy(volume));
            });
            assertClean(volume);
            long start = XfsFixture.number(volume, "sb 0", "logstart");
            byte[] head = XfsFixture.read(volume, start * 1024, 8);
            cycles.add((long) head[7]);
        }
        assertThat(cycles).as("cycles of the log").hasSizeGreaterThanOrEqualTo(2);
    }

    /** The header stands in the last sector, in the cycle before; what it heads stands in the first. */
    @ParameterizedTest
    @ValueSource(ints = {0x20, 0})
    void lastRecordThatGoesOverTheEndOfTheLog(int flags) throws IOException {
        Path volume = XfsFixture.make(folder.resolve("xfs.img"), "20480 -b size=1024");
        long start = XfsFixture.number(volume, "sb 0", "logstart") * 1024;
        int sectors = (int) XfsFixture.number(volume, "sb 0", "logblocks") * 2;
        byte[] header = XfsFixture.read(volume, start, 512);
        ByteBuffer log = ByteBuffer.allocate(sectors * 512);
        for (int i = 1; i < sectors; i++) {
            log.putInt(i * 512, 5);
        }
        log.put(0, XfsFixture.read(volume, start + 512, 512));
        log.putInt(0, 6);
        log.put(9, (byte) flags);
        int last = (sectors - 1) * 512;
        log.put(last, header);
        log.putInt(last + 4, 5);
        log.putInt(last + 16, 5);
        log.putInt(last + 20, sectors - 1);
        log.putInt(last + 24, 5);
        log.putInt(last + 28, 100);
        XfsFixture.write(volume, start, log.array());

        if (flags == 0) {
            assertDirty(volume);
        } else {
            assertClean(volume);
        }
    }

    @Test
    void logThatToolsMadeAnew() throws IOException {
        Path volume = XfsFixture.make(folder.resolve("xfs.img"), "20480 -b size=1024");
        XfsFixture.mounted(volume, "rw", root -> {
            Files.write(root.resolve("file"), new byte[50_000]);
            Tool.run("xfs_io", "-x", "-c", "shutdown -f", root);
        });
        Tool.run("xfs_repair", "-L", "-o", "force_geometry", volume);
        assertClean(volume);
        Tool.run("xfs_admin", "-U", "generate", volume);
        assertClean(volume);
        XfsFixture.mounted(volume, "rw", root -> {
            Files.write(root.resolve("another"), new byte[50_000]);
            Tool.run("xfs_io", "-c", "fsync", root.resolve("another"));
            assertDirty(copy(volume));
        });
        assertClean(volume);
    }

    @Test
    void logOfZerosIsNotClean() throws IOException {
        Path volume = XfsFixture.make(folder.resolve("xfs.img"), "20480 -b size=1024");
        long start = XfsFixture.number(volume, "sb 0", "logstart") * 1024;
        XfsFixture.write(volume, start, new byte[(int) XfsFixture.number(volume, "sb 0", "logblocks") * 1024]);

        checkDirty(volume);
    }

    /** Any sector out of order beside the head: a write that was under way. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 100, 4000})
    void sectorOutOfOrderIsNotClean(int sector) throws IOException {
        Path volume = XfsFixture.make(folder.resolve("xfs.img"), "20480 -b size=1024");
        long start = XfsFixture.number(volume, "sb 0", "logstart") * 1024;
        XfsFixture.write(volume, start + sector * 512L, (byte) 0, (byte) 0, (byte) 0, (byte) 1);

        checkDirty(volume);
    }

    /** The mark of the unmount, its length, its number of operations, its place, and whose log it is. */
    @ParameterizedTest
    @ValueSource(ints = {512 + 9, 15, 43, 23, 304})
    void recordThatIsNotAnUnmountIsNotClean(int offset) throws IOException {
        Path volume = XfsFixture.make(folder.resolve("xfs.img"), "20480 -b size=1024");
        long start = XfsFixture.number(volume, "sb 0", "logstart") * 1024;
        XfsFixture.write(volume, start + offset, (byte) 0x42);

        checkDirty(volume);
    }

    /** A copy of a volume while it is mounted. */
    private Path copy(Path volume) {
        Path copy = folder.resolve("copy.img");
        Tool.run("cp", "--sparse=always", volume, copy);
        return copy;
    }

    private static void assertClean(Path volume) throws IOException {
        assertThat(Tool.run("xfs_logprint", "-t", volume)).contains("state: <CLEAN>");
        XfsFixture.check(volume);
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason()).isEmpty();
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).states())
                .isEmpty();
    }

    private static void assertDirty(Path volume) throws IOException {
        assertThat(Tool.start("xfs_logprint", "-t", volume).output()).contains("state: <DIRTY>");
        checkDirty(volume);
    }

    private static void checkDirty(Path volume) throws IOException {
        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);
        assertThat(map.raw()).isTrue();
        assertThat(map.reason()).contains("log was not replayed");
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).states())
                .containsExactly(VolumeState.NEEDS_JOURNAL_REPLAY);
    }
}
