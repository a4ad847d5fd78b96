package org.rescuekey.partition.gpt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.units.SectorSize;

/** GUIDs, entries, arrays and headers by themselves. */
class GptStructuresTest {
    @Test
    void guidsHaveTheByteOrderOfDisks() {
        byte[] onDisk = HexFormat.of().parseHex("28732ac11ff8d211ba4b00a0c93ec93b");
        ByteBuffer buffer = ByteBuffer.wrap(onDisk).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(Guids.get(buffer, 0)).isEqualTo(GptTypes.EFI_SYSTEM);
        assertThat(Guids.text(GptTypes.EFI_SYSTEM)).isEqualTo("C12A7328-F81F-11D2-BA4B-00A0C93EC93B");

        ByteBuffer written = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        Guids.put(written, 0, GptTypes.EFI_SYSTEM);
        assertThat(written.array()).isEqualTo(onDisk);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1-1-1-1-1",
                "c12a7328-f81f-11d2-ba4b-00a0c93ec93b",
                "C12A7328-F81F-11D2-BA4B-00A0C93EC93",
                "C12A7328-F81F-11D2-BA4B000A0C93EC93B",
                "C12A7328-F81F-11D2-BA4B-00A0C93EC93G"
            })
    void otherTextsAreNoGuids(String text) {
        assertThat(Guids.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 128", "128, 128", "4096, 128", "4096, 256", "256, 4096"})
    void theseShapesAreAllowed(int count, int bytes) throws MalformedDataException {
        assertThat(GptShape.parse(count, bytes, 80)).isEqualTo(new GptShape(count, bytes));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 128",
        "-1, 128",
        "4097, 128",
        "4096, 512",
        "257, 4096",
        "1, 8192",
        "128, 64",
        "128, 127",
        "128, 192",
        "128, 0",
        "128, -128",
        "2147483647, 128",
        "128, -2147483648",
        "33554432, 128"
    })
    void otherShapesAreNot(int count, int bytes) {
        assertThatThrownBy(() -> GptShape.parse(count, bytes, 80))
                .isInstanceOfSatisfying(
                        MalformedDataException.class,
                        e -> assertThat(e.offsetBytes()).isEqualTo(80));
        assertThatThrownBy(() -> new GptShape(count, bytes)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void largerEntriesAreReadAtTheirPlaces() throws MalformedDataException {
        GptShape shape = new GptShape(9, 512);
        List<GptEntry> entries = List.of(
                new GptEntry(2, GptTypes.LINUX_FILE_SYSTEM, new UUID(1, 2), 3, 4, 5, "x".repeat(36)),
                new GptEntry(9, GptTypes.EFI_SYSTEM, new UUID(6, 7), 8, 9, -1, ""));
        byte[] array = shape.toArray(entries);
        assertThat(array).hasSize(9 * 512);
        ByteBuffer buffer = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(shape.parseArray(buffer, GptShape.crcOf(array), 1024)).isEqualTo(entries);
        assertThatThrownBy(() -> shape.parseArray(buffer, GptShape.crcOf(array) + 1, 1024))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("at offset 1024");
        assertThat(shape.arraySectors(SectorSize.SECTOR_512)).isEqualTo(9);
        assertThat(shape.arraySectors(SectorSize.SECTOR_4096)).isEqualTo(2);
    }

    @Test
    void namesAreOfAtMost36Units() {
        assertThatCode(() -> new GptEntry(1, GptTypes.EFI_SYSTEM, Guids.NIL, 0, 0, 0, "x".repeat(36)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> new GptEntry(1, GptTypes.EFI_SYSTEM, Guids.NIL, 0, 0, 0, "x".repeat(37)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GptEntry(1, GptTypes.EFI_SYSTEM, Guids.NIL, 0, 0, 0, "x\0"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GptEntry(1, Guids.NIL, Guids.NIL, 0, 0, 0, ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GptEntry(0, GptTypes.EFI_SYSTEM, Guids.NIL, 0, 0, 0, ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static final GptHeader HEADER =
            new GptHeader(1, 999, 34, 900, new UUID(1, 2), 2, new GptShape(128, 128), 0x1234_5678);

    private static ByteBuffer sector(GptHeader header) {
        return ByteBuffer.wrap(header.toSector(SectorSize.SECTOR_512)).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void headersAreReadAgain() throws MalformedDataException {
        assertThat(GptHeader.parse(sector(HEADER), 1, SectorSize.SECTOR_512)).isEqualTo(HEADER);
    }

    /** The header inside an image of another disk that happens to lie where a backup would be. */
    @Test
    void aHeaderThatBelongsElsewhereIsNone() {
        assertThatThrownBy(() -> GptHeader.parse(sector(HEADER), 999, SectorSize.SECTOR_512))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage("GPT header at offset " + (999 * 512 + 24) + ": expected its own sector 999, found 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 91, 513, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void theLengthOfAHeaderIsCheckedBeforeItIsUsed(int length) {
        ByteBuffer sector = sector(HEADER).putInt(12, length);
        assertThatThrownBy(() -> GptHeader.parse(sector, 1, SectorSize.SECTOR_512))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("a header of 92 to 512 bytes");
    }

    @Test
    void anotherRevisionIsNotRead() {
        ByteBuffer sector = sector(HEADER).putInt(8, 0x0002_0000);
        assertThatThrownBy(() -> GptHeader.parse(sector, 1, SectorSize.SECTOR_512))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("revision 1");
    }
}
