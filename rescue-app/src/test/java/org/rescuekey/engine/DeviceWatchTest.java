package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.DeviceException;
import org.rescuekey.units.Extent;

/** What is seen of the calls to a device, and that none begins once the job was left behind. */
final class DeviceWatchTest {
    private final TestBench bench = new TestBench();
    private final DeviceWatch watch = new DeviceWatch();
    private final WatchedDevices devices = new WatchedDevices(bench.machine(), watch);

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aJobThatWasLeftChangesNothingAndClosesAll() throws Exception {
        BenchDisk disk = bench.disk("/dev/sdb", TestBench.MIB).startCounting();
        try (BlockDevice target = devices.openTarget("/dev/sdb")) {
            assertThat(watch.isTargetTouched()).isFalse();
            watch.leave();
            assertThatThrownBy(() -> target.write(0, ByteBuffer.allocate(512))).isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> target.zero(new Extent(0, 512))).isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> target.discard(new Extent(0, 512))).isInstanceOf(CancelledException.class);
            assertThatThrownBy(target::flush).isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> target.read(0, ByteBuffer.allocate(512))).isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> devices.openVerify("/dev/sdb")).isInstanceOf(CancelledException.class);
        }
        assertThat(disk.isUntouched()).isTrue();
        assertThat(watch.isTargetTouched()).isFalse();
        bench.machine().assertNothingIsOpen();
    }

    @Test
    void theLastPlaceAndTheFailuresAreKnown() throws Exception {
        BenchDisk disk = bench.disk("/dev/sda", TestBench.MIB);
        disk.asSource(device -> new FaultyDevice(device, 1, new Fault.BadSectors(new Extent(4096, 512))));
        try (BlockDevice source = devices.openSource("/dev/sda")) {
            source.read(8192, ByteBuffer.allocate(512));
            assertThatThrownBy(() -> source.read(4096, ByteBuffer.allocate(512)))
                    .isInstanceOf(DeviceException.class);
            assertThat(watch.where()).isEqualTo(new JobEvent.Where("/dev/sda", 4096, 1));
            assertThat(watch.where().words()).isEqualTo("/dev/sda at 4.0 KiB");
        }
        watch.stepBegins();
        assertThat(watch.where().isKnown()).isFalse();
        assertThat(watch.where().failures()).isOne();
    }
}
