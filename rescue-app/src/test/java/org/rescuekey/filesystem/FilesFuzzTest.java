package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;
import org.rescuekey.Bounded;
import org.rescuekey.Sectors;
import org.rescuekey.device.CountingDevice;

/** Finding, reading and editing the files of hostile volumes by path, in bounded time and memory. */
@Tag("fuzz")
final class FilesFuzzTest {
    @FuzzTest
    void paths(byte[] sectors) {
        Bounded.run(256 << 20, () -> {
            CountingDevice device = new CountingDevice(Sectors.device(sectors));
            assertThat(FilesLook.at(device)).isNotNegative();
            assertThat(device.reads()).isLessThan(200_000);
        });
    }
}
