package org.rescuekey.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.partition.Tables.MIB;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.gpt.GptEntry;
import org.rescuekey.partition.gpt.GptTypes;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.partition.mbr.MbrEntry;
import org.rescuekey.units.SectorSize;

/** The text form: golden texts, and texts that are none. */
class TableTextTest {
    private static final MbrEntry UNUSED = new MbrEntry(0, 0, 0, 0, 0, 0);

    private static GptTable gpt() {
        GptEntry efi = new GptEntry(
                1,
                GptTypes.EFI_SYSTEM,
                UUID.fromString("11111111-2222-4333-8444-555555555555"),
                2048,
                4095,
                1,
                "EFI \"ä\" \\ \uD83D");
        return Tables.gpt(64 * MIB, SectorSize.SECTOR_512, List.of(efi));
    }

    private static final String GPT_TEXT = """
            partition-table 1 gpt
            sector-bytes 512
            disk-bytes 67108864
            disk-id 01234567-89AB-4CDE-8F01-23456789ABCD
            array-lba 2
            entries 128
            entry-bytes 128
            first-usable 34
            last-usable 131038
            backup-lba 131071
            partition 1 first=2048 last=4095 type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B \
            id=11111111-2222-4333-8444-555555555555 attributes=0000000000000001 \
            name="EFI \\u0022\\u00e4\\u0022 \\u005c \\ud83d"
            bytes 0 448 0200eeffffff01000000ffff01
            bytes 0 480 00000000000000000000000000000000000000000000000000000000000055aa
            """;

    @Test
    void printsAndReadsAGpt() throws RescueException {
        String text = gpt().toText();
        assertThat(text).isEqualTo(GPT_TEXT);
        assertThat(PartitionTables.parseText(text)).isEqualTo(gpt());
    }

    private static MbrTable mbr() throws RescueException {
        MemoryDevice disk = new MemoryDevice(10_000 * 512, SectorSize.SECTOR_512);
        byte[] boot = new byte[512];
        boot[0] = 0x33;
        boot[440] = 0x78;
        boot[443] = 0x12;
        EntrySector first = EntrySector.of(boot)
                .withEntries(List.of(
                        new MbrEntry(0x80, 0x000101, 0x07, 0x3F0207, 63, 1000),
                        new MbrEntry(0, 1, 0x05, 2, 2000, 6000),
                        UNUSED,
                        UNUSED));
        EntrySector link = EntrySector.of(new byte[512])
                .withEntries(List.of(new MbrEntry(0, 0, 0x83, 0, 63, 500), UNUSED, UNUSED, UNUSED));
        disk.write(0, ByteBuffer.wrap(first.bytes()));
        disk.write(2000 * 512, ByteBuffer.wrap(link.bytes()));
        return (MbrTable) Tables.read(disk);
    }

    private static final String MBR_TEXT = """
            partition-table 1 mbr
            sector-bytes 512
            disk-bytes 5120000
            disk-id 12000078
            partition 1 first=63 last=1062 type=0x07 active
            partition 2 first=2000 last=7999 type=0x05
            partition 5 first=2063 last=2562 type=0x83
            bytes 0 0 33
            bytes 0 416 0000000000000000000000000000000000000000000000007800001200008001
            bytes 0 448 01000707023f3f000000e80300000001000005020000d00700007017
            bytes 0 480 00000000000000000000000000000000000000000000000000000000000055aa
            bytes 2000 448 0000830000003f000000f401
            bytes 2000 480 00000000000000000000000000000000000000000000000000000000000055aa
            """;

    @Test
    void printsAndReadsAnMbr() throws RescueException {
        String text = mbr().toText();
        assertThat(text).isEqualTo(MBR_TEXT);
        assertThat(PartitionTables.parseText(text)).isEqualTo(mbr());
    }

    @Test
    void everyChangedCharacterIsRefusedOrGivesAnotherTable() throws RescueException {
        for (PartitionTable table : List.of(gpt(), mbr())) {
            String text = table.toText();
            for (int i = 0; i < text.length(); i++) {
                for (char other : new char[] {'0', '1', 'f', ' ', '\n', '"', 'x', '\u0660'}) {
                    if (text.charAt(i) == other) {
                        continue;
                    }
                    String changed = text.substring(0, i) + other + text.substring(i + 1);
                    try {
                        PartitionTable parsed = PartitionTables.parseText(changed);
                        assertThat(parsed.toText()).isEqualTo(changed);
                        assertThat(parsed).isNotEqualTo(table);
                    } catch (MalformedDataException e) {
                        assertThat(e).hasMessageContaining("at offset");
                    }
                }
            }
        }
    }

    @Test
    void everyCutTextIsRefused() throws RescueException {
        for (PartitionTable table : List.of(gpt(), mbr())) {
            String text = table.toText();
            for (int length = 0; length < text.length(); length++) {
                String cut = text.substring(0, length);
                try {
                    assertThat(PartitionTables.parseText(cut).toText()).isEqualTo(cut);
                } catch (MalformedDataException e) {
                    assertThat(e).hasMessageContaining("at offset");
                }
            }
        }
    }

    @Test
    void thePartitionsOfAnMbrMustAgreeWithItsBytes() throws RescueException {
        String text = mbr().toText();
        assertThatThrownBy(() -> PartitionTables.parseText(text.replace("last=1062", "last=1063")))
                .isInstanceOf(MalformedDataException.class);
        assertThatThrownBy(() -> PartitionTables.parseText(text.replace("disk-id 12000078", "disk-id 12000079")))
                .isInstanceOf(MalformedDataException.class);
    }

    @Test
    void theNumberOfSectorsIsLimited() throws RescueException {
        StringBuilder text = new StringBuilder(mbr().toText());
        for (int lba = 3000; lba < 3300; lba++) {
            text.append("bytes ").append(lba).append(" 0 01\n");
        }
        assertThatThrownBy(() -> PartitionTables.parseText(text.toString()))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("at most 257 sectors");
    }

    @Test
    void aFutureFormIsRefused() {
        assertThatThrownBy(() -> PartitionTables.parseText(gpt().toText().replace("table 1 gpt", "table 2 gpt")))
                .isInstanceOf(MalformedDataException.class);
    }
}
