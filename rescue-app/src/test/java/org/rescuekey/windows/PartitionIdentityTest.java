package org.rescuekey.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.filesystem.Tool;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.units.SectorSize;

/** What partitions of real tables are known by, and edits that are applied as a whole or not at all. */
final class PartitionIdentityTest {
    private static final String GUID = "1581CEA0-12EE-4D7D-8967-A2B73024AAE2";
    private static final String DISK = "ADDC0D43-17A9-4E26-A16C-DC71E67393F7";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private PartitionTable table(String script) throws Exception {
        Path disk = folder.resolve("disk");
        Tool.run("truncate", "-s", 8 << 20, disk);
        Path input = Files.writeString(folder.resolve("script"), script);
        Tool.run("sh", "-c", "sfdisk -q " + disk + " < " + input);
        BlockDevice device = new MemoryDevice(8 << 20, SectorSize.SECTOR_512);
        device.write(0, ByteBuffer.wrap(Files.readAllBytes(disk)));
        return PartitionTables.read(device).table().orElseThrow();
    }

    private static PartitionIdentity first(PartitionTable table) {
        Partition partition = table.partitions().getFirst();
        return PartitionIdentity.of(table, partition).orElseThrow();
    }

    @Test
    void aGptPartitionIsKnownByItsGuids() throws Exception {
        PartitionIdentity identity =
                first(table("label: gpt\nlabel-id: " + DISK + "\nstart=2048,size=4096,uuid=" + GUID + "\n"));
        assertThat(identity)
                .isEqualTo(new PartitionIdentity.Gpt(
                        UUID.fromString(DISK), UUID.fromString(GUID), 2048, 4096, SectorSize.SECTOR_512));
        assertThat(identity.words()).isEqualTo("partition " + GUID + " on disk " + DISK);
        assertThat(identity.offsetBytes()).isEqualTo(1 << 20);
    }

    @Test
    void anMbrPartitionIsKnownBySignatureAndPlace() throws Exception {
        PartitionIdentity identity = first(table("label: dos\nlabel-id: 0xA1B2C3D4\nstart=2048,size=4096\n"));
        assertThat(identity).isEqualTo(new PartitionIdentity.Mbr(0xA1B2_C3D4, 2048, 4096, SectorSize.SECTOR_512));
        assertThat(identity.words()).isEqualTo("the partition at sector 2048 (byte 1048576) on disk A1B2C3D4");
    }

    @Test
    void aChangeKeepsStyleAndSectorSize() {
        PartitionIdentity mbr = new PartitionIdentity.Mbr(1, 2048, 4096, SectorSize.SECTOR_512);
        PartitionIdentity gpt = new PartitionIdentity.Gpt(
                UUID.fromString(DISK), UUID.fromString(GUID), 2048, 4096, SectorSize.SECTOR_512);
        PartitionIdentity large = new PartitionIdentity.Mbr(1, 2048, 4096, SectorSize.SECTOR_4096);
        assertThatThrownBy(() -> new IdentityChange(mbr, gpt)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new IdentityChange(mbr, large)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new IdentityChange(mbr, mbr).isAnyChange()).isFalse();
    }

    @Test
    void editsAreAppliedAllOrNone() throws Exception {
        ByteEdit edit = new ByteEdit(2, new byte[] {3, 4}, new byte[] {30, 40}, "3 -> 30");
        assertThat(ByteEdits.apply(new byte[] {1, 2, 3, 4, 5}, List.of(edit))).containsExactly(1, 2, 30, 40, 5);
        assertThatThrownBy(() -> ByteEdits.apply(new byte[] {1, 2, 3, 5, 5}, List.of(edit)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("3 -> 30");
        assertThatThrownBy(() -> ByteEdits.apply(new byte[] {1, 2, 3}, List.of(edit)))
                .isInstanceOf(MalformedDataException.class);
        ByteEdit overlapping = new ByteEdit(3, new byte[] {4}, new byte[] {0}, "overlaps");
        assertThatThrownBy(() -> ByteEdits.apply(new byte[] {1, 2, 3, 4, 5}, List.of(edit, overlapping)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ByteEdit(0, new byte[1], new byte[2], "longer"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
