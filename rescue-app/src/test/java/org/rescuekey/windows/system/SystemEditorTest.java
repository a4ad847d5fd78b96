package org.rescuekey.windows.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.units.SectorSize;
import org.rescuekey.windows.ByteEdit;
import org.rescuekey.windows.ByteEdits;
import org.rescuekey.windows.FileEdits;
import org.rescuekey.windows.IdentityChange;
import org.rescuekey.windows.IdentityChanges;
import org.rescuekey.windows.PartitionIdentity;
import org.rescuekey.windows.hive.HiveMaker;
import org.rescuekey.windows.hive.HiveOracle;
import org.rescuekey.windows.hive.MadeKey;

/** Drive letters follow their partitions and drivers start at boot; libhivex reads what comes of it. */
final class SystemEditorTest {
    private static final UUID DISK = UUID.fromString("addc0d43-17a9-4e26-a16c-dc71e67393f7");
    private static final UUID NEW = UUID.fromString("99999999-aaaa-4bbb-8ccc-dddddddddddd");
    private static final Set<String> FILES = Set.of(
            "System32\\drivers\\stornvme.sys",
            "System32\\drivers\\storahci.sys",
            "System32\\drivers\\pciide.sys",
            "System32\\drivers\\atapi.sys",
            "System32\\drivers\\vmd.sys",
            "System32\\drivers\\iaStorVD.sys");

    private static IdentityChanges gptChange() throws RefusedException {
        return IdentityChanges.of(List.of(new IdentityChange(
                new PartitionIdentity.Gpt(DISK, MadeSystem.PARTITION, 2048, 4096, SectorSize.SECTOR_512),
                new PartitionIdentity.Gpt(NEW, NEW, 4096, 4096, SectorSize.SECTOR_512))));
    }

    private static IdentityChanges mbrChange() throws RefusedException {
        return IdentityChanges.of(List.of(new IdentityChange(
                new PartitionIdentity.Mbr(MadeSystem.SIGNATURE, 2048, 4096, SectorSize.SECTOR_512),
                new PartitionIdentity.Mbr(0x1122_3344, 8192, 4096, SectorSize.SECTOR_512))));
    }

