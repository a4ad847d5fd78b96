package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.TestBench.MIB;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.Fault;
import org.rescuekey.device.Fault.Calls;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** Sticks: what is on the ISO is on the stick, or the report says that it is not. */
final class StickTest {
    private static final long ISO_BYTES = 9 * MIB + 2048;

    private final TestBench bench = new TestBench();
    private BenchDisk iso;
    private BenchDisk stick;

    @BeforeEach
    void prepare() throws Exception {
        iso = bench.disk("/images/rescuekey.iso", ISO_BYTES);
        Layouts.fill(iso.medium(), 1);
        stick = bench.disk("/dev/sdb", 12 * MIB);
        Layouts.fill(stick.medium(), 2);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Plan plan() throws Exception {
        return bench.plan(new Request.WriteStick("/images/rescuekey.iso", "/dev/sdb"));
    }

    @Test
    void theStickHoldsTheIso() throws Exception {
        byte[] behind = stick.bytes(ISO_BYTES, (int) (12 * MIB - ISO_BYTES));
        Report report = bench.run(plan());
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        Compare.assertSame(iso.medium(), new Extent(0, ISO_BYTES), stick.medium(), 0, "the ISO");
        assertThat(stick.bytes(ISO_BYTES, behind.length)).isEqualTo(behind);
        assertThat(bench.machine().rereadTables()).containsExactly("/dev/sdb");
    }

    @Test
    void faultsAreNoSuccess() throws Exception {
        for (Fault fault : new Fault[] {
            new Fault.WriteError(Calls.only(1), DeviceException.EIO),
            new Fault.WriteError(Calls.from(3), DeviceException.ENXIO),
            new Fault.ShortWrite(Calls.only(2)),
            new Fault.MisdirectedWrite(Calls.only(3)),
            new Fault.FlushError(Calls.only(1), DeviceException.EIO)
        }) {
            stick.asTarget(device -> new FaultyDevice(device, 3, fault));
            assertIncomplete(bench.run(plan()));
            Layouts.fill(stick.medium(), 2);
        }
        stick.asTarget(device -> device)
                .asWritten(device -> new FaultyDevice(device, 3, new Fault.BitFlip(Calls.only(2))));
        assertIncomplete(bench.run(plan()));
        iso.asSource(device -> new FaultyDevice(device, 3, new Fault.ReadError(Calls.only(2), DeviceException.EIO)));
        assertIncomplete(bench.run(plan()));
    }

    private static void assertIncomplete(Report report) {
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.FAILED);
        assertThat(report.toText()).contains("The stick /dev/sdb is incomplete and will not start a PC.");
    }

    @Test
    void cancelSaysThatTheStickIsIncomplete() throws Exception {
        Report report = bench.run(plan(), (control, event) -> {
            if (event instanceof JobEvent.Progress) {
                control.cancel();
            }
        });
        assertThat(report.state()).isEqualTo(JobState.CANCELLED);
        assertThat(report.toText()).contains("The stick /dev/sdb is incomplete");
    }

    @Test
    void aStickThatWasSwappedIsRefused() throws Exception {
        Plan plan = plan();
        stick.serial("ANOTHER").startCounting();
        Report report = bench.run(plan);
        assertThat(report.state()).isEqualTo(JobState.REFUSED);
        assertThat(stick.isUntouched()).isTrue();
    }
}
