package org.rescuekey.windows.hive;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;
import org.rescuekey.Bounded;

/** Hives from a stored corpus: read in full and edited, in bounded memory. The checksum is set right, to get behind it. */
@Tag("fuzz")
final class HiveFuzzTest {
    @FuzzTest
    void hive(byte[] file) {
        byte[] summed = file.length < 4096 ? file : HiveMaker.summed(file);
        Bounded.run((64L << 20) + 64L * file.length, () -> HiveReads.all(summed));
    }
}
