package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.cloneOf;
import static org.rescuekey.engine.TestBench.restoreOf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.device.Fault;
import org.rescuekey.device.Fault.Calls;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.SourceSurvey;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * What an interrupted restore or clone leaves passes for nothing: until it is complete, what its target would be recognised
 * by is as it was, with nothing else written, or it is erased.
 */
final class RestoreOrderTest {
    private static final byte[] NTFS = SampleVolumes.ntfs(5);
    private static final byte[] EXT = SampleVolumes.ext4(5);
    private static final int NO_END = 300;

    private final TestBench bench = new TestBench();

    @AfterEach
    void close() {
        bench.close();
    }

    /** A target, what is restored to it, and what would be recognised on it. */
    private abstract static class Case {
        final BenchDisk source;
        final BenchDisk target;
        final Request request;
        private String before = "";

        /** Puts on the target what was there before. */
        abstract void fill() throws Exception;

        /** What is restored: this extent of the source. */
        final Extent restored;

        /** Where on the target that goes. */
        final long to;

        /** What of the target is overwritten. */
        final Extent overwritten;

        Case(BenchDisk source, BenchDisk target, Request request, Extent restored, long to, Extent overwritten) {
            this.source = source;
            this.target = target;
            this.request = request;
            this.restored = restored;
            this.to = to;
            this.overwritten = overwritten;
        }

        /** What was between both ends of the target when it was filled. */
        private String middle() {
            return target.hash(ExtentSet.of(Extent.between(overwritten.start() + MIB, overwritten.end() - MIB)));
        }

        final void refill() throws Exception {
            fill();
            before = middle();
            target.startCounting();
        }

        /** By which a disk or volume is recognised, or not. */
        final byte[] start() throws Exception {
            return target.bytes(overwritten.start(), 4096);
        }

        final void assertPassesForNothing(Report report, String when) throws Exception {
            assertThat(report.state()).as(report.toText()).isNotEqualTo(JobState.COMPLETE);
            if (target.isUntouched()) {
                return;
            }
            assertThat(start()).as("%s: %s", when, report.toText()).containsOnly(0);
            // At the end is a copy, to which some drivers turn by themselves: of what was there, or of what is whole
            // but
            // for its start.
            byte[] end = target.bytes(overwritten.end() - 512, 512);
            if (!Arrays.equals(end, new byte[512]) && !middle().equals(before)) {
                List<SourceSurvey.Stream> streams = Surveyor.survey(source.medium(), source.info(), Coverage.NEEDED)
                        .streams();
                ExtentSet used = streams.getLast().map().used();
                Extent wholeButForTheEnds = Extent.between(4096, restored.length() - 512);
                for (Extent extent : used.intersect(wholeButForTheEnds)) {
                    Extent from = extent.shift(restored.start());
                    Compare.assertSame(source.medium(), from, target.medium(), to + extent.start(), when);
                }
            }
        }
    }

    /** What is restored. */
    enum Kind {
        PARTITION,
        WHOLE_DISK,
        DISK_WITHOUT_A_TABLE,
        CLONED_PARTITION,
        CLONED_DISK,
        CLONED_DISK_WITHOUT_A_TABLE
    }

    private Case of(Kind kind) throws Exception {
        return switch (kind) {
            case PARTITION -> partition(false);
            case WHOLE_DISK -> wholeDisk(false);
            case DISK_WITHOUT_A_TABLE -> diskWithoutATable(false);
            case CLONED_PARTITION -> partition(true);
            case CLONED_DISK -> wholeDisk(true);
            case CLONED_DISK_WITHOUT_A_TABLE -> diskWithoutATable(true);
        };
    }

