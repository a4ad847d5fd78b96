package org.rescuekey.windows.hive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.Bounded;

/** Damaged and hostile hives end in a typed error or are read, in bounded memory and as many steps as there are cells. */
final class HiveHostileTest {
    private static final int MEMORY = 8 << 20;

    @Test
    void everyByteOfASmallHiveMayBeAnyOther() {
        byte[] hive = HiveMaker.write(small());
        Map<String, Integer> outcomes = new TreeMap<>();
        for (int at = 0; at < hive.length; at++) {
            if (hive[at] == 0 && hive[Math.min(at + 4, hive.length - 1)] == 0 && at % 16 != 0) {
                continue;
            }
            for (int value : new int[] {0, 0xFF, hive[at] ^ 1, hive[at] ^ 0x80, hive[at] + 8}) {
                outcomes.merge(HiveReads.outcome(HiveMutants.withByte(hive, at, value)), 1, Integer::sum);
            }
        }
        assertThat(outcomes).containsOnlyKeys("malformed", "read");
        assertThat(outcomes.values()).allMatch(count -> count > 500);
    }

    private static MadeKey small() {
        MadeKey root = MadeKey.root();
        root.at("a\\b").binary("long", new byte[70]).number("n", 5);
        root.at("c").strings("list", "x", "y").string("", "default");
        return root;
    }

    @ParameterizedTest
    @EnumSource(HiveMaker.Lists.class)
    void manyChangesAtOnceEndInATypedError(HiveMaker.Lists lists) {
        byte[] hive = HiveMaker.write(HiveTest.tree(), lists);
        for (long seed = 0; seed < 2_000; seed++) {
            byte[] mutant = HiveMutants.mutant(hive, seed);
            assertThat(HiveReads.outcome(mutant)).isNotEmpty();
        }
    }

    @Test
    void hivesThatWereMadeToHarmTakeNoMoreThanTheirSize() {
        List<byte[]> hostile = HiveMutants.hostile();
        for (byte[] hive : hostile) {
            assertThat(HiveReads.outcome(hive)).isEqualTo("malformed");
            Bounded.run(MEMORY, () -> HiveReads.all(hive));
        }
    }
}
