package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;
import org.rescuekey.Bounded;
import org.rescuekey.Sectors;
import org.rescuekey.device.CountingDevice;

/** Listing, finding, reading and naming the files of hostile volumes with NTFS, in bounded time and memory. */
@Tag("fuzz")
final class NtfsFilesFuzzTest {
    @FuzzTest
    void files(byte[] sectors) {
        Bounded.run(256 << 20, () -> {
            CountingDevice device = new CountingDevice(Sectors.device(sectors));
            assertThat(NtfsLook.at(device)).isNotNegative();
            assertThat(device.reads()).isLessThan(200_000);
        });
    }
}
