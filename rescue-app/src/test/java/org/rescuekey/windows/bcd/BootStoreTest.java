package org.rescuekey.windows.bcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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

/** Boot stores are read, follow their partitions, and say what is dead in them. libhivex has the last word on each. */
final class BootStoreTest {
    private static final UUID NEW_DISK = UUID.fromString("99999999-aaaa-4bbb-8ccc-dddddddddddd");
    private static final PartitionIdentity NEW_ESP = MadeStore.gpt(NEW_DISK, 101, 2048, 204_800);
    private static final PartitionIdentity NEW_WINDOWS = MadeStore.gpt(NEW_DISK, 103, 239_616, 4_000_000);
    private static final PartitionIdentity NEW_WINRE = MadeStore.gpt(NEW_DISK, 104, 4_239_616, 1_200_000);

    private static final IdentityChange ESP_CHANGE = new IdentityChange(MadeStore.ESP, NEW_ESP);
    private static final IdentityChange WINDOWS_CHANGE = new IdentityChange(MadeStore.WINDOWS, NEW_WINDOWS);
    private static final IdentityChange WINRE_CHANGE = new IdentityChange(MadeStore.WINRE, NEW_WINRE);

    private static FileEdits follow(byte[] file, IdentityChange... changes) throws Exception {
        return BootStoreEditor.of(BootStore.parse(file))
                .follow(IdentityChanges.of(List.of(changes)))
                .result();
    }

    /** What libhivex sees in one tree and not in the other: the place, and its new values. */
    private static Map<String, List<String>> difference(byte[] before, byte[] after) throws Exception {
        HiveOracle.agrees(after);
        Map<String, List<String>> changed = new HashMap<>(HiveOracle.tree(after));
        assertThat(changed.keySet()).isEqualTo(HiveOracle.tree(before).keySet());
        changed.entrySet().removeAll(HiveOracle.tree(before).entrySet());
        return changed;
    }

    private static String place(UUID id, String element) {
        return "\\Objects\\{" + id + "}\\Elements\\" + element;
    }

    @Test
    void theStoreSaysWhatItStarts() throws Exception {
        BootStore store = BootStore.parse(MadeStore.gpt());
        assertThat(store.defaultLoader()).hasValue(MadeStore.LOADER);
        assertThat(store.resume()).hasValue(MadeStore.RESUME);
        assertThat(store.displayOrder()).containsExactly(MadeStore.LOADER, MadeStore.SECOND);
        assertThat(store.loaders())
                .extracting(BootObject::id)
                .containsExactlyInAnyOrder(MadeStore.LOADER, MadeStore.SECOND, MadeStore.VIRTUAL, MadeStore.RECOVERY);
        BootObject loader = store.object(MadeStore.LOADER).orElseThrow();
        assertThat(loader.title()).hasValue("Windows 11");
        assertThat(loader.path()).hasValue("\\Windows\\system32\\winload.efi");
        assertThat(loader.words()).isEqualTo("\"Windows 11\" {11111111-2222-11ed-8c7c-de4e190a0ee1}");
        assertThat(store.bootManager().orElseThrow().firmwareVariable()).isPresent();
    }

    @Test
    void everythingThatRefersFollowsAndTheRestIsLeftAlone() throws Exception {
        byte[] before = MadeStore.gpt();
        FileEdits edits = follow(before, ESP_CHANGE, WINDOWS_CHANGE, WINRE_CHANGE);
        byte[] after = ByteEdits.apply(before, edits.edits());
        Map<String, List<String>> changed = difference(before, after);
        assertThat(changed.keySet())
                .containsExactlyInAnyOrder(
                        "\\Objects\\{" + BootStore.BOOT_MANAGER_ID + "}\\Description",
                        place(BootStore.BOOT_MANAGER_ID, "11000001"),
                        place(MadeStore.LOADER, "11000001"),
                        place(MadeStore.LOADER, "21000001"),
                        place(MadeStore.VIRTUAL, "11000001"),
                        place(MadeStore.VIRTUAL, "21000001"),
                        place(MadeStore.RECOVERY, "11000001"),
                        place(MadeStore.RECOVERY, "21000001"),
                        place(MadeStore.RESUME, "11000001"),
                        place(MadeStore.RESUME, "21000026"),
                        place(MadeStore.MEMORY, "11000001"),
                        place(MadeStore.OPTIONS, "31000003"));
        assertThat(edits.edits()).hasSize(13);
        leadsBack(after);
    }