    /** The values that libhivex sees in one hive and not in the other, as "key: value=data". */
    private static Set<String> difference(byte[] before, FileEdits edits) throws Exception {
        byte[] after = ByteEdits.apply(before, edits.edits());
        HiveOracle.agrees(after);
        Map<String, List<String>> old = HiveOracle.tree(before);
        Map<String, List<String>> now = new HashMap<>(HiveOracle.tree(after));
        assertThat(now.keySet()).isEqualTo(old.keySet());
        return now.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream()
                        .filter(value ->
                                !old.getOrDefault(entry.getKey(), List.of()).contains(value))
                        .map(value -> entry.getKey() + ": " + value))
                .collect(Collectors.toSet());
    }

    @Test
    void lettersOfAGptPartitionFollowIt() throws Exception {
        byte[] hive = MadeSystem.hive();
        FileEdits edits =
                SystemEditor.of(SystemHive.parse(hive)).follow(gptChange()).result();
        String data = "=3:44,4d,49,4f,3a,49,44,3a,99,99,99,99,aa,aa,bb,4b,8c,cc,dd,dd,dd,dd,dd,dd";
        assertThat(difference(hive, edits))
                .containsExactlyInAnyOrder(
                        "\\MountedDevices: \\DosDevices\\C:" + data,
                        "\\MountedDevices: \\??\\Volume{" + MadeSystem.VOLUME + "}" + data,
                        "\\MountedDevices: #{" + MadeSystem.VOLUME + "}" + data);
        assertThat(edits.edits().getFirst().words())
                .isEqualTo(
                        "drive letters, \\DosDevices\\C:: partition 1581CEA0-12EE-4D7D-8967-A2B73024AAE2 -> partition"
                                + " 99999999-AAAA-4BBB-8CCC-DDDDDDDDDDDD");
    }

    @Test
    void lettersOfAnMbrPartitionFollowSignatureAndOffset() throws Exception {
        byte[] hive = MadeSystem.hive();
        FileEdits edits =
                SystemEditor.of(SystemHive.parse(hive)).follow(mbrChange()).result();
        String data = "=3:44,33,22,11,00,00,40,00,00,00,00,00";
        assertThat(difference(hive, edits))
                .containsExactlyInAnyOrder(
                        "\\MountedDevices: \\DosDevices\\F:" + data,
                        "\\MountedDevices: \\??\\Volume{aaaaaaaa-0000-11ed-8c7c-de4e190a0ee1}" + data);
        assertThat(edits.edits().getFirst().words())
                .endsWith("disk A1B2C3D4, byte 1048576 (start sector 2048) -> disk 11223344, byte 4194304 (start sector"
                        + " 8192)");
    }

    @Test
    void driversOfWindowsStartAtBootWhereTheirFileIs() throws Exception {
        byte[] hive = MadeSystem.hive();
        SystemHive system = SystemHive.parse(hive);
        FileEdits edits = SystemEditor.of(system)
                .startAtBoot(StorageDrivers.of(system, FILES::contains))
                .result();
        assertThat(difference(hive, edits))
                .containsExactlyInAnyOrder(
                        "\\ControlSet001\\Services\\stornvme: Start=4:00,00,00,00",
                        "\\ControlSet001\\Services\\stornvme\\StartOverride: 0=4:00,00,00,00",
                        "\\ControlSet001\\Services\\pciide: Start=4:00,00,00,00",
                        "\\ControlSet002\\Services\\stornvme: Start=4:00,00,00,00",
                        "\\ControlSet002\\Services\\stornvme\\StartOverride: 0=4:00,00,00,00",
                        "\\ControlSet002\\Services\\pciide: Start=4:00,00,00,00");
        assertThat(edits.edits())
                .extracting(ByteEdit::words)
                .contains(
                        "storage driver stornvme (ControlSet001), Start: 3 (on demand) -> 0 (at boot)",
                        "storage driver stornvme (ControlSet002), StartOverride: 3 (on demand) -> 0 (at boot)");
        assertThat(edits.notes())
                .contains(
                        "storage driver intelide (ControlSet001): Start 4 (never), its file is missing: left alone",
                        "storage driver iaStorVD (ControlSet002): Start 3 (on demand): left alone",
                        "storage driver atapi (ControlSet001), Start: not a number, left alone")
                .hasSize(6);
    }

    @Test
    void theStateOfEachDriverIsTold() throws Exception {
        SystemHive system = SystemHive.parse(MadeSystem.hive());
        assertThat(system.currentControlSet()).hasValue(2);
        assertThat(StorageDrivers.of(system, FILES::contains).drivers())
                .filteredOn(driver -> driver.controlSet().equals("ControlSet002"))
                .filteredOn(StorageDrivers.Driver::startsAtBoot)
                .extracting(StorageDrivers.Driver::name)
                .containsExactlyInAnyOrder("storahci", "vmd");
        assertThat(StorageDrivers.of(system, file -> false).drivers()).noneMatch(StorageDrivers.Driver::startsAtBoot);
    }

    @Test
    void lettersAndDriversAreOneChangeOfTheHive() throws Exception {
        byte[] hive = MadeSystem.hive();
        SystemHive system = SystemHive.parse(hive);
        FileEdits edits = SystemEditor.of(system)
                .follow(gptChange())
                .startAtBoot(StorageDrivers.of(system, FILES::contains))
                .result();
        assertThat(difference(hive, edits)).hasSize(9);
        assertThat(edits.edits()).filteredOn(edit -> edit.offsetBytes() < 4096).hasSize(1);
        byte[] again = ByteEdits.apply(hive, edits.edits());
        SystemHive done = SystemHive.parse(again);
        assertThat(SystemEditor.of(done)
                        .follow(gptChange())
                        .startAtBoot(StorageDrivers.of(done, FILES::contains))
                        .result()
                        .edits())
                .as("what is done is not done again")
                .isEmpty();
    }

    @Test
    void aDirtyHiveIsToldAndNotEdited() throws Exception {
        SystemHive system = SystemHive.parse(HiveMaker.dirty(MadeSystem.hive()));
        assertThat(system.isDirty()).isTrue();
        assertThat(StorageDrivers.of(system, FILES::contains).drivers()).isNotEmpty();
        assertThatThrownBy(() -> SystemEditor.of(system))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("The registry hive SYSTEM was not closed cleanly");
    }

    @Test
    void aHiveOfSomethingElseIsNotSystem() {
        assertThatThrownBy(() -> SystemHive.parse(HiveMaker.write(MadeKey.root().number("n", 1))))
                .isInstanceOf(MalformedDataException.class);
    }
}
