package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;
import org.rescuekey.Bounded;
import org.rescuekey.Sectors;
import org.rescuekey.device.CountingDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.ExtentSet;

/** Volumes of every kind that is mapped, from a stored corpus of hostile volumes, in bounded time and memory. */
@Tag("fuzz")
final class VolumeFuzzTest {
    @FuzzTest
    void volume(byte[] sectors) {
        Bounded.run(192 << 20, () -> {
            CountingDevice device = new CountingDevice(Sectors.device(sectors));
            assertThat(Volumes.recognise(device)).isNotNull();
            UsedMapCheck.checkForm(Volumes.usedMap(device, PageFiles.LEFT_OUT), device);
            assertThat(device.reads()).isLessThan(100_000);
            assertThat(device.bytesRead()).isLessThan(16 * device.sizeBytes() + (16 << 20));
            CountingDevice files = new CountingDevice(device);
            assertThat(Volumes.minimumSize(files).bytes()).isBetween(0L, files.sizeBytes());
            assertThat(Volumes.writability(files).words()).isNotNull();
            assertThat(files.bytesRead()).isLessThan(32 * files.sizeBytes() + (16 << 20));
            CountingDevice again = new CountingDevice(device);
            assertThat(Volumes.owners(again, ExtentSet.of(Reads.whole(again)), SearchWatch.NONE))
                    .isNotNull();
            assertThat(again.reads()).isLessThan(200_000);
            assertThat(again.bytesRead()).isLessThan(16 * again.sizeBytes() + (16 << 20));
        });
    }
}
