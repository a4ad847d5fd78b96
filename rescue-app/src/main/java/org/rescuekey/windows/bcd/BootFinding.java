package org.rescuekey.windows.bcd;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.rescuekey.windows.PartitionIdentity;

/** Something in a boot store that keeps a system from starting. Immutable. */
public sealed interface BootFinding {
    /** The store has no boot manager: nothing in it is started. */
    record NoBootManager() implements BootFinding {
        @Override
        public String words() {
            return "The boot store has no entry for the Windows boot manager.";
        }
    }

    /** The boot manager offers nothing. */
    record NoLoader() implements BootFinding {
        @Override
        public String words() {
            return "The boot manager has neither a default entry nor a menu.";
        }
    }

    /** The boot manager refers to an object that is not in the store. */
    record MissingObject(int element, UUID id) implements BootFinding {
        @Override
        public String words() {
            return "The boot manager's " + BootElements.name(element) + " names {" + id
                    + "}, which is not in the boot store.";
        }
    }

    /**
     * An entry names a partition that does not exist.
     *
     * @param reference where
     * @param isDefault whether the default entry is the one
     */
    record DeadDevice(DeviceReference reference, boolean isDefault) implements BootFinding {
        @Override
        public String words() {
            return (isDefault ? "The default entry " : "The entry ")
                    + reference.element().object().words()
                    + " needs " + reference.locator().words() + " ("
                    + reference.element().name()
                    + "), which does not exist.";
        }
    }

    /** The finding as a sentence. */
    String words();

    /** What is wrong with a store on a machine that has these partitions. */
    static List<BootFinding> of(BootStore store, List<PartitionIdentity> present) {
        List<BootFinding> findings = new ArrayList<>();
        if (store.bootManager().isEmpty()) {
            findings.add(new NoBootManager());
        } else if (store.defaultLoader().isEmpty() && store.displayOrder().isEmpty()) {
            findings.add(new NoLoader());
        }
        store.defaultLoader()
                .filter(id -> store.object(id).isEmpty())
                .ifPresent(id -> findings.add(new MissingObject(BootElements.DEFAULT, id)));
        store.displayOrder().stream()
                .filter(id -> store.object(id).isEmpty())
                .forEach(id -> findings.add(new MissingObject(BootElements.DISPLAY_ORDER, id)));
        for (DeviceReference reference : store.references()) {
            if (present.stream().noneMatch(reference.locator()::isAt)) {
                boolean isDefault = store.defaultLoader()
                        .filter(reference.element().object().id()::equals)
                        .isPresent();
                findings.add(new DeadDevice(reference, isDefault));
            }
        }
        return findings;
    }
}
