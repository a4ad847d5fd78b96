package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;

import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.Fault;
import org.rescuekey.device.Fault.Calls;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.engine.StoreFaults.Hit;
import org.rescuekey.error.DeviceException;
import org.rescuekey.plan.Plan;
import org.rescuekey.units.Extent;

/** Restores that go wrong: none says that it is complete, and each says in which state the target is. */
final class RestoreFaultTest {
    private static final int NO_END = 200;

    private final TestBench bench = new TestBench();
    private BenchDisk source;
    private BenchDisk target;
    private String image;

    @BeforeEach
    void prepare() throws Exception {
        source = bench.disk("/dev/sda", 4 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 2048), part(2, 4096, 3000));
        Layouts.fill(source.medium(), new Extent(MIB, 2 * MIB), 1);
        Layouts.content(source.medium(), new Extent(3 * MIB, 500 * 512), 2);
        image = bench.image("/dev/sda");
        target = bench.disk("/dev/sdb", 5 * MIB);
        Layouts.fill(target.medium(), 99);
    }

    @AfterEach
    void theImageIsAsItWas() throws Exception {
        bench.storesAre(store -> store);
        assertThat(bench.verify(image).state()).isEqualTo(JobState.COMPLETE);
        target.asTarget(device -> device).asWritten(device -> device);
        assertThat(bench.restore(image, "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(source, target);
        bench.close();
    }

    private void assertTargetIncomplete(int n, Report report) {
        assertThat(report.state()).as("%d: %s", n, report.toText()).isEqualTo(JobState.FAILED);
        assertThat(report.state().exitCode()).isEqualTo(1);
        assertThat(report.toText()).as("%d", n).contains("The target /dev/sdb is incomplete", "The image is unchanged");
    }

    private static boolean isSilent(Fault fault) {
        return fault instanceof Fault.ShortWrite || fault instanceof Fault.MisdirectedWrite;
    }

    /** Returns how many faults made the restore fail. */
    private int atEveryWrite(LongFunction<Fault> faults) throws Exception {
        int failed = 0;
        for (int n = 1; n < NO_END; n++) {
            Fault fault = faults.apply(n);
            FaultyDevice[] faulty = new FaultyDevice[1];
            target.asTarget(device -> faulty[0] = new FaultyDevice(device, 7, fault));
            Report report = bench.restore(image, "/dev/sdb");
            if (faulty[0].struck() == 0) {
                assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
                return failed;
            }
            if (report.state() == JobState.COMPLETE && isSilent(fault)) {
                Compare.assertRestored(source, target); // what was lost would have written what was there
                assertThat(target.table().needsRepair()).isFalse();
            } else {
                assertTargetIncomplete(n, report);
                failed++;
            }
            Layouts.fill(target.medium(), n);
        }
        throw new AssertionError("the restore never went through");
    }

    @Test
    void anErrorAtAnyWriteFails() throws Exception {
        assertThat(atEveryWrite(n -> new Fault.WriteError(Calls.only(n), DeviceException.EIO)))
                .isGreaterThan(8);
    }

    @Test
    void aTornWriteFails() throws Exception {
        atEveryWrite(n -> new Fault.TornWrite(Calls.only(n)));
    }

    @Test
    void aWriteThatSilentlyStopsShortIsFoundByReadingBack() throws Exception {
        assertThat(atEveryWrite(n -> new Fault.ShortWrite(Calls.only(n)))).isGreaterThan(5);
    }

    @Test
    void aWriteThatSilentlyGoesElsewhereIsFoundByReadingBack() throws Exception {
        assertThat(atEveryWrite(n -> new Fault.MisdirectedWrite(Calls.only(n)))).isGreaterThan(5);
    }

    @Test
    void aFlushThatFailsFails() throws Exception {
        assertThat(atEveryWrite(n -> new Fault.FlushError(Calls.only(n), DeviceException.EIO)))
                .isGreaterThan(3);
    }

    @Test
    void aTargetThatVanishesAtAnyWriteFails() throws Exception {
        atEveryWrite(n -> new Fault.WriteError(Calls.from(n), DeviceException.ENXIO));
    }

    @Test
    void aBitThatDoesNotReadBackFails() throws Exception {
        int n = 1;
        for (; n < NO_END; n++) {
            FaultyDevice faulty = new FaultyDevice(target.medium(), n, new Fault.BitFlip(Calls.only(n)));
            target.asWritten(device -> faulty);
            Report report = bench.restore(image, "/dev/sdb");
            if (faulty.struck() == 0) {
                break;
            }
            assertTargetIncomplete(n, report);
        }
        assertThat(n).isBetween(8, NO_END - 1);
    }

    @Test
    void anErrorAtAnyReadOfTheImageFails() throws Exception {
        atEveryImageRead(n -> StoreFaults.only(Hit.READ, n, DeviceException.EIO));
    }

    @Test
    void aBitFlippedAtAnyReadOfTheImageFails() throws Exception {
        atEveryImageRead(n -> StoreFaults.only(Hit.FLIPPED_READ, n, 0));
    }

    /** The plan is made before, so that only the job itself meets the fault. */
    private void atEveryImageRead(LongFunction<StoreFaults> faults) throws Exception {
        for (int n = 1; n < NO_END; n++) {
            Layouts.fill(target.medium(), 99);
            Plan plan = bench.plan(TestBench.restoreOf(image, "/dev/sdb"));
            StoreFaults fault = faults.apply(n);
            bench.storesAre(fault::on);
            target.startCounting();
            Report report = bench.run(plan);
            bench.storesAre(store -> store);
            if (!fault.hasStruck()) {
                assertThat(report.state()).isEqualTo(JobState.COMPLETE);
                assertThat(n).isGreaterThan(8);
                return;
            }
            if (report.state() == JobState.COMPLETE) {
                Compare.assertRestored(source, target); // a copy of what was hit was used
            } else if (target.isUntouched()) {
                assertThat(report.state()).as(report.toText()).isIn(JobState.FAILED, JobState.REFUSED);
                assertThat(report.toText()).as("%d", n).contains("Nothing was written");
            } else {
                assertTargetIncomplete(n, report);
            }
            assertOnlyTrueBytesWereWritten();
        }
        throw new AssertionError("the restore never went through");
    }

    /** What was in the target's sectors, what should be there, or the zeros of an erased table. */
    private void assertOnlyTrueBytesWereWritten() throws Exception {
        BenchDisk before = new BenchDisk("/dev/before", 5 * MIB, source.medium().logicalSector());
        Layouts.fill(before.medium(), 99);
        int unit = 512;
        byte[] zeros = new byte[unit];
        for (long at = MIB; at < 3 * MIB; at += unit) {
            byte[] found = target.bytes(at, unit);
            assertThat(java.util.Arrays.equals(found, source.bytes(at, unit))
                            || java.util.Arrays.equals(found, before.bytes(at, unit))
                            || java.util.Arrays.equals(found, zeros))
                    .as("sector at %d", at)
                    .isTrue();
        }
    }
}
