package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.FileDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.SectorSize;

/**
 * Recognition of volumes. Where a tool of every Debian makes the volume it is made by the tool and blkid is the oracle;
 * the marks of others are put down by hand, at the offsets that real volumes were seen to have.
 */
class VolumesTest {
    private static final long SIZE = 8 << 20;
    private static final String UUID_TEXT = "00010203-0405-0607-0809-0a0b0c0d0e0f";

    @TempDir
    Path folder;

    private final MemoryDevice device = new MemoryDevice(SIZE, SectorSize.SECTOR_512);

    @Test
    void nothingButZerosIsEmptyAndRaw() throws RescueException {
        assertThat(info().type()).isEqualTo(FileSystemType.EMPTY);
        checkRaw("No file system was recognised");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 255 << 10, SIZE - 1})
    void anythingElseThatIsNotKnownIsUnknown(long offset) throws RescueException {
        put(offset, new byte[] {1});

        assertThat(info().type()).isEqualTo(FileSystemType.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(longs = {512, 1024, 4096, 65_536 + 512, 200_704})
    void volumesSmallerThanTheProbedPlaces(long size) throws RescueException {
        MemoryDevice small = new MemoryDevice(size, SectorSize.SECTOR_512);
        assertThat(Volumes.recognise(small).type()).isEqualTo(FileSystemType.EMPTY);
        assertThat(Volumes.usedMap(small, PageFiles.LEFT_OUT).raw()).isTrue();
    }

    @Test
    void luks() throws RescueException {
        put(0, new byte[] {'L', 'U', 'K', 'S', (byte) 0xBA, (byte) 0xBE, 0, 2});
        put(24, "llabel");
        put(168, UUID_TEXT);

        assertThat(info()).isEqualTo(plain(FileSystemType.LUKS, "llabel", UUID_TEXT, 0, 0));
        checkRaw("LUKS");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4096, SIZE - 8192})
    void raidMember(long offset) throws RescueException {
        put(offset, bytes(8).putInt(0xA92B_4EFC).putInt(1));
        put(offset + 16, uuid());
        put(offset + 32, "host:0");
        put(offset + 0x90, bytes(8).putLong(offset / 512));

        assertThat(info()).isEqualTo(plain(FileSystemType.MD_RAID, "host:0", UUID_TEXT, 0, 0));
        checkRaw("RAID");
    }

    @Test
    void raidMemberOfTheOldKindHidesTheFileSystemInIt() throws IOException {
        Path volume = folder.resolve("raid.img");
        Tool.run("truncate", "-s", "8M", volume);
        Tool.run("mke2fs", "-q", "-F", volume);
        try (FileDevice file = FileDevice.open(volume, SectorSize.SECTOR_512)) {
            file.write(
                    (8 << 20) - 65_536,
                    bytes(12).putInt(0xA92B_4EFC).putInt(0).putInt(90).flip());
        }

        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).type()).isEqualTo(FileSystemType.MD_RAID);
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).raw()).isTrue();
    }

    @Test
    void bitLockerCountsBeforeTheFileSystemThatItsBootSectorLooksLike() throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("bitlocker.img"), 40 << 20, 4096, 512);
        NtfsFixture.write(volume, 3, ascii("-FVE-FS-"));

        checkIsBitLocker(volume);
    }

    // the identifier of its kind, as bytes in hexadecimal digits; with none, its metadata tell
    @ParameterizedTest
    @ValueSource(strings = {"3bd66749292ed84a8399f6a339e3d001", "3b4da89280dd0e4d9e4eb1e3284eaed8", ""})
    void bitLockerToGoCountsBeforeTheFatVolumeThatItShows(String identifier) throws IOException {
        Path volume = folder.resolve("bitlocker.img");
        Tool.run("truncate", "-s", "40M", volume);
        Tool.run("mkfs.vfat", "-F", 32, volume);
        NtfsFixture.write(volume, 3, ascii("MSWIN4.1"));
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).type()).isEqualTo(FileSystemType.FAT32);
        NtfsFixture.write(volume, 424, ByteBuffer.wrap(HexFormat.of().parseHex(identifier)));
        if (identifier.isEmpty()) {
            NtfsFixture.write(volume, 448, bytes(8).putLong(20 << 20).flip());
            NtfsFixture.write(volume, 20 << 20, ascii("-FVE-FS-"));
        }

        checkIsBitLocker(volume);
    }

    private static void checkIsBitLocker(Path volume) throws IOException {
        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);
        assertThat(info.type()).isEqualTo(FileSystemType.BITLOCKER);
        assertThat(info.states()).containsExactly(VolumeState.BITLOCKER_LOCKED);
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).reason()).contains("BitLocker");
    }

    @Test
    void refs() throws RescueException {
        put(3, "ReFS");
        put(16, "FSRS");
        put(24, bytes(16).putLong(1000).putInt(512).putInt(128));
        put(56, bytes(8).putLong(0x1234L));

        assertThat(info()).isEqualTo(plain(FileSystemType.REFS, "", "0000000000001234", 65_536, 512_000));
        checkRaw("ReFS");
    }

    @ParameterizedTest
    @ValueSource(longs = {0x00BA_B10CL, 0x0CB1_BA00_0000_0000L})
    void zfs(long magic) throws RescueException {
        put(140 << 10, bytes(8).putLong(magic));

        assertThat(info().type()).isEqualTo(FileSystemType.ZFS);
        checkRaw("ZFS");
    }

    @Test
    void squashfs() throws RescueException {
        put(0, "hsqs");
        put(12, bytes(4).putInt(131_072));
        put(40, bytes(8).putLong(4321));

        assertThat(info()).isEqualTo(plain(FileSystemType.SQUASHFS, "", "", 131_072, 4321));
        checkRaw("SquashFS");
    }

    @Test
    void iso9660() throws IOException {
        Path volume = folder.resolve("disc.iso");
        Path files = FileTree.make(Files.createDirectory(folder.resolve("files")), 1, 3, 1000);
        Tool.run("xorriso", "-as", "mkisofs", "-quiet", "-V", "DISC", "-o", volume, files);

        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);

        assertThat(info.type()).isEqualTo(FileSystemType.ISO9660);
        checkAgainstBlkid(info, volume);
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).raw()).isTrue();
    }

    @Test
    void marksOfSeveralFileSystemsMakeTheMapRaw() throws IOException {
        Path volume = folder.resolve("both.img");
        Tool.run("truncate", "-s", "12M", volume);
        Tool.run("mke2fs", "-q", "-F", volume);
        try (FileDevice file = FileDevice.open(volume, SectorSize.SECTOR_512)) {
            file.write(3, ascii("NTFS    "));
        }

        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);
        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.reason()).isEqualTo("It bears the marks of several: NTFS, ext4.");
        assertThat(info.notes()).contains(map.reason());
    }

    @ParameterizedTest
    @EnumSource(VolumeState.class)
    void statesHaveWordsAndARemedy(VolumeState state) {
        assertThat(state.words()).isNotBlank().doesNotEndWith(".");
        assertThat(state.remedy()).endsWith(".");
    }

    private static void checkAgainstBlkid(VolumeInfo info, Path volume) {
        assertThat(info.label())
                .isEqualTo(Tool.run("blkid", "-p", "-s", "LABEL", "-o", "value", volume)
                        .strip());
        assertThat(info.identity())
                .isEqualTo(Tool.run("blkid", "-p", "-s", "UUID", "-o", "value", volume)
                        .strip());
    }

    private VolumeInfo info() throws RescueException {
        return Volumes.recognise(device);
    }

    private void checkRaw(String reason) throws RescueException {
        UsedMap map = Volumes.usedMap(device, PageFiles.LEFT_OUT);
        UsedMapCheck.checkForm(map, device);
        assertThat(map.raw()).isTrue();
        assertThat(map.reason()).contains(reason);
    }

    private static VolumeInfo plain(FileSystemType type, String label, String identity, long cluster, long size) {
        return new VolumeInfo(type, label, identity, cluster, size, Set.of(), List.of());
    }

    private void put(long offset, String text) throws RescueException {
        device.write(offset, ascii(text));
    }

    private void put(long offset, byte[] bytes) throws RescueException {
        device.write(offset, ByteBuffer.wrap(bytes));
    }

    private void put(long offset, ByteBuffer bytes) throws RescueException {
        device.write(offset, bytes.flip());
    }

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] uuid() {
        return new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
