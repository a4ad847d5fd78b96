package org.rescuekey.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.engine.Layouts;
import org.rescuekey.error.RefusedException;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.plan.SystemFile.Kind;
import org.rescuekey.plan.SystemFile.Obstacle;
import org.rescuekey.plan.layout.Identities;
import org.rescuekey.plan.layout.Layout;
import org.rescuekey.plan.layout.LayoutPlanner;
import org.rescuekey.plan.layout.SeededIdentities;
import org.rescuekey.plan.layout.TargetRoom;
import org.rescuekey.plan.layout.Wish;
import org.rescuekey.units.SectorSize;

/** What cannot be made to follow is refused where a system would not start without it. */
final class ReferencesTest {
    private static final Obstacle COMPRESSED = new Obstacle("It is compressed.", "Start its own system.");
    private static final long DISK_BYTES = 64L << 20;

    private Layout renewed;
    private String guid = "";

    @BeforeEach
    void lay() throws Exception {
        MemoryDevice disk = new MemoryDevice(DISK_BYTES, SectorSize.SECTOR_512);
        Layouts.gpt(disk, Layouts.part(1, 2048, 20_480));
        PartitionTable table = PartitionTables.read(disk).table().orElseThrow();
        guid = table.partitions().getFirst().identity().toLowerCase(Locale.ROOT);
        renewed = LayoutPlanner.plan(table, List.of(), new TargetRoom(DISK_BYTES, SectorSize.SECTOR_512), Wish.AS_IS)
                .orThrow()
                .withIdentities(Identities.fresh(table, new SeededIdentities(new byte[16], "test")));
    }

    @Test
    void aHiveThatCannotBeReadIsNotPassedOver() {
        SystemFile hive = SystemFile.unread(1, "/Windows/System32/config/SYSTEM", Kind.SYSTEM_HIVE, COMPRESSED);
        assertThatThrownBy(() -> References.follow(List.of(hive), renewed))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("/Windows/System32/config/SYSTEM")
                .hasMessageContaining("It is compressed.");
    }

    @Test
    void withoutItsRecoveryEnvironmentWindowsStarts() throws Exception {
        SystemFile recovery = SystemFile.unread(1, "/Recovery/WindowsRE/ReAgent.xml", Kind.RECOVERY, COMPRESSED);
        assertThat(References.follow(List.of(recovery), renewed).notes())
                .singleElement()
                .asString()
                .contains("ReAgent.xml", "is left as it is");
    }

    @Test
    void whatNeedNotChangeMayBeLocked() throws Exception {
        byte[] other = "PARTUUID=00000000-1111-2222-3333-444444444444 / ext4".getBytes(StandardCharsets.US_ASCII);
        SystemFile fstab = new SystemFile(1, "/etc/fstab", Kind.TEXT, other, COMPRESSED);
        assertThat(References.follow(List.of(fstab), renewed)).isEqualTo(References.NONE);
        byte[] own = ("PARTUUID=" + guid + " / ext4").getBytes(StandardCharsets.US_ASCII);
        SystemFile mine = new SystemFile(1, "/etc/fstab", Kind.TEXT, own, COMPRESSED);
        assertThatThrownBy(() -> References.follow(List.of(mine), renewed)).isInstanceOf(RefusedException.class);
    }
}
