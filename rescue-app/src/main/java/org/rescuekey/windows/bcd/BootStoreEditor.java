package org.rescuekey.windows.bcd;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.windows.FileEdits;
import org.rescuekey.windows.IdentityChange;
import org.rescuekey.windows.IdentityChanges;
import org.rescuekey.windows.PartitionIdentity;
import org.rescuekey.windows.hive.HiveEditor;
import org.rescuekey.windows.hive.HiveValue;

/**
 * Gathers edits of one boot store. What refers to a partition that becomes another follows it, wherever a device element
 * holds it; what does not refer to one is left alone, to the byte. Not safe for several threads.
 */
public final class BootStoreEditor {
    private final BootStore store;
    private final HiveEditor editor;

    private BootStoreEditor(BootStore store, HiveEditor editor) {
        this.store = store;
        this.editor = editor;
    }

    /** @throws RefusedException if the store is dirty */
    public static BootStoreEditor of(BootStore store) throws RefusedException {
        return new BootStoreEditor(store, HiveEditor.of(store.hive()));
    }

    /** Lets everything that refers to these partitions refer to what they become. */
    public BootStoreEditor follow(IdentityChanges changes) {
        for (DeviceElement element : store.devices()) {
            followElement(element, changes);
        }
        for (BootObject object : store.objects()) {
            object.firmwareVariable().ifPresent(variable -> followFirmware(object, variable, changes));
        }
        return this;
    }

    /** Lets one place name another partition. */
    public BootStoreEditor pointAt(DeviceReference reference, PartitionIdentity target) {
        replace(reference, reference.locator().words(), target);
        return this;
    }

    /** All edits of the file, tried: the edited store has been read again. */
    public FileEdits result() throws MalformedDataException, RefusedException {
        return new FileEdits(editor.edits(), List.of());
    }

    private void followElement(DeviceElement element, IdentityChanges changes) {
        byte[] data = element.value().data();
        BitSet settled = new BitSet();
        for (PartitionLocator locator : PartitionLocator.find(data)) {
            settled.set(locator.nameAt(), locator.nameAt() + PartitionLocator.NAME_BYTES);
            Optional<IdentityChange> change =
                    switch (locator) {
                        case PartitionLocator.Gpt gpt -> changes.withGuids(gpt.diskGuid(), gpt.partitionGuid());
                        case PartitionLocator.Mbr mbr -> changes.at(mbr.signature(), mbr.offsetBytes());
                    };
            change.ifPresent(found -> replace(
                    new DeviceReference(element, locator), found.before().words(), found.after()));
        }
        Pairs pairs = new Pairs(element, data, settled);
        for (IdentityChange change : changes.all()) {
            if (change.before() instanceof PartitionIdentity.Gpt before
                    && change.after() instanceof PartitionIdentity.Gpt after) {
                pairs.follow(before, after, editor);
            }
        }
    }

    private void replace(DeviceReference reference, String oldWords, PartitionIdentity target) {
        editor.replace(
                reference.element().value(),
                reference.locator().nameAt(),
                PartitionLocator.nameOf(target),
                reference.element().place() + ": " + oldWords + " -> " + target.words());
    }

    private void followFirmware(BootObject object, HiveValue variable, IdentityChanges changes) {
        FirmwareNode.find(variable.data(), changes).ifPresent(node -> {
            IdentityChange change = node.change();
            editor.replace(
                    variable,
                    node.at() + FirmwareNode.NAME,
                    FirmwareNode.nameOf(change.after()),
                    "boot store, " + object.words() + ", firmware entry: " + FirmwareNode.words(change.before())
                            + " -> " + FirmwareNode.words(change.after()));
        });
    }
}
