package org.rescuekey.windows.bcd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.windows.hive.HiveMutants;

/** Damaged boot stores are refused or handled; whatever is edited can be undone to the byte. */
final class BootStoreHostileTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void changedStoresEndInATypedErrorOrInEdits(boolean isGpt) throws RescueException {
        byte[] store = isGpt ? MadeStore.gpt() : MadeStore.mbr();
        int edited = 0;
        int refused = 0;
        for (long seed = 0; seed < 1_500; seed++) {
            try {
                edited += StoreLook.at(HiveMutants.mutant(store, seed)) > 0 ? 1 : 0;
            } catch (MalformedDataException | RefusedException e) {
                refused++;
            }
        }
        assertThat(edited).isGreaterThan(100);
        assertThat(refused).isGreaterThan(100);
    }
}
