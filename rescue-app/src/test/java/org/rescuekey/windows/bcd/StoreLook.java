package org.rescuekey.windows.bcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.rescuekey.error.RescueException;
import org.rescuekey.windows.ByteEdit;
import org.rescuekey.windows.ByteEdits;
import org.rescuekey.windows.FileEdits;
import org.rescuekey.windows.IdentityChange;
import org.rescuekey.windows.IdentityChanges;
import org.rescuekey.windows.PartitionIdentity;

/** Does with a store all that can be done, and holds the result to what must be true of every store. */
final class StoreLook {
    private static final List<PartitionIdentity> BEFORE =
            List.of(MadeStore.ESP, MadeStore.WINDOWS, MadeStore.WINRE, MadeStore.ACTIVE, MadeStore.C, MadeStore.RE);

    private StoreLook() {}

    /** How many edits it took. */
    static int at(byte[] file) throws RescueException {
        BootStore store = BootStore.parse(file);
        for (BootObject object : store.objects()) {
            assertThat(object.words()).isNotBlank();
        }
        assertThat(store.displayOrder()).isNotNull();
        List<IdentityChange> changes = BEFORE.stream()
                .map(before -> new IdentityChange(before, after(before)))
                .toList();
        FileEdits followed =
                BootStoreEditor.of(store).follow(IdentityChanges.of(changes)).result();
        check(file, followed);
        BootStoreEditor repair = BootStoreEditor.of(store);
        for (BootFinding finding : BootFinding.of(store, List.of())) {
            assertThat(finding.words()).isNotBlank();
            if (finding instanceof BootFinding.DeadDevice dead) {
                repair.pointAt(dead.reference(), MadeStore.WINDOWS);
            }
        }
        check(file, repair.result());
        assertThat(BootFinding.of(
                        BootStore.parse(ByteEdits.apply(file, repair.result().edits())), List.of(MadeStore.WINDOWS)))
                .noneMatch(BootFinding.DeadDevice.class::isInstance);
        return followed.edits().size() + repair.result().edits().size();
    }

    private static PartitionIdentity after(PartitionIdentity before) {
        return switch (before) {
            case PartitionIdentity.Gpt gpt ->
                MadeStore.gpt(MadeStore.OTHER_DISK, 77, gpt.startSectors() + 8, gpt.sizeSectors());
            case PartitionIdentity.Mbr mbr -> MadeStore.mbr(0x1234_5678, mbr.startSectors() + 8, mbr.sizeSectors());
        };
    }

    /** Applied and undone, every byte is what it was. */
    private static void check(byte[] file, FileEdits edits) throws RescueException {
        byte[] edited = ByteEdits.apply(file, edits.edits());
        byte[] undone = ByteEdits.apply(
                edited, edits.edits().stream().map(ByteEdit::inverse).toList());
        assertThat(undone).isEqualTo(file);
    }
}
