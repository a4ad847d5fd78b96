package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** States of NTFS volumes, against what ntfs-3g.probe makes of the same volume, and their maps. */
class NtfsStateTest {
    private static final int PROBE_OK = 0;
    private static final int PROBE_HIBERNATED = 14;
    private static final int PROBE_UNCLEAN = 15;

    @TempDir
    Path folder;

    private Path volume;

    @BeforeEach
    void makeVolume() throws IOException {
        volume = NtfsFixture.make(folder.resolve("ntfs.img"), 12 << 20, 4096, 512);
    }

    @Test
    void freshVolume() throws IOException {
        VolumeInfo info = recognise();

        assertThat(info.type()).isEqualTo(FileSystemType.NTFS);
        assertThat(info.label()).isEqualTo(blkid("LABEL"));
        assertThat(info.identity()).isEqualTo(blkid("UUID"));
        assertThat(info.clusterBytes()).isEqualTo(4096);
        assertThat(info.sizeBytes()).isEqualTo((12 << 20) - 512);
        assertThat(info.states()).isEmpty();
        assertThat(info.notes()).isEmpty();
        assertThat(probe()).isEqualTo(PROBE_OK);
    }

    @ParameterizedTest
    @CsvSource({
        "0x0001, not closed properly",
        "0x4000, check of it was begun",
        "0x4001, not closed properly",
    })
    void dirtyVolume(int flags, String reason) throws IOException {
        NtfsFixture.setVolumeFlags(volume, flags);

        assertThat(recognise().states()).containsExactly(VolumeState.DIRTY);
        assertThat(map().raw()).isTrue();
        assertThat(map().reason()).contains(reason);
    }

    /** Nothing was done yet, so the map is as good as before, but nobody should write into such a volume. */
    @Test
    void resizePending() throws IOException {
        UsedMap before = map();
        NtfsFixture.setVolumeFlags(volume, 0x0002);

        assertThat(recognise().states()).containsExactly(VolumeState.RESIZE_PENDING);
        assertThat(map()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0004, 0x0008, 0x0010, 0x0020, 0x0080, 0x8000})
    void flagsThatLeaveTheBitmapAsItIs(int flags) throws IOException {
        UsedMap before = map();
        NtfsFixture.setVolumeFlags(volume, flags);

        assertThat(recognise().states()).isEmpty();
        assertThat(map()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0040, 0x0100, 0x0200, 0x0400, 0x0800, 0x1000, 0x2000})
    void flagsThatAreNotKnownMakeTheMapRaw(int flags) throws IOException {
        NtfsFixture.setVolumeFlags(volume, flags);

        assertThat(map().reason()).isEqualTo("It is in a state that is not known (flags 0x%04X).".formatted(flags));
    }

    @Test
    void aVersionThatIsNotKnownMakesTheMapRaw() throws IOException {
        NtfsFixture.setVolumeVersion(volume, 4, 0);

        assertThat(map().reason()).isEqualTo("It is of a version of NTFS that is not known (4.0).");
    }

    @Test
    void volumeThatNtfsresizeLeft() throws IOException {
        Tool.run("ntfsresize", "-f", "-f", "-s", 10 << 20, volume);

        VolumeInfo info = recognise();
        assertThat(info.states()).containsExactly(VolumeState.DIRTY);
        assertThat(info.sizeBytes()).isBetween((10L << 20) - 2 * 4096, (10L << 20) - 512);
        assertThat(map().raw()).isTrue();

        NtfsFixture.setVolumeFlags(volume, 0);

        // The copy of the boot sector in the last sector of the volume, and all that the volume left behind.
        UsedMap map = map();
        assertThat(map.raw()).isFalse();
        assertThat(map.used().contains(Extent.between(info.sizeBytes(), 12 << 20)))
                .isTrue();
    }

