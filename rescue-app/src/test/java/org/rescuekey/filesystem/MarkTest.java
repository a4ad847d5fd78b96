package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.SectorSize;

/** The kinds that are only recognised: each mark at each of its places, and blkid as the oracle where a mark is enough for it. */
class MarkTest {
    private static final long SIZE = 8 << 20;

    @TempDir
    Path folder;

    static List<Mark> marks() {
        return Stream.concat(Mark.OF_LAYERS.stream(), Mark.OF_FILE_SYSTEMS.stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("marks")
    void eachMarkAtEachPlaceIsRecognisedAndTakenWhole(Mark mark) throws RescueException {
        assertThat(mark.hexadecimal().length()).isGreaterThanOrEqualTo(8);
        for (long offset : mark.offsets()) {
            MemoryDevice device = new MemoryDevice(SIZE, SectorSize.SECTOR_512);
            put(device, place(offset), mark);

            assertThat(Volumes.recognise(device).type()).as("at %d", offset).isEqualTo(mark.type());
            assertThat(Volumes.recognise(device).notes()).isEmpty();
            UsedMap map = Volumes.usedMap(device, PageFiles.LEFT_OUT);
            UsedMapCheck.checkForm(map, device);
            assertThat(map.reason())
                    .isEqualTo(mark.type().label() + ": what is free in it is not known, so all of it is used.");
        }
    }

    /** What is on the members of a RAID can look like a file system: that one is never mapped. */
    @ParameterizedTest
    @MethodSource("marks")
    void eachMarkBesideAFileSystemMakesTheMapRaw(Mark mark) throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("volume.img"), SIZE, 512, 512);
        long offset = mark.offsets().getLast();
        NtfsFixture.write(volume, place(offset), ByteBuffer.wrap(HexFormat.of().parseHex(mark.hexadecimal())));

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).raw()).isTrue();
    }

    // the type, what blkid calls it, and where it wants to see what else, in hexadecimal digits
    @ParameterizedTest
    @CsvSource({
        "DDF_RAID, ddf_raid_member, ''",
        "INTEL_RAID, isw_raid_member, ''",
        "LSI_RAID, lsi_mega_raid_member, ''",
        "NVIDIA_RAID, nvidia_raid_member, ''",
        "PROMISE_RAID, promise_fasttrack_raid_member, ''",
        "ADAPTEC_RAID, adaptec_raid_member, -256:4450544D",
        "HIGHPOINT_RAID, hpt45x_raid_member, ''",
        "VDO, vdo, ''",
        "VMFS, VMFS_volume_member, ''",
        "BCACHE, bcache, 0x1008:08",
        "APFS, apfs, 24:01000080000000004E58534200100000",
        "HFS_PLUS, hfsplus, 1064:00001000",
        "F2FS, f2fs, ''",
        "JFS, jfs, 32784:001000000C000300000200000900",
        "REISERFS, reiserfs, 8204:12000000000000000000000000000000000000000000000000000000000000000010",
        "UFS, ufs, ''",
        "OCFS2, ocfs2, ''",
        "GFS2, gfs2, 65560:000007090000076C",
        "EROFS, erofs, ''",
        "DM_INTEGRITY, DM_integrity, 8:01",
    })
    void blkidAgrees(FileSystemType type, String name, String more) throws IOException {
        Path volume = folder.resolve("volume.img");
        Tool.run("truncate", "-s", "64M", volume);
        Mark mark =
                marks().stream().filter(each -> each.type() == type).findFirst().orElseThrow();
        long offset = mark.offsets().getFirst();
        NtfsFixture.write(
                volume,
                offset < 0 ? (64 << 20) + offset : offset,
                ByteBuffer.wrap(HexFormat.of().parseHex(mark.hexadecimal())));
        if (!more.isEmpty()) {
            long place = Long.decode(more.split(":", -1)[0]);
            byte[] bytes = HexFormat.of().parseHex(more.split(":", -1)[1]);
            NtfsFixture.write(volume, place < 0 ? (64 << 20) + place : place, ByteBuffer.wrap(bytes));
        }

        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).type()).isEqualTo(type);
        assertThat(Tool.run("blkid", "-p", "-s", "TYPE", "-o", "value", volume).strip())
                .isEqualTo(name);
    }

    /** Marks of two or four bytes, of which little is said beside another one. */
    @Test
    void shortMarksCountAlone() throws RescueException {
        MemoryDevice silicon = new MemoryDevice(SIZE, SectorSize.SECTOR_512);
        silicon.write(SIZE - 512 + 0x60 + 3, ByteBuffer.wrap(new byte[] {0x2F}));
        assertThat(Volumes.recognise(silicon).type()).isEqualTo(FileSystemType.SILICON_IMAGE_RAID);

        MemoryDevice jmicron = new MemoryDevice(SIZE, SectorSize.SECTOR_512);
        jmicron.write(SIZE - 512, ByteBuffer.wrap(new byte[] {'J', 'M'}));
        assertThat(Volumes.recognise(jmicron).type()).isEqualTo(FileSystemType.JMICRON_RAID);

        jmicron.write(0, ByteBuffer.wrap(new byte[] {'h', 's', 'q', 's'}));
        assertThat(Volumes.recognise(jmicron).type()).isEqualTo(FileSystemType.SQUASHFS);
        assertThat(Volumes.recognise(jmicron).notes()).isEmpty();
    }

    // where the label starts, and what in it is still there
    @ParameterizedTest
    @CsvSource({"0, 16404, 0000000776657273696F6E", "8126464, 16404, 0000000776657273696F6E", "8126464, 140288, 0CB1BA"
    })
    void anyLabelOfZfsBesideAFileSystemMakesTheMapRaw(long label, long offset, String bytes) throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("volume.img"), SIZE + (100 << 10), 512, 512);
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason()).doesNotContain("several");
        NtfsFixture.write(volume, label + offset, ByteBuffer.wrap(HexFormat.of().parseHex(bytes)));

        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason())
                .isEqualTo("It bears the marks of several: ZFS member, NTFS.");
    }

    @Test
    void secondHeaderOfLuksIsEnough() throws IOException {
        Path volume = folder.resolve("luks.img");
        Tool.run("truncate", "-s", "32M", volume);
        Path key = Files.write(folder.resolve("key"), new byte[32]);
        Tool.run("cryptsetup", "-q", "luksFormat", "--type", "luks2", "--pbkdf", "pbkdf2", "--key-file", key, volume);
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).identity())
                .isEqualTo(Tool.run("cryptsetup", "luksUUID", volume).strip());
        NtfsFixture.write(volume, 0, ByteBuffer.allocate(4096));

        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);

        assertThat(info.type()).isEqualTo(FileSystemType.LUKS);
        assertThat(info.notes()).isEmpty();
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason()).contains("LUKS encrypted");
    }

    private static long place(long offset) {
        return offset < 0 ? SIZE + offset : offset;
    }

    private static void put(MemoryDevice device, long offset, Mark mark) throws RescueException {
        device.write(offset, ByteBuffer.wrap(HexFormat.of().parseHex(mark.hexadecimal())));
    }
}
