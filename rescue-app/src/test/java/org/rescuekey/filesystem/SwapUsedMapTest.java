package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.device.ReadOnlyDevice;
import org.rescuekey.filesystem.UsedMap.LeftOut;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** Maps of swap space made by mkswap; blkid and swaplabel tell whether it is still what it was. */
class SwapUsedMapTest {
    private static final long SIZE = 8 << 20;
    private static final byte[] TUX_ON_ICE = {
        (byte) 0xED, (byte) 0xC3, 2, (byte) 0xE9, (byte) 0x98, 0x56, (byte) 0xE5, 12
    };

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {4096, 8192, 16_384, 32_768, 65_536})
    void pagesAreLeftOutButNotTheHeader(int pageBytes) throws IOException {
        Path volume = make(pageBytes, SIZE);

        UsedMap map = map(volume, PageFiles.LEFT_OUT);

        assertThat(map.reason()).isEmpty();
        assertThat(map.used()).isEqualTo(ExtentSet.of(new Extent(0, SIZE)));
        ExtentSet pages = ExtentSet.of(Extent.between(pageBytes, SIZE));
        assertThat(map.leftOut()).containsExactly(new LeftOut("Linux swap space", pages));
        assertThat(map(volume, PageFiles.KEPT)).isEqualTo(UsedMap.of(map.used()));
        VolumeInfo info = UsedMapCheck.recognise(volume, SectorSize.SECTOR_512);
        assertThat(info.clusterBytes()).isEqualTo(pageBytes);
        assertThat(info.sizeBytes()).isEqualTo(SIZE);
        assertThat(info.label()).isEqualTo(blkid(volume, "LABEL")).isEqualTo("slabel");
        assertThat(info.identity()).isEqualTo(blkid(volume, "UUID")).isNotEmpty();

        Path restored = folder.resolve("restored.img");
        UsedMapCheck.copyUsed(volume, map.used().subtract(map.leftOutExtents()), restored);
        assertThat(Tool.run("blkid", "-p", "-o", "export", restored))
                .isEqualTo(Tool.run("blkid", "-p", "-o", "export", volume).replace("swap.img", "restored.img"));
        assertThat(Tool.run("swaplabel", restored)).contains("slabel", info.identity());
    }

    @Test
    void bytesBehindTheLastPageAreKept() throws IOException {
        Path volume = make(4096, SIZE - 100 * 512);
        Tool.run("truncate", "-s", SIZE, volume);

        UsedMap map = map(volume, PageFiles.LEFT_OUT);

        long end = (SIZE - 100 * 512) / 4096 * 4096;
        assertThat(map.leftOutExtents()).isEqualTo(ExtentSet.of(Extent.between(4096, end)));
        assertThat(map.used()).isEqualTo(ExtentSet.of(new Extent(0, SIZE)));
    }

    @Test
    void headerInTheOtherByteOrder() throws IOException {
        Path volume = make(4096, SIZE);
        for (int offset : new int[] {1024, 1028, 1032}) {
            int value = ExfatFixture.read(volume, offset, 4).getInt(0);
            ExfatFixture.writeInt(volume, offset, Integer.reverseBytes(value));
        }

        assertThat(map(volume, PageFiles.LEFT_OUT).leftOutExtents())
                .isEqualTo(ExtentSet.of(Extent.between(4096, SIZE)));
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).identity())
                .isEqualTo(blkid(volume, "UUID"));
    }

    @ParameterizedTest
    @CsvSource({"LEFT_OUT, LITTLE", "KEPT, LITTLE", "LEFT_OUT, BIG"})
    void badPagesAreNotUsedAndAreTold(PageFiles pageFiles, String order) throws IOException {
        Path volume = make(4096, SIZE);
        ByteBuffer header = ByteBuffer.allocate(12)
                .order(order.equals("BIG") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)
                .putInt(1)
                .putInt((int) (SIZE / 4096 - 1))
                .putInt(3);
        ByteBuffer pages = ByteBuffer.allocate(12)
                .order(header.order())
                .putInt(7)
                .putInt(8)
                .putInt(2047);
        ExfatFixture.write(volume, 1024, header.array());
        ExfatFixture.write(volume, 1536, pages.array());

        UsedMap map = map(volume, pageFiles);

        ExtentSet bad = ExtentSet.of(new Extent(7 * 4096, 2 * 4096), new Extent(2047 * 4096, 4096));
        assertThat(map.used()).isEqualTo(ExtentSet.of(new Extent(0, SIZE)));
        assertThat(map.knownBad()).isEqualTo(bad);
        assertThat(map.leftOutExtents().intersect(bad).isEmpty()).isTrue();
        assertThat(map.notes())
                .containsExactly(
                        "12,288 bytes (12.0 KiB) in 2 places marked as bad: tried all the same, but what cannot be read of it is no loss.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"S1SUSPEND", "S2SUSPEND", "ULSUSPEND", "LINHIB0001"})
    void hibernatedSystemIsKeptWhole(String mark) throws IOException {
        Path volume = make(4096, SIZE);
        ExfatFixture.write(volume, 4086, mark.getBytes(StandardCharsets.ISO_8859_1));

        checkHibernated(volume);
    }

    /** Its mark stands in place of that of swap space or, in later versions, at the very start. */
    @ParameterizedTest
    @ValueSource(longs = {4086, 0})
    void hibernatedByTuxOnIceIsKeptWhole(long offset) throws IOException {
        Path volume = make(4096, SIZE);
        ExfatFixture.write(volume, offset, TUX_ON_ICE);

        checkHibernated(volume);
    }

    private static void checkHibernated(Path volume) throws IOException {
        for (PageFiles pageFiles : PageFiles.values()) {
            UsedMap map = map(volume, pageFiles);
            assertThat(map.raw()).isTrue();
            assertThat(map.reason()).contains("hibernated Linux");
            assertThat(map.leftOut()).isEmpty();
        }
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).states())
                .containsExactly(VolumeState.HIBERNATED);
    }

    // the offset of four bytes and their value, what the reason tells
    @ParameterizedTest
    @CsvSource({
        "1024, 2, expected version 1",
        "1028, 0, a page below 2048",
        "1028, 2048, a page below 2048",
        "1028, 0xFFFFFFFF, a page below 2048",
        "1032, 638, at most 637 bad pages",
        "1032, 1, a page of 1 to 2047",
        "65526, 0x50415753, ''",
    })
    void headerThatIsNotUnderstoodMakesTheMapRaw(int offset, String value, String reason) throws IOException {
        Path volume = make(4096, SIZE);
        ExfatFixture.writeInt(volume, offset, Long.decode(value).intValue());

        UsedMap map = map(volume, PageFiles.LEFT_OUT);

        assertThat(map.raw()).isEqualTo(!reason.isEmpty());
        assertThat(map.reason()).contains(reason);
    }

    @Test
    void marksOfTwoPageSizesMakeTheMapRaw() throws IOException {
        Path volume = make(4096, SIZE);
        ExfatFixture.write(volume, 8182, "SWAPSPACE2".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(map(volume, PageFiles.LEFT_OUT).reason()).contains("pages of several sizes");
    }

    @Test
    void oldKindIsRaw() throws IOException {
        Path volume = make(4096, SIZE);
        ExfatFixture.write(volume, 4086, "SWAP-SPACE".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(map(volume, PageFiles.LEFT_OUT).reason()).contains("old kind");
    }

    private Path make(int pageBytes, long sizeBytes) {
        Path volume = folder.resolve("swap.img");
        Tool.run("truncate", "-s", sizeBytes, volume);
        Tool.run("mkswap", "-q", "-p", pageBytes, "-L", "slabel", volume);
        return volume;
    }

    private static UsedMap map(Path volume, PageFiles pageFiles) throws IOException {
        try (BlockDevice device = new ReadOnlyDevice(FileDevice.openReadOnly(volume, SectorSize.SECTOR_512))) {
            UsedMap map = Volumes.usedMap(device, pageFiles);
            UsedMapCheck.checkForm(map, device);
            List<LeftOut> leftOut = map.leftOut();
            assertThat(leftOut)
                    .allMatch(each -> each.extents().subtract(map.used()).isEmpty());
            return map;
        }
    }

    private static String blkid(Path volume, String tag) {
        return Tool.run("blkid", "-p", "-s", tag, "-o", "value", volume).strip();
    }
}