    /** The same changes the other way round put every byte of the bins back. */
    private static void leadsBack(byte[] after) throws Exception {
        FileEdits back = follow(
                after,
                new IdentityChange(NEW_ESP, MadeStore.ESP),
                new IdentityChange(NEW_WINDOWS, MadeStore.WINDOWS),
                new IdentityChange(NEW_WINRE, MadeStore.WINRE));
        List<ByteEdit> values = new ArrayList<>(back.edits());
        values.removeIf(edit -> edit.offsetBytes() < 4096);
        byte[] restored = ByteEdits.apply(after, values);
        byte[] original = MadeStore.gpt();
        assertThat(Arrays.copyOfRange(restored, 4096, restored.length))
                .isEqualTo(Arrays.copyOfRange(original, 4096, original.length));
    }

    @Test
    void editsSayOldAndNewInWordsThatATechnicianKnows() throws Exception {
        assertThat(follow(MadeStore.gpt(), WINDOWS_CHANGE).edits())
                .extracting(ByteEdit::words)
                .contains("boot store, \"Windows 11\" {11111111-2222-11ed-8c7c-de4e190a0ee1}, osdevice: partition"
                        + " 1581CEA0-12EE-4D80-8967-A2B73024AAE2 on disk ADDC0D43-17A9-4E26-A16C-DC71E67393F7 -> partition"
                        + " 1581CEA0-12EE-4DE4-8967-A2B73024AAE2 on disk 99999999-AAAA-4BBB-8CCC-DDDDDDDDDDDD");
        assertThat(follow(MadeStore.gpt(), ESP_CHANGE).edits())
                .extracting(ByteEdit::words)
                .anyMatch(
                        words -> words.contains("firmware entry: partition 1581CEA0-12EE-4D7E-8967-A2B73024AAE2, start"
                                + " sector 2048, 204800 sectors -> partition 1581CEA0-12EE-4DE2-8967-A2B73024AAE2, start sector"
                                + " 2048, 204800 sectors"));
    }

    @Test
    void onMbrOffsetAndSignatureFollowTogether() throws Exception {
        byte[] before = MadeStore.mbr();
        PartitionIdentity moved = MadeStore.mbr(0x5566_7788, 409_600, 4_000_000);
        FileEdits edits = follow(before, new IdentityChange(MadeStore.C, moved));
        byte[] after = ByteEdits.apply(before, edits.edits());
        assertThat(difference(before, after).keySet())
                .containsExactlyInAnyOrder(
                        place(MadeStore.LOADER, "11000001"),
                        place(MadeStore.LOADER, "21000001"),
                        place(MadeStore.VIRTUAL, "11000001"),
                        place(MadeStore.VIRTUAL, "21000001"),
                        place(MadeStore.RESUME, "11000001"),
                        place(MadeStore.RESUME, "21000026"));
        BootObject loader = BootStore.parse(after).object(MadeStore.LOADER).orElseThrow();
        assertThat(loader.element(0x2100_0001).orElseThrow().data()).isEqualTo(MadeStore.partition(moved));
        assertThat(edits.edits().getFirst().words())
                .contains("the partition at sector 206848 (byte 105906176) on disk A1B2C3D4 -> the partition at"
                        + " sector 409600 (byte 209715200) on disk 55667788");
    }

    @Test
    void onMbrTheFirmwareEntryFollows() throws Exception {
        byte[] before = MadeStore.mbr();
        PartitionIdentity moved = MadeStore.mbr(MadeStore.SIGNATURE, 4096, 300_000);
        byte[] after = ByteEdits.apply(
                before,
                follow(before, new IdentityChange(MadeStore.ACTIVE, moved)).edits());
        assertThat(BootStore.parse(after)
                        .bootManager()
                        .orElseThrow()
                        .firmwareVariable()
                        .orElseThrow()
                        .data())
                .isEqualTo(MadeStore.firmware(moved));
    }

