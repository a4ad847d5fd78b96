package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.OverlayDevice;
import org.rescuekey.error.RefusedException;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

class OverlayNeedTest {
    private static final long GIB = ByteCount.GIB;

    private static OverlayNeed ntfs(ExtentSet used, long volumeBytes, long newBytes) {
        return OverlayNeed.of(FileSystemType.NTFS, used, volumeBytes, newBytes);
    }

    @Test
    void whatLiesBehindTheNewEndIsNeeded() {
        ExtentSet used = ExtentSet.of(new Extent(0, 3 * GIB), new Extent(9 * GIB, 2 * GIB));
        OverlayNeed need = ntfs(used, 16 * GIB, 10 * GIB);
        assertThat(need.bytes()).isBetween(GIB, 2 * GIB);
        assertThat(need.pieceBytes()).isEqualTo(OverlayDevice.FINE_PIECE_BYTES);
        assertThat(need.reason())
                .isEqualTo("The change of size takes up to " + ByteCount.text(need.bytes())
                        + " of room: 1.0 GiB lie behind the new end and are moved.");
    }

    /** Measured: 708 MB moved, with 55,000 files, took 742.8 MiB. */
    @Test
    void theEstimateCoversWhatWasMeasured() {
        long behind = 172_633L * 4096;
        ExtentSet used = ExtentSet.of(new Extent(0, 96_000_000), new Extent(GIB, behind));
        OverlayNeed need = ntfs(used, 4 * GIB, 850_001_920);
        assertThat(need.bytes()).isBetween(743 * ByteCount.MIB, 1100 * ByteCount.MIB);
    }

    @Test
    void nothingBehindTheEndAndGrowingNeedLittle() {
        ExtentSet used = ExtentSet.of(new Extent(0, 3 * GIB));
        assertThat(ntfs(used, 16 * GIB, 10 * GIB).bytes()).isLessThan(300 * ByteCount.MIB);
        OverlayNeed growing = ntfs(used, 16 * GIB, 20 * GIB);
        assertThat(growing.bytes()).isLessThan(500 * ByteCount.MIB);
        assertThat(growing.reason()).contains("only the tables of the file system change");
    }

    @Test
    void whatIsMadeAnewIsCopiedWhole() {
        ExtentSet used = ExtentSet.of(new Extent(0, 60 << 20));
        OverlayNeed need = OverlayNeed.of(FileSystemType.FAT32, used, 100 << 20, 300 << 20);
        assertThat(need.bytes()).isGreaterThan(60 << 20);
        assertThat(need.reason()).contains("made anew", "60.0 MiB are copied");
    }

    @Test
    void aLargeNeedHasCoarsePieces() {
        ExtentSet used = ExtentSet.of(new Extent(100 * GIB, 100 * GIB));
        OverlayNeed need = ntfs(used, 1000 * GIB, 100 * GIB);
        assertThat(need.pieceBytes()).isEqualTo(OverlayDevice.COARSE_PIECE_BYTES);
        assertThat(need.bytes() % need.pieceBytes()).isZero();
    }

    private static final OverlayNeed TEN = new OverlayNeed(10 * GIB, 4096, "It takes up to 10.0 GiB of room: so.");

    private static OverlayRoom choose(long memory, long folder, long tail) throws RefusedException {
        return OverlayRoom.choose(
                TEN,
                new OverlayRoom.Offers(
                        memory,
                        folder == 0 ? Optional.empty() : Optional.of(new OverlayRoom.Folder("/mnt/usb", folder)),
                        tail == 0 ? Optional.empty() : Optional.of(new Extent(50 * GIB, tail))));
    }

    @Test
    void memoryComesFirstThenTheFolderThenTheTarget() throws RefusedException {
        assertThat(choose(11 * GIB, 20 * GIB, 20 * GIB)).isEqualTo(new OverlayRoom.Memory(10 * GIB));
        assertThat(choose(10 * GIB, 20 * GIB, 20 * GIB)).isEqualTo(new OverlayRoom.Folder("/mnt/usb", 10 * GIB));
        assertThat(choose(10 * GIB, 9 * GIB, 20 * GIB))
                .isEqualTo(new OverlayRoom.TargetTail(new Extent(60 * GIB, 10 * GIB)));
        assertThat(choose(10 * GIB, 0, 10 * GIB)).isEqualTo(new OverlayRoom.TargetTail(new Extent(50 * GIB, 10 * GIB)));
    }

    @Test
    void whereThereIsNoRoomEachPlaceIsNamedWithWhatItHas() {
        assertThatThrownBy(() -> choose(2 * GIB, 9 * GIB, GIB))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("It takes up to 10.0 GiB of room")
                .hasMessageContaining("memory has 1.5 GiB to spare, /mnt/usb has 9.0 GiB, the free end of the target"
                        + " has 1.0 GiB")
                .hasMessageContaining("Name a folder on another disk");
    }
}
