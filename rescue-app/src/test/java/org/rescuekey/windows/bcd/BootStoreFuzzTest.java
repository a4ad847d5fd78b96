package org.rescuekey.windows.bcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;
import org.rescuekey.Bounded;
import org.rescuekey.windows.hive.HiveMaker;

/** Boot stores from a stored corpus: examined, edited and repaired, in bounded memory. */
@Tag("fuzz")
final class BootStoreFuzzTest {
    @FuzzTest
    void store(byte[] file) {
        byte[] summed = file.length < 4096 ? file : HiveMaker.summed(file);
        Bounded.run(
                (64L << 20) + 64L * file.length,
                () -> assertThat(StoreLook.at(summed)).isNotNegative());
    }
}
