package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.cloneOf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.Fault;
import org.rescuekey.device.Fault.Calls;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** Clones: what the target holds, what never happens to the source, what is refused, and how each fault ends. */
final class CloneTest {
    private static final byte[] NTFS = SampleVolumes.ntfs(5);
    private static final byte[] EXT = SampleVolumes.ext4(5);
    private static final int NO_END = 400;

    private final TestBench bench = new TestBench();
    private BenchDisk source;
    private BenchDisk target;
    private String sourceHash;

    @BeforeEach
    void prepare() throws Exception {
        source = bench.disk("/dev/sda", 14 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, NTFS.length / 512), part(2, 7 * 2048, EXT.length / 512));
        SampleVolumes.put(source.medium(), MIB, NTFS);
        SampleVolumes.put(source.medium(), 7 * MIB, EXT);
        sourceHash = source.hash();
        target = bench.disk("/dev/sdb", 14 * MIB);
        Layouts.fill(target.medium(), 99);
    }

    @AfterEach
    void theSourceIsAsItWas() {
        assertThat(source.hash()).isEqualTo(sourceHash);
        bench.close();
    }

    private void assertCloned(Report report) throws Exception {
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(source, target);
        assertThat(target.table().needsRepair()).isFalse();
        assertThat(target.table().table().orElseThrow().partitions())
                .isEqualTo(source.table().table().orElseThrow().partitions());
    }

    @Test
    void aDiskOfTheSameSizeBecomesTheSame() throws Exception {
        assertCloned(bench.cloned("/dev/sda", "/dev/sdb"));
    }

    @Test
    void aLargerDiskGetsItsTableAtItsOwnEnd() throws Exception {
        target = bench.disk("/dev/sdb", 20 * MIB);
        Layouts.fill(target.medium(), 99);

        Report report = bench.cloned("/dev/sda", "/dev/sdb");

        assertCloned(report);
    }

    @Test
    void whatIsNotInUseIsNotCopied() throws Exception {
        ExtentSet unused = Surveyor.survey(source.medium(), source.info(), Coverage.NEEDED)
                .streams()
                .get(2)
                .map()
                .used()
                .complement(new Extent(0, EXT.length))
                .shift(7 * MIB)
                .intersect(Extent.between(8 * MIB, 11 * MIB)); // the ends of partitions are erased
        Extent middle = unused.stream()
                .filter(extent -> extent.length() > MIB / 2)
                .findFirst()
                .orElseThrow();
        String before = target.hash(ExtentSet.of(middle));
        assertCloned(bench.cloned("/dev/sda", "/dev/sdb"));
        assertThat(target.hash(ExtentSet.of(middle))).isEqualTo(before);

        Request exact = new Request.Clone("/dev/sda", "/dev/sdb", new TreeMap<>(), Coverage.ALL, false, true);
        assertCloned(bench.run(bench.plan(exact)));
        assertThat(target.hash()).isEqualTo(sourceHash);
    }

    @Test
    void whatIsNotInUseIsDiscardedWhereThatIsAsked() throws Exception {
        ExtentSet.Builder discarded = ExtentSet.builder();
        target = bench.disk("/dev/sdb", 40 * MIB);
        Layouts.fill(target.medium(), 99);
        target.asTarget(device -> new ForwardingDevice(device) {
            @Override
            public void discard(Extent extent) throws RescueException {
                discarded.add(extent);
                for (long at = extent.start(); at < extent.end(); at += 512) {
                    target.medium().write(at, ByteBuffer.allocate(512).put(0, (byte) 0x5A));
                }
            }
        });
        Request request = new Request.Clone("/dev/sda", "/dev/sdb", new TreeMap<>(), Coverage.NEEDED, true, true);

        Plan plan = bench.plan(request);

        assertCloned(bench.run(plan));

        for (Step.Erase erasure : Jobs.steps(plan, Step.Erase.class)) {
            assertThat(erasure.extents().intersect(discarded.build()))
                    .as(erasure.what())
                    .isEmpty();
        }
        assertThat(discarded.build().totalBytes()).isBetween(20 * MIB, 36 * MIB);
    }

    @Test
    void aPartitionGoesIntoAnotherAndItsStartWithIt() throws Exception {
        Layouts.gpt(target.medium(), part(4, 4096, NTFS.length / 512));

        Report report = bench.run(bench.plan(cloneOf("/dev/sda", "/dev/sdb", 1, 4)));

        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        Compare.assertSame(
                source.medium(), new Extent(MIB + 4096, 4096), target.medium(), 2 * MIB + 4096, "in the volume");
        assertThat(ByteBuffer.wrap(target.bytes(2 * MIB, 512))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt(0x1C))
                .isEqualTo(4096);
        target.startCounting();
        Report again = bench.run(bench.plan(cloneOf("/dev/sda", "/dev/sdb", 1, 4)));
        assertThat(again.headline()).contains("nothing was written");
        assertThat(target.isUntouched()).isTrue();
    }

    @Test
    void whatCannotBeReadBecomesZerosAndIsListed() throws Exception {
        Extent bad = new Extent(MIB + 4096 * 8, 4096);
        source.asSource(device -> new FaultyDevice(device, 1, new Fault.BadSectors(bad)));

        Report report = bench.cloned("/dev/sda", "/dev/sdb");

        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(report.state().exitCode()).isEqualTo(4);
        assertThat(target.bytes(bad.start(), 4096)).containsOnly(0);
        assertThat(report.details())
                .anyMatch(line -> line.contains("at byte " + bad.start() + " of the disk"))
                .anyMatch(line -> line.startsWith("Unreadable in partition 1") && line.contains("$MFT"));
    }

    @Test
    void whatCannotBeReadOfWhatIsWrittenLastIsListedToo() throws Exception {
        BenchDisk bare = bench.disk("/dev/sdc", EXT.length);
        SampleVolumes.put(bare.medium(), 0, EXT);
        Extent bad = new Extent(200 * 1024, 512);
        bare.asSource(device -> new FaultyDevice(device, 1, new Fault.BadSectors(bad)));

        Report report = bench.run(
                bench.plan(new Request.Clone("/dev/sdc", "/dev/sdb", new TreeMap<>(), Coverage.ALL, false, true)));

        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(report.details()).anyMatch(line -> line.contains("at byte " + bad.start() + " of the disk"));
    }

    @Test
    void eachTargetThatMustNotBeOneIsRefused() throws Exception {
        refuses(cloneOf("/dev/sda", "/dev/sda"), "same disk");
        refuses(cloneOf("/dev/sda", "/dev/sda", 1, 2), "same disk");
        bench.disk("/dev/sdc", 9 * MIB);
        refuses(cloneOf("/dev/sda", "/dev/sdc"), "too few");
        bench.disk("/dev/sdd", 20 * MIB).heldBy("dm-0");
        refuses(cloneOf("/dev/sda", "/dev/sdd"), "is in use");
        bench.disk("/dev/sde", 20 * MIB).bootMedium();
        refuses(cloneOf("/dev/sda", "/dev/sde"), "started from");
        bench.disk("/dev/sdf", 20 * MIB, SectorSize.SECTOR_4096);
        refuses(cloneOf("/dev/sda", "/dev/sdf"), "sectors of 512 bytes");
        Layouts.gpt(target.medium(), part(4, 4096, 2048));
        refuses(cloneOf("/dev/sda", "/dev/sdb", 1, 4), "too small: ");
        refuses(cloneOf("/dev/sda", "/dev/sdb", 7, 4), "does not hold partition 7");
        refuses(cloneOf("/dev/sda", "/dev/sdb", 1, 9), "no partition 9");
        source.mounted(1, "/mnt", false);
        refuses(cloneOf("/dev/sda", "/dev/sdb"), "can change while it is read");
        source.unmounted();
    }

    private void refuses(Request request, String words) {
        assertThatThrownBy(() -> bench.plan(request))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(words);
    }

    @Test
    void anotherDiskThanThePlannedOneIsNeverWrittenTo() throws Exception {
        Plan plan = bench.plan(cloneOf("/dev/sda", "/dev/sdb"));
        BenchDisk other = bench.disk("/dev/sdb", 14 * MIB).serial("ANOTHER").startCounting();

        Report report = bench.run(plan);

        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.REFUSED);
        assertThat(other.isUntouched()).isTrue();
    }

    @Test
    void aSourceThatUsesMoreThanPlannedIsNotCloned() throws Exception {
        Plan plan = bench.plan(cloneOf("/dev/sda", "/dev/sdb"));
        SampleVolumes.put(source.medium(), 7 * MIB, SampleVolumes.ntfs(5));
        sourceHash = source.hash();
        target.startCounting();

        Report report = bench.run(plan);

        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.REFUSED);
        assertThat(target.isUntouched()).isTrue();
    }

    /** Runs with a fault at each call until one comes after the end; none may say "complete" and be wrong. */
    private int atEvery(LongFunction<Fault> faults, boolean isSilent) throws Exception {
        int failed = 0;
        for (int n = 1; n < NO_END; n++) {
            Layouts.fill(target.medium(), n);
            Fault fault = faults.apply(n);
            FaultyDevice[] faulty = new FaultyDevice[1];
            target.asTarget(device -> faulty[0] = new FaultyDevice(device, 7, fault));
            Report report = bench.cloned("/dev/sda", "/dev/sdb");
            target.asTarget(device -> device);
            if (report.state() == JobState.COMPLETE) {
                assertThat(isSilent || faulty[0].struck() == 0)
                        .as("%d: %s", n, report.toText())
                        .isTrue();
                assertCloned(report);
            } else {
                assertThat(report.state()).as("%d: %s", n, report.toText()).isEqualTo(JobState.FAILED);
                assertThat(report.toText()).contains("The target /dev/sdb is incomplete");
                failed++;
            }
            if (faulty[0].struck() == 0) {
                return failed;
            }
        }
        throw new AssertionError("the clone never went through");
    }

    @Test
    void anErrorAtAnyWriteOrFlushFails() throws Exception {
        assertThat(atEvery(n -> new Fault.WriteError(Calls.only(n), DeviceException.EIO), false))
                .isGreaterThan(20);
        assertThat(atEvery(n -> new Fault.FlushError(Calls.only(n), DeviceException.EIO), false))
                .isGreaterThan(3);
    }

    @Test
    void aWriteThatIsTornOrLostOrGoesElsewhereIsFoundByReadingBack() throws Exception {
        assertThat(atEvery(n -> new Fault.TornWrite(Calls.only(n)), false)).isGreaterThan(20);
        assertThat(atEvery(n -> new Fault.ShortWrite(Calls.only(n)), true)).isGreaterThan(10);
        assertThat(atEvery(n -> new Fault.MisdirectedWrite(Calls.only(n)), true))
                .isGreaterThan(10);
    }

    @Test
    void aSourceThatGoesAwayAtAnyCallEndsTheClone() throws Exception {
        Plan plan = bench.plan(cloneOf("/dev/sda", "/dev/sdb"));
        int failed = 0;
        for (int n = 1; n < NO_END; n++) {
            int calls = n;
            FaultyDevice[] faulty = new FaultyDevice[1];
            source.asSource(device -> faulty[0] = new FaultyDevice(device, 7, new Fault.Gone(calls)));
            Report report = bench.run(plan);
            source.asSource(device -> device);
            Layouts.fill(target.medium(), 99);
            plan = bench.plan(cloneOf("/dev/sda", "/dev/sdb"));
            if (faulty[0].struck() == 0) {
                assertThat(failed).isGreaterThan(10);
                return;
            }
            assertThat(report.state()).as("%d: %s", n, report.toText()).isIn(JobState.FAILED, JobState.REFUSED);
            failed++;
        }
        throw new AssertionError("the clone never went through");
    }
}
