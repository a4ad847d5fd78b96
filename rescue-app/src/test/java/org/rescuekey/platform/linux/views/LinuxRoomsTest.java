package org.rescuekey.platform.linux.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.device.OverlayDevice;
import org.rescuekey.engine.OverlayRoom;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

class LinuxRoomsTest {
    private static final long MIB = 1 << 20;

    @TempDir
    private Path folder;

    private final MemoryDevice target = new MemoryDevice("the target", 64 * MIB, SectorSize.SECTOR_512);

    private LinuxRooms rooms(String meminfo) throws IOException {
        return new LinuxRooms(folder, Files.writeString(folder.resolve("meminfo"), meminfo));
    }

    @Test
    void memoryIsWhatTheKernelCanGive() throws IOException {
        String meminfo = "MemTotal:        2000000 kB\nMemFree:           90000 kB\nMemAvailable:     123456 kB\n";
        OverlayRoom.Offers offers = rooms(meminfo).offers(Optional.empty(), Optional.empty());
        assertThat(offers.freeMemoryBytes()).isEqualTo(123_456L * 1024);
        assertThat(offers.folder()).isEmpty();
        assertThat(rooms("nothing").offers(Optional.empty(), Optional.empty()).freeMemoryBytes())
                .isZero();
    }

    @Test
    void aFolderHasWhatItsFileSystemHas() throws IOException {
        OverlayRoom.Offers offers = rooms("").offers(Optional.of(folder.toString()), Optional.empty());
        assertThat(offers.folder().orElseThrow().bytes())
                .isBetween(MIB, Files.getFileStore(folder).getTotalSpace());
        assertThatThrownBy(() -> rooms("").offers(Optional.of("/no/such/folder"), Optional.empty()))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("/no/such/folder");
    }

    @Test
    void aPartOfTheTargetIsGivenInWholePieces() throws IOException {
        Extent tail = Extent.between(MIB + 512, 9 * MIB - 512);
        assertThat(rooms("").offers(Optional.empty(), Optional.of(tail)).tail())
                .contains(Extent.between(MIB + 65536, 9 * MIB - 65536));
    }

    @Test
    void eachRoomKeepsTheChangesOfAView() throws IOException {
        LinuxRooms rooms = rooms("");
        Extent tail = new Extent(48 * MIB, 8 * MIB);
        for (OverlayRoom room : new OverlayRoom[] {
            new OverlayRoom.Memory(8 * MIB),
            new OverlayRoom.Folder(folder.toString(), 8 * MIB),
            new OverlayRoom.TargetTail(tail)
        }) {
            MemoryDevice base = new MemoryDevice("the base", 32 * MIB, SectorSize.SECTOR_512);
            try (OverlayDevice view = new OverlayDevice("the view", base, 32 * MIB, rooms.open(room, target))) {
                changes(view);
            }
            try (var left = Files.list(folder)) {
                assertThat(left).containsExactly(folder.resolve("meminfo"));
            }
        }
        ByteBuffer start = ByteBuffer.allocate((int) (48 * MIB));
        target.read(0, start);
        assertThat(start.flip().mismatch(ByteBuffer.allocate((int) (48 * MIB)))).isEqualTo(-1);
    }

    private static void changes(BlockDevice view) throws RescueException {
        byte[] bytes = new byte[5000];
        for (int i = 0; i < 1500; i++) {
            bytes[i] = (byte) i;
            view.write(i * 5000L, ByteBuffer.wrap(bytes));
        }
        ByteBuffer read = ByteBuffer.allocate(5000);
        view.read(1499 * 5000L, read);
        assertThat(read.array()).isEqualTo(bytes);
        assertThatThrownBy(() -> view.write(20 * MIB, ByteBuffer.allocate((int) (2 * MIB))))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("the view is full: its changes need more than the 8.0 MiB");
    }
}
