package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rescuekey.units.SectorSize;

/** Volumes whose first structures are gone: what stands behind is told, and not relied on. */
class BackupsTest {
    @TempDir
    Path folder;

    // how the volume is made, the bytes from its start that are lost, what is told
    @ParameterizedTest
    @CsvSource({
        "mke2fs -q -F -t ext2 -b 1024, 4096, superblock of ext4 stands at byte 8389632",
        "mke2fs -q -F -t ext4 -b 2048, 4096, superblock of ext4 stands at byte 33554432",
        "mke2fs -q -F -t ext4 -b 4096, 4096, superblock of ext4 stands at byte 134217728",
        "mkfs.vfat -F 32 -S 512, 512, boot sector of FAT32 stands at byte 3072",
        "mkfs.vfat -F 32 -S 4096, 4096, boot sector of FAT32 stands at byte 24576",
        "mkfs.exfat, 512, boot region of exFAT stands at byte 6144",
    })
    void copyIsTold(String command, int lostBytes, String told) throws IOException {
        Path volume = folder.resolve("volume.img");
        Tool.run("truncate", "-s", "300M", volume);
        Tool.run((Object[]) (command + " " + volume).split(" ", -1));
        assertThat(UsedMapCheck.map(volume, SectorSize.SECTOR_512).raw()).isFalse();
        ExfatFixture.write(volume, 0, new byte[lostBytes]);

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.raw()).isTrue();
        assertThat(map.reason())
                .startsWith("No file system was recognised in it. A copy of the ")
                .contains(told);
        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);
        assertThat(info.type()).isEqualTo(FileSystemType.UNKNOWN);
        assertThat(info.notes()).hasSize(1).allMatch(note -> note.contains(told));
    }
}