    @Test
    void partitionsThatSwapTheirPlacesAreNotMixedUp() throws Exception {
        byte[] before = MadeStore.gpt();
        byte[] after = ByteEdits.apply(
                before,
                follow(
                                before,
                                new IdentityChange(MadeStore.ESP, MadeStore.WINDOWS),
                                new IdentityChange(MadeStore.WINDOWS, MadeStore.ESP))
                        .edits());
        BootStore store = BootStore.parse(after);
        assertThat(store.bootManager()
                        .orElseThrow()
                        .element(0x1100_0001)
                        .orElseThrow()
                        .data())
                .isEqualTo(MadeStore.partition(MadeStore.WINDOWS));
        assertThat(store.object(MadeStore.LOADER)
                        .orElseThrow()
                        .element(0x1100_0001)
                        .orElseThrow()
                        .data())
                .isEqualTo(MadeStore.partition(MadeStore.ESP));
    }

    @Test
    void aShapeThatIsNotKnownFollowsWhereBothGuidsStand() throws Exception {
        byte[] known = MadeStore.partition(MadeStore.WINDOWS);
        byte[] shape = new byte[120];
        System.arraycopy(known, 0x20, shape, 5, 16);
        System.arraycopy(known, 0x38, shape, 61, 16);
        System.arraycopy(MadeStore.partition(MadeStore.ESP), 0x20, shape, 90, 16);
        byte[] before = store(shape);
        byte[] after = ByteEdits.apply(
                before, follow(before, ESP_CHANGE, WINDOWS_CHANGE).edits());
        byte[] expected = shape.clone();
        byte[] fresh = MadeStore.partition(NEW_WINDOWS);
        System.arraycopy(fresh, 0x20, expected, 5, 16);
        System.arraycopy(fresh, 0x38, expected, 61, 16);
        System.arraycopy(MadeStore.partition(NEW_ESP), 0x20, expected, 90, 16);
        assertThat(element(after)).isEqualTo(expected);

        byte[] alone = new byte[120];
        System.arraycopy(known, 0x20, alone, 5, 16);
        assertThat(follow(store(alone), ESP_CHANGE, WINDOWS_CHANGE).isEmpty())
                .as("a partition's GUID without its disk's")
                .isTrue();
    }

    private static byte[] store(byte[] device) {
        MadeKey root = MadeKey.root();
        root.at("Objects\\{" + MadeStore.LOADER + "}\\Elements\\11000001").binary("Element", device);
        return HiveMaker.write(root);
    }

    private static byte[] element(byte[] file) throws Exception {
        return BootStore.parse(file)
                .object(MadeStore.LOADER)
                .orElseThrow()
                .element(0x1100_0001)
                .orElseThrow()
                .data();
    }

    @Test
    void whatNamesNoPartitionIsNeverFollowed() throws Exception {
        PartitionIdentity none = new PartitionIdentity.Gpt(new UUID(0, 0), new UUID(0, 0), 1, 1, SectorSize.SECTOR_512);
        assertThat(follow(MadeStore.gpt(), new IdentityChange(none, NEW_ESP)).isEmpty())
                .isTrue();
        PartitionIdentity unsigned = MadeStore.mbr(0, 206_848, 8_000_000);
        assertThat(follow(store(MadeStore.partition(unsigned)), new IdentityChange(unsigned, MadeStore.C))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void partitionsOfOneIdentityAreRefused() {
        PartitionIdentity twin = MadeStore.gpt(MadeStore.DISK, 3, 9_999_999, 4096);
        assertThatThrownBy(() -> IdentityChanges.of(List.of(WINDOWS_CHANGE, new IdentityChange(twin, NEW_ESP))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Two partitions have one identity");
    }

    @Test
    void keptIdentitiesAreNoEdit() throws Exception {
        assertThat(follow(MadeStore.gpt(), new IdentityChange(MadeStore.WINDOWS, MadeStore.WINDOWS))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void aDirtyStoreIsReadAndNotEdited() throws Exception {
        BootStore store = BootStore.parse(HiveMaker.dirty(MadeStore.gpt()));
        assertThat(store.isDirty()).isTrue();
        assertThat(store.defaultLoader()).hasValue(MadeStore.LOADER);
        assertThatThrownBy(() -> BootStoreEditor.of(store))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("The boot store (BCD) was not closed cleanly");
    }

    @Test
    void aHiveOfSomethingElseIsNoStore() {
        assertThatThrownBy(() -> BootStore.parse(HiveMaker.write(MadeKey.root().at("Select"))))
                .isInstanceOf(MalformedDataException.class);
    }
}
