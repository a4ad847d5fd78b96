package org.rescuekey.windows;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.filesystem.Tool;

/** Boot sectors as the formatting tools write them, and as nobody should. */
final class BootSectorTest {
    private static final int SIZE = 40 << 20;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private byte[] made(Object... command) throws Exception {
        Path volume = Files.write(folder.resolve("volume"), new byte[SIZE]);
        Object[] all = Arrays.copyOf(command, command.length + 1);
        all[command.length] = volume;
        Tool.run(all);
        return Files.readAllBytes(volume);
    }

    private static BootSector parsed(byte[] volume) {
        return BootSector.parse(Arrays.copyOf(volume, 512)).orElseThrow();
    }

    private static int u32(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }

    @Test
    void anNtfsHasItsCopyInItsLastSector() throws Exception {
        byte[] volume = made("mkntfs", "-q", "-F", "-f", "-p", "2048", "-H", "16", "-S", "63");
        BootSector boot = parsed(volume);
        assertThat(boot.hiddenSectors()).isEqualTo(2048);
        assertThat(boot.sector().bytes()).isEqualTo(512);
        assertThat(boot.offsets(SIZE)).containsExactly(0L, SIZE - 512L);
        assertThat(boot.offsets(SIZE + 4096)).containsExactly(0L, SIZE - 512L);
        assertThat(boot.offsets(SIZE - 512)).as("no room for the copy").containsExactly(0L);
        BootSector copy =
                BootSector.parse(Arrays.copyOfRange(volume, SIZE - 512, SIZE)).orElseThrow();
        assertThat(boot.isCopiedBy(copy)).isTrue();
    }

    @Test
    void aFat32HasItsCopyAmongItsReservedSectors() throws Exception {
        byte[] volume = made("mkfs.vfat", "-F", "32", "-s", "1", "-h", "63");
        BootSector boot = parsed(volume);
        assertThat(boot.hiddenSectors()).isEqualTo(63);
        assertThat(boot.offsets(SIZE)).containsExactly(0L, 6 * 512L);
        byte[] patched = boot.withHiddenSectors(0xFFFF_FFFFL);
        assertThat(u32(patched, 0x1C)).isEqualTo(-1);
        assertThat(Arrays.mismatch(Arrays.copyOf(volume, 512), patched)).isEqualTo(0x1C);
    }

    @Test
    void aFat32WithoutACopyHasNone() throws Exception {
        byte[] volume = made("mkfs.vfat", "-F", "32", "-s", "1");
        for (int none : new int[] {0, 0xFFFF, 32}) {
            volume[0x32] = (byte) none;
            volume[0x33] = (byte) (none >> 8);
            assertThat(parsed(volume).offsets(SIZE)).as("%d", none).containsExactly(0L);
        }
    }

    @Test
    void aFat16HasNoCopy() throws Exception {
        assertThat(parsed(made("mkfs.vfat", "-F", "16")).offsets(SIZE)).containsExactly(0L);
    }

    @Test
    void aFatNeedNotSayItsName() throws Exception {
        byte[] volume = made("mkfs.vfat", "-F", "32", "-s", "1");
        Arrays.fill(volume, 0x52, 0x5A, (byte) ' ');
        assertThat(parsed(volume).offsets(SIZE)).containsExactly(0L, 6 * 512L);
    }

    @Test
    void othersAreNone() throws Exception {
        assertThat(BootSector.parse(new byte[512])).isEmpty();
        assertThat(BootSector.parse(new byte[0])).isEmpty();
        assertThat(BootSector.parse(Arrays.copyOf(made("mke2fs", "-q", "-F"), 512)))
                .isEmpty();
        byte[] exfat = new byte[512];
        System.arraycopy("EXFAT   ".getBytes(StandardCharsets.US_ASCII), 0, exfat, 3, 8);
        exfat[510] = 0x55;
        exfat[511] = (byte) 0xAA;
        assertThat(BootSector.parse(exfat)).isEmpty();
    }

    @Property
    void noBytesDoHarm(@ForAll @Size(512) byte[] bytes) {
        bytes[510] = 0x55;
        bytes[511] = (byte) 0xAA;
        bytes[0x0B] = 0;
        bytes[0x0C] = 2;
        System.arraycopy("NTFS    ".getBytes(StandardCharsets.US_ASCII), 0, bytes, 3, 8);
        Optional<BootSector> boot = BootSector.parse(bytes);
        assertThat(boot).isPresent();
        assertThat(boot.get().offsets(1 << 20)).allMatch(offset -> offset >= 0 && offset <= (1 << 20) - 512);
    }
}
