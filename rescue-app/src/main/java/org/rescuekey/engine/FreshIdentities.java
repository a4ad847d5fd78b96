package org.rescuekey.engine;

import org.rescuekey.error.RescueException;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.plan.layout.IdentitySource;
import org.rescuekey.plan.layout.SeededIdentities;

/**
 * New identities for a target. They are random, and the same as long as this machine runs, for one source and one target:
 * the plan that is shown by one process and run by another has to be the same to its last digit.
 */
final class FreshIdentities {
    private FreshIdentities() {}

    static IdentitySource of(MachinePort machine, String source, DiskInfo target) throws RescueException {
        String purpose = String.join(
                "\n", source, target.path(), target.serial(), target.wwn(), String.valueOf(target.sizeBytes()));
        return new SeededIdentities(machine.seedOfThisStart(), purpose);
    }
}
