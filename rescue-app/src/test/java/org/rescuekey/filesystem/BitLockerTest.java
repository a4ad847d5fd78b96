package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.filesystem.BitLockerFixture.Look;
import org.rescuekey.units.SectorSize;

/** BitLocker volumes made by hand, which blkid and cryptsetup take for such. */
class BitLockerTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void lockedVolumeIsTakenWholeWhateverShowsThrough(Look look) throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("volume.img"), 16 << 20, 4096, 512);
        BitLockerFixture.make(volume, look, BitLockerFixture.PROTECTED_BY_PASSWORD, BitLockerFixture.ENCRYPTED);

        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);

        assertThat(info.type()).isEqualTo(FileSystemType.BITLOCKER);
        assertThat(info.states()).containsExactly(VolumeState.BITLOCKER_LOCKED);
        assertThat(info.notes()).isEmpty();
        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);
        assertThat(map.raw()).isTrue();
        assertThat(map.reason()).contains("BitLocker encrypted: what is free in it is not known");
        assertThat(Tool.run("blkid", "-p", "-s", "TYPE", "-o", "value", volume).strip())
                .isEqualTo("BitLocker");
        // cryptsetup opens none from Vista's time, whose metadata have another version.
        if (look != Look.VISTA) {
            assertThat(Tool.run("cryptsetup", "bitlkDump", volume)).contains("VMK protected with passphrase");
        }
    }

    @ParameterizedTest
    @EnumSource
    void keyThatLiesOpenIsTold(Look look) throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("volume.img"), 16 << 20, 4096, 512);
        BitLockerFixture.make(volume, look, BitLockerFixture.PROTECTED_BY_NOTHING, BitLockerFixture.ENCRYPTED);

        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);

        assertThat(info.notes())
                .containsExactly("BitLocker is suspended or was not yet activated: a key to it lies open on it.");
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).raw()).isTrue();
        if (look != Look.VISTA) {
            assertThat(Tool.run("cryptsetup", "bitlkDump", volume)).contains("VMK protected with clear key");
        }
    }

    @Test
    void turningOffIsTold() throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("volume.img"), 16 << 20, 4096, 512);
        BitLockerFixture.make(volume, Look.LATER, BitLockerFixture.PROTECTED_BY_PASSWORD, 1);

        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).notes())
                .containsExactly("BitLocker is being turned on or off.");
    }

    @Test
    void oneCopyOfTheMetadataIsEnough() throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("volume.img"), 16 << 20, 4096, 512);
        BitLockerFixture.make(volume, Look.LATER, BitLockerFixture.PROTECTED_BY_NOTHING, BitLockerFixture.ENCRYPTED);
        NtfsFixture.write(volume, BitLockerFixture.COPIES[0], ByteBuffer.allocate(4096));
        NtfsFixture.write(volume, BitLockerFixture.COPIES[1], ByteBuffer.allocate(4096));

        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).notes())
                .hasSize(1)
                .allMatch(note -> note.contains("lies open"));

        NtfsFixture.write(volume, BitLockerFixture.COPIES[2], ByteBuffer.allocate(4096));
        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);
        assertThat(info.type()).isEqualTo(FileSystemType.BITLOCKER);
        assertThat(info.notes())
                .isEqualTo(List.of("Its metadata could not be read (BitLocker metadata at offset 0:"
                        + " expected one of three copies, found none)."));
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).raw()).isTrue();
    }
}