    private Case partition(boolean cloned) throws Exception {
        BenchDisk source = bench.disk("/dev/sda", 7 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, NTFS.length / 512));
        SampleVolumes.put(source.medium(), MIB, NTFS);
        BenchDisk target = bench.disk("/dev/sdb", 8 * MIB);
        Layouts.gpt(target.medium(), part(1, 4096, NTFS.length / 512));
        Extent restored = new Extent(MIB, NTFS.length);
        Request request =
                cloned ? cloneOf("/dev/sda", "/dev/sdb", 1, 1) : restoreOf(bench.image("/dev/sda"), "/dev/sdb", 1, 1);
        return new Case(source, target, request, restored, 2 * MIB, restored.shift(MIB)) {
            @Override
            void fill() throws Exception {
                SampleVolumes.put(target.medium(), 2 * MIB, EXT);
            }
        };
    }

    private Case wholeDisk(boolean cloned) throws Exception {
        BenchDisk source = bench.disk("/dev/sda", 6 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 2048), part(2, 4096, 3000));
        Layouts.fill(source.medium(), new Extent(MIB, 2 * MIB), 1);
        BenchDisk target = bench.disk("/dev/sdb", 6 * MIB);
        Request request = cloned ? cloneOf("/dev/sda", "/dev/sdb") : restoreOf(bench.image("/dev/sda"), "/dev/sdb");
        return new Case(source, target, request, new Extent(3 * MIB, 3000 * 512), 3 * MIB, new Extent(0, 6 * MIB)) {
            @Override
            void fill() throws Exception {
                Layouts.fill(target.medium(), 99);
                Layouts.gpt(target.medium(), part(1, 2048, 100), part(3, 4096, 100));
            }
        };
    }

    private Case diskWithoutATable(boolean cloned) throws Exception {
        BenchDisk source = bench.disk("/dev/sda", EXT.length);
        SampleVolumes.put(source.medium(), 0, EXT);
        BenchDisk target = bench.disk("/dev/sdb", 7 * MIB);
        Request request = cloned ? cloneOf("/dev/sda", "/dev/sdb") : restoreOf(bench.image("/dev/sda"), "/dev/sdb");
        return new Case(source, target, request, new Extent(0, EXT.length), 0, new Extent(0, 7 * MIB)) {
            @Override
            void fill() throws Exception {
                Layouts.fill(target.medium(), 99);
                SampleVolumes.put(target.medium(), 0, NTFS);
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void aCancelAtAnyEventLeavesNothingThatPassesForWhole(Kind kind) throws Exception {
        Case each = of(kind);
        int cancelled = 0;
        for (int k = 1; k < NO_END; k++) {
            int last = k;
            int[] events = {0};
            each.refill();
            Report report = bench.run(bench.plan(each.request), (control, event) -> {
                if (++events[0] == last) {
                    control.cancel();
                }
            });
            if (events[0] < k) {
                assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
                break;
            }
            if (report.state() != JobState.COMPLETE) { // which it is if that was the last event
                assertThat(report.state()).as(report.toText()).isEqualTo(JobState.CANCELLED);
                each.assertPassesForNothing(report, "cancelled at event " + k);
                cancelled++;
            }
        }
        assertThat(cancelled).isGreaterThan(4);
    }

    private void atEvery(Case each, LongFunction<Fault> faults) throws Exception {
        for (int n = 1; n < NO_END; n++) {
            Fault fault = faults.apply(n);
            List<FaultyDevice> opened = new ArrayList<>();
            each.refill();
            each.target.asTarget(device -> {
                opened.add(new FaultyDevice(device, 7, fault));
                return opened.getLast();
            });
            Report report = bench.run(bench.plan(each.request));
            if (opened.stream().allMatch(device -> device.struck() == 0)) {
                assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
                assertThat(n).isGreaterThan(5);
                each.target.asTarget(device -> device);
                return;
            }
            each.assertPassesForNothing(report, fault.toString());
        }
        throw new AssertionError("the restore never went through");
    }

    @ParameterizedTest
    @EnumSource
    void aTargetThatFailsAtAnyWriteHoldsNothingThatPassesForWhole(Kind kind) throws Exception {
        Case each = of(kind);
        atEvery(each, n -> new Fault.WriteError(Calls.only(n), DeviceException.EIO));
        atEvery(each, n -> new Fault.WriteError(Calls.from(n), DeviceException.EIO));
        atEvery(each, n -> new Fault.TornWrite(Calls.only(n)));
        atEvery(each, n -> new Fault.FlushError(Calls.only(n), DeviceException.EIO));
    }

    @ParameterizedTest
    @EnumSource
    void whatDoesNotReadBackPassesForNothing(Kind kind) throws Exception {
        Case each = of(kind);
        int n = 1;
        for (; n < NO_END; n++) {
            FaultyDevice flipping = new FaultyDevice(each.target.medium(), n, new Fault.BitFlip(Calls.only(n)));
            each.refill();
            each.target.asWritten(device -> flipping);
            Report report = bench.run(bench.plan(each.request));
            if (flipping.struck() == 0) {
                break;
            }
            each.assertPassesForNothing(report, "a flipped bit in read " + n);
        }
        assertThat(n).isBetween(5, NO_END - 1);
        each.target.asWritten(device -> device);
    }

    /** At the moment of the read-back, and of each proof behind it but the last, there is nothing to be recognised yet. */
    @ParameterizedTest
    @EnumSource
    void theTableAndTheBootSectorComeAfterTheReadBack(Kind kind) throws Exception {
        Case each = of(kind);
        List<Boolean> marked = new ArrayList<>();
        each.refill();
        each.target.asWritten(device -> {
            marked.add(isMarked(each));
            return device;
        });
        assertThat(bench.run(bench.plan(each.request)).state()).isEqualTo(JobState.COMPLETE);
        // Opened to see that it can be, then for what is erased (the table, and with one the ends of the partitions),
        // the
        // read-back, the last writes and the very last.
        int erasures = kind == Kind.WHOLE_DISK || kind == Kind.CLONED_DISK ? 2 : 1;
        assertThat(marked).hasSize(4 + erasures).startsWith(true).endsWith(true);
        assertThat(marked.subList(1, marked.size() - 1)).containsOnly(false);
        each.target.asWritten(device -> device);
    }

    private static boolean isMarked(Case each) {
        try {
            for (byte value : each.start()) {
                if (value != 0) {
                    return true;
                }
            }
            return false;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