    // restart version, whether the log is in use, whether it says that it was closed
    @ParameterizedTest
    @CsvSource({
        "1, true, false, NEEDS_JOURNAL_REPLAY",
        "1, true, true,",
        "1, false, false,",
        "2, true, true, NEEDS_JOURNAL_REPLAY",
        "2, true, false, NEEDS_JOURNAL_REPLAY",
    })
    void restartPagesTellWhetherTheLogIsClosed(
            int version, boolean inUse, boolean closed, @Nullable VolumeState expected) throws IOException {
        NtfsFixture.writeRestartPages(volume, version, inUse, closed);

        if (expected == null) {
            assertThat(recognise().states()).isEmpty();
            assertThat(probe()).isEqualTo(PROBE_OK);
            assertThat(map().raw()).isFalse();
        } else {
            assertThat(recognise().states()).containsExactly(expected);
            assertThat(probe()).isIn(PROBE_UNCLEAN, PROBE_HIBERNATED);
            assertThat(map().raw()).isTrue();
            assertThat(map().reason())
                    .contains(version == 2 ? "Windows did not give it up" : "journal was not replayed");
        }
    }

    /** mkntfs, ntfs-3g and chkdsk fill the log with 0xFF; a few of them where the first page stood are not enough. */
    @Test
    void anEmptiedLogIsClosedAndAHalfEmptiedOneIsNot() throws IOException {
        long log = NtfsFixture.contentOffset(volume, 2);
        assertThat(NtfsFixture.read(volume, log, 8)).isEqualTo(ByteBuffer.wrap(ones(8)));
        assertThat(map().raw()).isFalse();

        NtfsFixture.write(volume, log + 4096, NtfsFixture.restartPage(7, 1, true, false));
        assertThat(recognise().states()).containsExactly(VolumeState.NEEDS_JOURNAL_REPLAY);
        assertThat(map().raw()).isTrue();

        NtfsFixture.write(volume, log + 4096, ByteBuffer.wrap(ones(4096)));
        assertThat(map().raw()).isFalse();
    }

