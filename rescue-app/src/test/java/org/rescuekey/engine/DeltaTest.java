package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.cloneOf;
import static org.rescuekey.engine.TestBench.restoreOf;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.device.Fault;
import org.rescuekey.device.Fault.Calls;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** A target is written to only where it differs, whatever it holds, and holds the same afterwards as if all had been written. */
final class DeltaTest {
    private static final long DISK = 64 * MIB;
    private static final Extent DATA = new Extent(2 * MIB, 52 * MIB);

    private final TestBench bench = new TestBench();
    private BenchDisk source;
    private BenchDisk target;
    private String image;

    @BeforeEach
    void prepare() throws Exception {
        source = bench.disk("/dev/sda", DISK);
        Layouts.gpt(source.medium(), part(1, 2048, 2048), part(2, 4096, 52 * 2048));
        Layouts.fill(source.medium(), new Extent(MIB, MIB), 1);
        Layouts.fill(source.medium(), DATA, 2);
        image = bench.image("/dev/sda");
        target = bench.disk("/dev/sdb", DISK);
        Layouts.fill(target.medium(), 99);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    /** Where the content comes from. */
    enum From {
        IMAGE,
        DISK
    }

    private Request request(From from) {
        return from == From.IMAGE ? restoreOf(image, "/dev/sdb") : cloneOf("/dev/sda", "/dev/sdb");
    }

    private Report run(From from) throws Exception {
        target.startCounting();
        return bench.run(bench.plan(request(from)));
    }

    private void assertComplete(Report report) throws Exception {
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(source, target);
        assertThat(target.table().needsRepair()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void theSecondOfTwoRunsWritesNothingAndSaysSo(From from) throws Exception {
        assertComplete(run(from));
        assertThat(target.isUntouched()).isFalse();

        Report second = run(from);

        assertComplete(second);
        assertThat(target.isUntouched()).isTrue();
        assertThat(second.headline()).contains("nothing was written");
        assertThat(second.writtenBytes()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhatDiffersIsWritten(From from) throws Exception {
        assertComplete(run(from));
        target.medium().write(DATA.start() + 30 * MIB, ByteBuffer.allocate(4096));

        Report again = run(from);

        assertComplete(again);
        // A window; the room of the table and the ends of both partitions, which are erased before; and what lies
        // there.
        assertThat(again.writtenBytes()).isBetween(1L, 14 * MIB);
        assertThat(again.toText()).contains("were on the target already");
    }

    @ParameterizedTest
    @EnumSource
    void aTargetWhoseTableAloneDiffersIsRestored(From from) throws Exception {
        assertComplete(run(from));
        Layouts.gpt(target.medium(), part(3, 2048, 100));

        assertComplete(run(from));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsErasedAfterItWasFoundRightIsWrittenAgain(From from) throws Exception {
        assertComplete(run(from));
        for (long at : new long[] {DATA.end() - MIB, DATA.start() + 20 * MIB, MIB + 512}) {
            target.medium().write(at, ByteBuffer.allocate(4096));
            assertComplete(run(from));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTargetWithUnreadableSectorsIsWrittenThere(From from) throws Exception {
        assertComplete(run(from));
        target.asTarget(device ->
                new FaultyDevice(device, 3, new Fault.BadSectors(new Extent(DATA.start() + 5 * MIB, 8192))));

        Report again = run(from);

        assertComplete(again);
        assertThat(again.writtenBytes()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void whatWasCutOffAnywhereIsCompletedByRunningItAgain(From from) throws Exception {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 12; i++) {
            Layouts.fill(target.medium(), 99);
            long call = random.nextLong(1, 80);
            target.asTarget(
                    device -> new FaultyDevice(device, 3, new Fault.WriteError(Calls.from(call), DeviceException.EIO)));
            Report cut = run(from);
            assertThat(cut.state()).as(cut.toText()).isIn(JobState.FAILED, JobState.COMPLETE);
            target.asTarget(device -> device);

            assertComplete(run(from));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasCutOffLateIsNotWrittenFromTheBeginning(From from) throws Exception {
        Plan plan = bench.plan(request(from));
        int[] events = {0};
        Report cut = bench.run(plan, (control, event) -> {
            if (event instanceof JobEvent.Progress progress && progress.writtenBytes() > 44 * MIB && ++events[0] == 1) {
                control.cancel();
            }
        });
        assertThat(cut.state()).as(cut.toText()).isEqualTo(JobState.CANCELLED);

        Report again = run(from);

        assertComplete(again);
        assertThat(again.writtenBytes()).isLessThan(30 * MIB);
    }

    /**
     * Written without a look at what was there, lost there without a trace, and put where all was found right before. Which windows
     * are looked at depends on the order in which threads come, and on how far reading is ahead; where it was these, another place is
     * taken.
     */
    @ParameterizedTest
    @EnumSource
    void aWriteThatDamagesWhatWasFoundRightIsNoticed(From from) throws Exception {
        int tried = 0;
        while (!isDamagedUnseen(from, DATA.start() + (47 - tried) * MIB)) {
            assertThat(++tried).as("places, all of which were looked at").isLessThan(5);
        }
    }

    /** Returns whether three equal windows there were written unseen, and put elsewhere; then the job must have noticed. */
    private boolean isDamagedUnseen(From from, long unseen) throws Exception {
        Layouts.fill(target.medium(), 99);
        long right = DATA.start() + MIB;
        for (long at : new long[] {right, unseen}) {
            for (long done = 0; done < 3 * MIB; done += MIB) {
                target.medium().write(at + done, ByteBuffer.wrap(source.bytes(at + done, (int) MIB)));
            }
        }
        int[] misdirected = {0};
        target.asTarget(device -> new ForwardingDevice(device) {
            @Override
            public void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
                boolean isUnseen = offsetBytes >= unseen && offsetBytes < unseen + 3 * MIB;
                misdirected[0] += isUnseen ? 1 : 0;
                super.write(isUnseen ? offsetBytes - unseen + right : offsetBytes, buffer);
            }
        });
        Report report = run(from);
        if (misdirected[0] == 0) {
            return false;
        }
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.FAILED);
        assertThat(report.toText()).contains("does not hold what was written");
        return true;
    }

    @ParameterizedTest
    @EnumSource
    void withoutDeltaEverythingIsWritten(From from) throws Exception {
        assertComplete(run(from));
        Request all = from == From.IMAGE
                ? new Request.Restore(image, "/dev/sdb", new TreeMap<>(), false, false, false)
                : new Request.Clone("/dev/sda", "/dev/sdb", new TreeMap<>(), Coverage.NEEDED, false, false);

        Report again = bench.run(bench.plan(all));

        assertComplete(again);
        assertThat(again.writtenBytes()).isGreaterThan(44 * MIB);
    }
}
