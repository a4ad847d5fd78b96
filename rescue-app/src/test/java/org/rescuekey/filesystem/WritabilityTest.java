package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.FileDevice;
import org.rescuekey.filesystem.Writability.Obstacle;
import org.rescuekey.units.SectorSize;

/** What stands in the way of writing into a volume, and that its size then stays as it is. */
class WritabilityTest {
    private static final int SIZE_BYTES = 16 << 20;

    @TempDir
    Path folder;

    private Path ntfs() throws IOException {
        return NtfsFixture.make(folder.resolve("volume.img"), SIZE_BYTES, 4096, 512);
    }

    private Path file(long sizeBytes) {
        Path volume = folder.resolve("volume.img");
        Tool.run("truncate", "-s", sizeBytes, volume);
        return volume;
    }

    private static Writability of(Path volume) throws IOException {
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            return Volumes.writability(device);
        }
    }

    private static MinimumSize sizeOf(Path volume) throws IOException {
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            return Volumes.minimumSize(device);
        }
    }

    /** The obstacles in their order, and that the volume keeps its size for them. */
    private static void assertHindered(Path volume, VolumeState... states) throws IOException {
        Writability writability = of(volume);
        assertThat(writability.isAllowed()).isFalse();
        assertThat(writability.obstacles())
                .containsExactlyElementsOf(Arrays.stream(states)
                        .map(state -> new Obstacle(state.words(), state.remedy()))
                        .toList());
        MinimumSize size = sizeOf(volume);
        assertThat(size).isEqualTo(new MinimumSize(Files.size(volume), writability.words(), writability.words()));
        assertThat(size.isShrinkable() || size.isGrowable()).isFalse();
    }

    @Test
    void aVolumeThatWasClosedMayBeWrittenInto() throws IOException {
        Path volume = ntfs();
        assertThat(of(volume).obstacles()).isEmpty();
        assertThat(of(volume).words()).isEmpty();
        assertThat(sizeOf(volume).isShrinkable()).isTrue();
        NtfsFixture.writeRestartPages(volume, 1, true, true);
        assertThat(of(volume).isAllowed()).isTrue();
    }

    @Test
    void hibernated() throws IOException {
        Path volume = ntfs();
        byte[] image = new byte[8192];
        System.arraycopy("hibr".getBytes(StandardCharsets.US_ASCII), 0, image, 0, 4);
        NtfsFixture.copyIn(volume, Files.write(folder.resolve("hiberfil"), image), "hiberfil.sys");
        assertHindered(volume, VolumeState.HIBERNATED);

        NtfsFixture.writeRestartPages(volume, 2, true, false);
        assertHindered(volume, VolumeState.HIBERNATED, VolumeState.NEEDS_JOURNAL_REPLAY);
        assertThat(of(volume).words())
                .isEqualTo(
                        "belongs to a system that is hibernated or was shut down with Fast Startup, and has changes in"
                                + " its journal that were not yet carried out");
    }

    @Test
    void dirty() throws IOException {
        Path volume = ntfs();
        NtfsFixture.setVolumeFlags(volume, 1);
        assertHindered(volume, VolumeState.DIRTY);
    }

    @Test
    void aLogThatWasNotClosed() throws IOException {
        Path volume = ntfs();
        NtfsFixture.writeRestartPages(volume, 1, true, false);
        assertHindered(volume, VolumeState.NEEDS_JOURNAL_REPLAY);
    }

    @Test
    void whatIsNotKnownOfNtfs() throws IOException {
        Path volume = ntfs();
        NtfsFixture.setVolumeVersion(volume, 4, 0);
        assertThat(of(volume).obstacles())
                .extracting(Obstacle::words)
                .containsExactly("cannot be written into safely (It is of a version of NTFS that is not known (4.0))");
        assertThat(sizeOf(volume).whyNotSmaller()).isEqualTo(of(volume).words());
    }

    @Test
    void aVolumeThatIsDamaged() throws IOException {
        Path volume = ntfs();
        NtfsFixture.write(volume, NtfsFixture.contentOffset(volume, 0), ByteBuffer.wrap(new byte[1024]));
        assertThat(of(volume).isAllowed()).isFalse();
        assertThat(sizeOf(volume).isShrinkable()).isFalse();
        assertThat(sizeOf(volume).isGrowable()).isFalse();
    }

    @Test
    void ext() throws IOException {
        Path volume = file(SIZE_BYTES);
        Tool.run("mke2fs", "-q", "-F", "-t", "ext4", volume);
        assertThat(of(volume).isAllowed()).isTrue();
        Tool.run("debugfs", "-w", "-R", "feature needs_recovery", volume);
        assertHindered(volume, VolumeState.NEEDS_JOURNAL_REPLAY);
        Tool.run("debugfs", "-w", "-R", "feature -needs_recovery", volume);
        Tool.run("debugfs", "-w", "-R", "set_super_value state 2", volume);
        assertHindered(volume, VolumeState.HAS_ERRORS, VolumeState.DIRTY);
    }

    @Test
    void fat() throws IOException {
        Path volume = file(SIZE_BYTES);
        Tool.run("mkfs.vfat", "-F", 16, volume);
        assertThat(of(volume).isAllowed()).isTrue();
        try (FileDevice device = FileDevice.open(volume, SectorSize.SECTOR_512)) {
            device.write(0x25, ByteBuffer.wrap(new byte[] {1}));
        }
        assertThat(of(volume).obstacles())
                .containsExactly(new Obstacle(VolumeState.DIRTY.words(), VolumeState.DIRTY.remedy()));
    }

    @Test
    void bitLockerAndOthers() throws IOException {
        Path volume = file(SIZE_BYTES);
        assertThat(of(volume).words()).isEqualTo("holds no file system that is known here");
        BitLockerFixture.make(
                volume, BitLockerFixture.Look.LATER, BitLockerFixture.PROTECTED_BY_NOTHING, BitLockerFixture.ENCRYPTED);
        assertThat(of(volume).obstacles())
                .containsExactly(
                        new Obstacle(VolumeState.BITLOCKER_LOCKED.words(), VolumeState.BITLOCKER_LOCKED.remedy()));
    }
}