    private static byte[] ones(int count) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) 0xFF);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"CHKD", "BAAD", "XXXX"})
    void aLogWhoseRestartPagesMakeNoSenseIsNotClosed(String magic) throws IOException {
        NtfsFixture.writeRestartPages(volume, 1, false, true);
        assertThat(map().raw()).isFalse();
        long log = NtfsFixture.contentOffset(volume, 2);
        for (long page : new long[] {log, log + 4096}) {
            NtfsFixture.write(volume, page, ByteBuffer.wrap(magic.getBytes(StandardCharsets.US_ASCII)));
        }
        assertThat(recognise().states()).containsExactly(VolumeState.NEEDS_JOURNAL_REPLAY);
        assertThat(map().raw()).isTrue();
    }

    @Test
    void newerOfTheTwoRestartPagesCountsAndATornOneDoesNot() throws IOException {
        long log = NtfsFixture.contentOffset(volume, 2);
        NtfsFixture.write(volume, log, NtfsFixture.restartPage(5, 1, false, true));
        NtfsFixture.write(volume, log + 4096, NtfsFixture.restartPage(6, 1, true, false));
        assertThat(recognise().states()).containsExactly(VolumeState.NEEDS_JOURNAL_REPLAY);

        NtfsFixture.write(volume, log + 4096 + 1022, ByteBuffer.wrap(new byte[] {1, 1}));
        assertThat(recognise().states()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "hibr, 8192, true",
        "HIBR, 8192, true",
        "wake, 8192, false",
        "WAKE, 8192, false",
        "zero, 8192, false",
        "wake, 100, true"
    })
    void hibernationFile(String magic, int sizeBytes, boolean hibernated) throws IOException {
        putHibernationFile("hiberfil.sys", magic, sizeBytes);

        assertThat(recognise().states().contains(VolumeState.HIBERNATED)).isEqualTo(hibernated);
        assertThat(map().raw()).isEqualTo(hibernated);
        assertThat(map().reason().contains("Fast Startup")).isEqualTo(hibernated);
        assertThat(probe()).isEqualTo(hibernated ? PROBE_HIBERNATED : PROBE_OK);
    }

    /** ntfs-3g knows the mark of a whole image only; Windows may go on from these too. */
    @ParameterizedTest
    @ValueSource(strings = {"RSTR", "rstr", "link", "brkp"})
    void hibernationFileThatWindowsMayGoOnFrom(String magic) throws IOException {
        putHibernationFile("hiberfil.sys", magic, 8192);

        assertThat(recognise().states()).containsExactly(VolumeState.HIBERNATED);
        assertThat(map().reason()).contains("Fast Startup");
    }

    @Test
    void hibernationFileOfAnyCaseAmongManyFiles() throws IOException {
        for (int i = 0; i < 40; i++) {
            putHibernationFile("a file with quite a long name, number " + i, "xxxx", 10);
        }
        assertThat(recognise().states()).isEmpty();

        putHibernationFile("HiberFil.SYS", "hibr", 8192);

        assertThat(recognise().states()).containsExactly(VolumeState.HIBERNATED);
    }

    /** A driver that is cut off and leaves no mark, as ntfs-3g does, may leave a file that the bitmap does not know of. */
    @Test
    void aBitmapThatIsBehindIsNotReliedOn() throws IOException {
        putHibernationFile("file.bin", "data", 200_000);
        long file = NtfsFixture.contentOffset(volume, firstUserRecord());
        long bitmap = NtfsFixture.contentOffset(volume, 6);
        NtfsFixture.write(volume, bitmap + file / 4096 / 8, ByteBuffer.allocate(4));
        UsedMap map = map();
        assertThat(map.reason()).isEmpty();
        assertThat(map.used().contains(new Extent(file, 196_608))).isTrue();
        assertThat(map.notes().getLast()).contains("clusters of 1 file free (/file.bin)", "taken as used");

        NtfsFixture.writeRestartPages(volume, 1, true, false);

        assertThat(map().raw()).isTrue();
    }

    /** The block that is torn may be the one with the hibernation file: who calls that "not hibernated" guesses. */
    @Test
    void aDirectoryThatIsTornIsNotReliedOn() throws IOException {
        for (int i = 0; i < 40; i++) {
            putHibernationFile("a file with quite a long name, number " + i, "xxxx", 10);
        }
        assertThat(map().reason()).isEmpty();
        String content = new String(Files.readAllBytes(volume), StandardCharsets.ISO_8859_1);
        String name = new String("quite a long name".getBytes(StandardCharsets.UTF_16LE), StandardCharsets.ISO_8859_1);
        int block = content.indexOf("INDX");
        while (!content.substring(block, block + 4096).contains(name)) {
            block = content.indexOf("INDX", block + 4);
        }

        NtfsFixture.write(volume, block + 510, ByteBuffer.allocate(2).put(0, (byte) 0x77));

        assertThat(map().reason()).contains("root directory", "damaged");
    }

    @Test
    void shadowCopiesAreTold() throws IOException {
        assertThat(map().notes()).isEmpty();
        ByteBuffer header = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
        header.put(HexFormat.of().parseHex("6b870838" + "76c1" + "484e" + "b7ae04046e6cc752"));
        header.putInt(1).putInt(1).putLong(0x1E00).putLong(0).putLong(0).putLong(0x4000);
        NtfsFixture.write(volume, 0x1E00, header.rewind());

        assertThat(map().notes()).singleElement().asString().contains("shadow copies", "--exact");

        NtfsFixture.write(volume, 0x1E00 + 48, ByteBuffer.allocate(8));
        assertThat(map().notes()).isEmpty();
    }

    @Test
    void systemFilesAreUsedWhateverTheBitmapSays() throws IOException {
        ExtentSet before = map().used();
        long bitmap = NtfsFixture.contentOffset(volume, 6);
        NtfsFixture.write(volume, bitmap, ByteBuffer.allocate((12 << 20) / 4096 / 8));

        UsedMap map = map();

        assertThat(map.raw()).isFalse();
        assertThat(map.used()).isEqualTo(before);
        long mft = NtfsFixture.contentExtents(volume, 0).totalBytes() / 4096;
        long log = NtfsFixture.contentExtents(volume, 2).totalBytes() / 4096;
        assertThat(map.notes())
                .contains("Its bitmap calls " + mft + " clusters of $MFT free; they are taken as used."
                        + " Its own system should check it.")
                .anyMatch(note -> note.startsWith("Its bitmap calls " + log + " clusters of $LogFile free"))
                .anyMatch(note -> note.startsWith("Its bitmap calls 1 cluster of $Bitmap free"));
    }

    @Test
    void theCopyOfTheBootSectorIsLookedAt() throws IOException {
        assertThat(map().notes()).isEmpty();
        long copy = (12 << 20) - 512;

        NtfsFixture.write(volume, copy + 48, ByteBuffer.wrap(new byte[] {5}));
        assertThat(map().notes())
                .containsExactly("The copy of its boot sector says something else than the boot sector.");

        NtfsFixture.write(volume, copy + 11, ByteBuffer.wrap(new byte[] {5}));
        assertThat(map().notes())
                .hasSize(1)
                .allMatch(note -> note.startsWith("The copy of its boot sector is damaged"));

        NtfsFixture.write(volume, copy, ByteBuffer.allocate(512));
        assertThat(map().notes()).containsExactly("The copy of its boot sector is missing.");
        assertThat(map().used().contains(copy)).isTrue();

        Tool.run("truncate", "-s", copy, volume);
        assertThat(map().notes()).containsExactly("Its partition ends before the copy of its boot sector.");
        assertThat(map().raw()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3, 5, 6, 8})
    void tornSystemRecordMakesTheMapRaw(int record) throws IOException {
        long offset = NtfsFixture.recordOffset(volume, record);
        NtfsFixture.write(volume, offset + 510, ByteBuffer.wrap(new byte[] {(byte) 0xEE, (byte) 0xEE}));

        UsedMap map = map();

        assertThat(map.raw()).isTrue();
        assertThat(map.reason()).contains("NTFS record " + record);
        assertThat(recognise().type()).isEqualTo(FileSystemType.NTFS);
    }

    @Test
    void volumeThatExceedsItsDeviceIsRaw() throws IOException {
        Tool.run("truncate", "-s", (12 << 20) - 1024, volume);

        assertThat(map().reason()).contains("expected a volume of at most 12,581,888 bytes");
    }

    private int firstUserRecord() {
        String listing = Tool.run("ntfsls", "-f", "-i", volume);
        return Integer.parseInt(listing.lines()
                .filter(line -> line.contains("file.bin"))
                .findFirst()
                .orElseThrow()
                .strip()
                .split("\\s+", -1)[0]);
    }

    private void putHibernationFile(String name, String magic, int sizeBytes) throws IOException {
        String start = magic.equals("zero") ? "" : magic;
        byte[] content = Arrays.copyOf(start.getBytes(StandardCharsets.ISO_8859_1), sizeBytes);
        NtfsFixture.copyIn(volume, Files.write(folder.resolve("file"), content), name);
    }

    private VolumeInfo recognise() throws IOException {
        return UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);
    }

    private UsedMap map() throws IOException {
        return UsedMapCheck.map(volume, SectorSize.SECTOR_512);
    }

    private int probe() {
        return Tool.start("ntfs-3g.probe", "--readwrite", volume).status();
    }

    private String blkid(String tag) {
        byte[] said = Tool.run("blkid", "-p", "-s", tag, "-o", "value", volume).getBytes(StandardCharsets.ISO_8859_1);
        return new String(said, StandardCharsets.UTF_8).strip();
    }
}
