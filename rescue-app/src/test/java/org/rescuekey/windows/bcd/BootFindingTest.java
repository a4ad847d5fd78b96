package org.rescuekey.windows.bcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rescuekey.windows.ByteEdits;
import org.rescuekey.windows.PartitionIdentity;
import org.rescuekey.windows.hive.HiveMaker;
import org.rescuekey.windows.hive.HiveOracle;
import org.rescuekey.windows.hive.MadeKey;

/** What is dead in a boot store is named, and can be pointed at what is there. */
final class BootFindingTest {
    private static final List<PartitionIdentity> ALL =
            List.of(MadeStore.ESP, MadeStore.WINDOWS, MadeStore.WINRE, MadeStore.ELSEWHERE);

    /** All but the place that is dead by intent. */
    private static List<BootFinding> findings(byte[] file, List<PartitionIdentity> present) throws Exception {
        return BootFinding.of(BootStore.parse(file), present).stream()
                .filter(finding -> !(finding instanceof BootFinding.DeadDevice dead)
                        || dead.reference().element().code() != 0x2100_0097)
                .toList();
    }

    @Test
    void aStoreWhosePartitionsAreThereIsSound() throws Exception {
        assertThat(findings(MadeStore.gpt(), ALL)).isEmpty();
        assertThat(findings(MadeStore.mbr(), List.of(MadeStore.ACTIVE, MadeStore.C, MadeStore.RE, MadeStore.D)))
                .isEmpty();
    }

    @Test
    void anEntryWhosePartitionIsGoneIsDead() throws Exception {
        List<BootFinding> dead = findings(MadeStore.gpt(), List.of(MadeStore.ESP, MadeStore.WINDOWS, MadeStore.WINRE));
        assertThat(dead)
                .extracting(BootFinding::words)
                .containsExactly(
                        "The entry \"Windows 10\" {22222222-2222-11ed-8c7c-de4e190a0ee1} needs partition"
                                + " 1581CEA0-12EE-4D86-8967-A2B73024AAE2 on disk 0C0FFEE0-0000-4000-8000-000000000001"
                                + " (device), which does not exist.",
                        "The entry \"Windows 10\" {22222222-2222-11ed-8c7c-de4e190a0ee1} needs partition"
                                + " 1581CEA0-12EE-4D86-8967-A2B73024AAE2 on disk 0C0FFEE0-0000-4000-8000-000000000001"
                                + " (osdevice), which does not exist.");
        assertThat(findings(MadeStore.gpt(), List.of(MadeStore.ESP, MadeStore.WINRE, MadeStore.ELSEWHERE)))
                .filteredOn(finding -> finding instanceof BootFinding.DeadDevice device && device.isDefault())
                .hasSize(2);
    }

    @Test
    void aDeadEntryIsPointedAtAPartition() throws Exception {
        byte[] file = MadeStore.gpt();
        List<PartitionIdentity> present = List.of(MadeStore.ESP, MadeStore.WINDOWS, MadeStore.WINRE);
        BootStore store = BootStore.parse(file);
        BootStoreEditor repair = BootStoreEditor.of(store);
        BootFinding.of(store, present).stream()
                .filter(BootFinding.DeadDevice.class::isInstance)
                .map(BootFinding.DeadDevice.class::cast)
                .forEach(dead -> repair.pointAt(dead.reference(), MadeStore.WINDOWS));
        byte[] repaired = ByteEdits.apply(file, repair.result().edits());
        HiveOracle.agrees(repaired);
        assertThat(BootFinding.of(BootStore.parse(repaired), present)).isEmpty();
        assertThat(BootStore.parse(repaired)
                        .object(MadeStore.SECOND)
                        .orElseThrow()
                        .element(0x2100_0001)
                        .orElseThrow()
                        .data())
                .isEqualTo(MadeStore.partition(MadeStore.WINDOWS));
    }

    @Test
    void anEntryOfTheOtherStyleIsPointedAtAPartitionToo() throws Exception {
        byte[] file = MadeStore.mbr();
        BootStore store = BootStore.parse(file);
        BootStoreEditor repair = BootStoreEditor.of(store);
        BootFinding.of(store, List.of(MadeStore.WINDOWS))
                .forEach(finding -> repair.pointAt(((BootFinding.DeadDevice) finding).reference(), MadeStore.WINDOWS));
        assertThat(repair.result().edits().getFirst().words())
                .contains("the partition at byte 105906176 on disk A1B2C3D4 -> partition 1581CEA0-12EE-4D80");
        byte[] repaired = ByteEdits.apply(file, repair.result().edits());
        HiveOracle.agrees(repaired);
        assertThat(BootFinding.of(BootStore.parse(repaired), List.of(MadeStore.WINDOWS)))
                .isEmpty();
        assertThat(BootStore.parse(repaired)
                        .object(MadeStore.LOADER)
                        .orElseThrow()
                        .element(0x1100_0001)
                        .orElseThrow()
                        .data())
                .isEqualTo(MadeStore.partition(MadeStore.WINDOWS));
    }

    @Test
    void aStoreThatStartsNothingSaysSo() throws Exception {
        MadeKey empty = MadeKey.root();
        empty.at("Objects");
        assertThat(findings(HiveMaker.write(empty), ALL)).containsExactly(new BootFinding.NoBootManager());
        String manager = "Objects\\{" + BootStore.BOOT_MANAGER_ID + "}\\";
        MadeKey idle = MadeKey.root();
        idle.at(manager + "Elements");
        assertThat(findings(HiveMaker.write(idle), ALL)).containsExactly(new BootFinding.NoLoader());
        MadeKey lost = MadeKey.root();
        lost.at(manager + "Elements\\23000003").string("Element", "{" + MadeStore.LOADER + "}");
        lost.at(manager + "Elements\\24000001").strings("Element", "{" + MadeStore.SECOND + "}", "no GUID");
        assertThat(findings(HiveMaker.write(lost), ALL))
                .extracting(BootFinding::words)
                .containsExactly(
                        "The boot manager's default names {11111111-2222-11ed-8c7c-de4e190a0ee1}, which is not in the"
                                + " boot store.",
                        "The boot manager's displayorder names {22222222-2222-11ed-8c7c-de4e190a0ee1}, which is not in"
                                + " the boot store.");
    }
}
