package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.cloneOf;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.FileImageStore;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** Sources that read differently from look to look, images with losses, and targets that hold something old: what delta must not do. */
final class DeltaHazardsTest {
    /** In the first mebibyte of a partition, but not in its first 256 KiB, which are erased. */
    private static final long X = 2 * MIB + 700 * 1024;

    private final TestBench bench = new TestBench();

    private BenchDisk source = bench.disk("/dev/sda", MIB);
    private BenchDisk target = bench.disk("/dev/sdb", MIB);

    @AfterEach
    void close() {
        bench.close();
    }

    private void prepare() throws Exception {
        source = bench.disk("/dev/sda", 56 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 2048), part(2, 4096, 44 * 2048));
        Layouts.fill(source.medium(), new Extent(MIB, MIB), 1);
        Layouts.fill(source.medium(), new Extent(2 * MIB, 44 * MIB), 2);
        target = bench.disk("/dev/sdb", 56 * MIB);
        Layouts.fill(target.medium(), 99);
    }

    private void flaky(int from, int to) {
        int[] count = {0};
        source.asSource(device -> new ForwardingDevice(device) {
            @Override
            public void read(long offset, ByteBuffer buffer) throws RescueException {
                if (offset <= X && offset + buffer.remaining() > X && buffer.remaining() <= MIB) {
                    count[0]++;
                    if (count[0] >= from && count[0] <= to) {
                        throw new DeviceException("bad sector", DeviceException.EIO);
                    }
                }
                super.read(offset, buffer);
            }
        });
    }

    @Test
    void aSectorThatFailsLaterDoesNotEraseWhatWasFoundRight() throws Exception {
        prepare();
        assertThat(bench.cloned("/dev/sda", "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        target.medium().write(30 * MIB, ByteBuffer.allocate(4096));
        flaky(2, 99);
        Report report = bench.cloned("/dev/sda", "/dev/sdb");
        assertThat(target.bytes(X, 512)).as(report.toText()).isEqualTo(source.bytes(X, 512));
    }

    @Test
    void aSectorThatReadsTheSecondTimeIsNoFaultOfTheTarget() throws Exception {
        prepare();
        assertThat(bench.cloned("/dev/sda", "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        flaky(1, 2);
        Report report = bench.cloned("/dev/sda", "/dev/sdb");
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
    }

    @Test
    void whatLiesInNoPartitionIsNotCutOff() throws Exception {
        source = bench.disk("/dev/sda", 14 * MIB);
        Layouts.fill(source.medium(), 5);
        Layouts.mbr(source.medium());
        target = bench.disk("/dev/sdb", 8 * MIB);
        assertThatThrownBy(() -> bench.plan(cloneOf("/dev/sda", "/dev/sdb")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is too small");
    }

    @Test
    void anOldMarkInFreeSpaceIsErasedAlsoWhereAllElseIsThere() throws Exception {
        source = bench.disk("/dev/sda", 14 * MIB);
        byte[] ext = SampleVolumes.ext4(5);
        Layouts.gpt(source.medium(), part(1, 2048, ext.length / 512));
        SampleVolumes.put(source.medium(), MIB, ext);
        target = bench.disk("/dev/sdb", 14 * MIB);
        assertThat(bench.cloned("/dev/sda", "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        long at = MIB + ext.length - 8192; // where md 1.0 has its superblock
        byte[] mark = new byte[4096];
        mark[0] = (byte) 0xfc;
        mark[1] = 0x4e;
        mark[2] = 0x2b;
        mark[3] = (byte) 0xa9;
        target.medium().write(at, ByteBuffer.wrap(mark));
        Report report = bench.cloned("/dev/sda", "/dev/sdb");
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(target.bytes(at, 4)).containsOnly(0);
    }

    @Test
    void theSecondRunOntoASmallerDiskWritesNothing() throws Exception {
        source = bench.disk("/dev/sda", 14 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 8 * 2048));
        Layouts.fill(source.medium(), new Extent(MIB, 8 * MIB), 2);
        target = bench.disk("/dev/sdb", 12 * MIB);
        Layouts.fill(target.medium(), 99);
        assertThat(bench.cloned("/dev/sda", "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        target.startCounting();
        Report report = bench.cloned("/dev/sda", "/dev/sdb");
        assertThat(target.isUntouched()).as(report.toText()).isTrue();
    }

    @Test
    void anotherRunOnADyingSourceKeepsWhatWasCopiedBefore() throws Exception {
        prepare();
        assertThat(bench.cloned("/dev/sda", "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        source.asSource(device -> new FaultyDevice(device, 1, new Fault.BadSectors(new Extent(20 * MIB + 4096, 4096))));
        Report report = bench.cloned("/dev/sda", "/dev/sdb");
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(report.toText()).contains("as an earlier copy had put them");
        assertThat(target.bytes(20 * MIB + 4096, 4096)).isEqualTo(source.bytes(20 * MIB + 4096, 4096));
    }

    @Test
    void aDyingSectorBesideWhatIsErasedKeepsWhatWasCopiedBefore() throws Exception {
        prepare();
        assertThat(bench.cloned("/dev/sda", "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        target.medium().write(30 * MIB, ByteBuffer.allocate(4096)); // so the target is begun, and its ends erased
        source.asSource(device -> new FaultyDevice(device, 1, new Fault.BadSectors(new Extent(X, 512))));
        Report report = bench.cloned("/dev/sda", "/dev/sdb");
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(report.toText()).contains("512 B were left as an earlier copy had put them");
        assertThat(target.bytes(2 * MIB, (int) MIB)).isEqualTo(source.bytes(2 * MIB, (int) MIB));
    }

    @Test
    void theSecondRunOfADiskWithADeadMebibyteWritesNothing() throws Exception {
        prepare();
        source.asSource(device ->
                new FaultyDevice(device, 1, new Fault.BadSectors(new Extent(20 * MIB + 700 * 1024, 2 * MIB))));
        Report first = bench.cloned("/dev/sda", "/dev/sdb");
        assertThat(first.state()).as(first.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        target.startCounting();
        Report second = bench.cloned("/dev/sda", "/dev/sdb");
        assertThat(second.state()).as(second.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(target.isUntouched()).as(second.toText()).isTrue();
    }

    @Test
    void whatIsKeptIsCountedOnceWhereTheEndsAreLookedAtTwice() throws Exception {
        prepare();
        assertThat(bench.cloned("/dev/sda", "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        target.medium().write(45 * MIB + 600 * 1024, ByteBuffer.allocate(512)); // in the last window of partition 2
        source.asSource(device -> new FaultyDevice(device, 1, new Fault.BadSectors(new Extent(X, 512))));
        Report report = bench.cloned("/dev/sda", "/dev/sdb");
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(report.toText()).contains("512 B were left as an earlier copy had put them");
    }

    @Test
    void aPartitionOfWhichNothingCanBeReadIsNotSaidToBeUntouched() throws Exception {
        source = bench.disk("/dev/sda", 14 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 600));
        target = bench.disk("/dev/sdb", 14 * MIB);
        Layouts.fill(target.medium(), 99);
        Layouts.gpt(target.medium(), part(1, 2048, 600));
        source.asSource(device -> new FaultyDevice(device, 1, new Fault.BadSectors(new Extent(MIB, 300 * 1024))));
        target.startCounting();
        Report report = bench.run(bench.plan(cloneOf("/dev/sda", "/dev/sdb", 1, 1)));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.FAILED);
        assertThat(report.toText().contains("Nothing was written")).isEqualTo(target.isUntouched());
    }

    private void lose(Path image, int stream, long block) throws Exception {
        byte[] whole = Files.readAllBytes(image);
        try (var reader =
                ImageReader.open(new FileImageStore(image.resolveSibling("")), String.valueOf(image.getFileName()))) {
            var entry = reader.block(stream, block).orElseThrow();
            whole[(int) ((entry.offsetBytes() + entry.endBytes()) / 2)] ^= 1;
        }
        Files.write(image, whole);
    }

    @Test
    void aLostEndIsZerosInALargerPartition() throws Exception {
        source = bench.disk("/dev/sda", 5 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 4096));
        Layouts.fill(source.medium(), new Extent(MIB, 2 * MIB), 7);
        var image = Path.of(bench.image("/dev/sda"));
        lose(image, 1, 7);
        target = bench.disk("/dev/sdb", 8 * MIB);
        Layouts.fill(target.medium(), 99);
        Layouts.gpt(target.medium(), part(1, 2048, 3 * 2048));
        var pairs = new TreeMap<Integer, Integer>();
        pairs.put(1, 1);
        Report report = bench.run(bench.plan(new Request.Restore(image.toString(), "/dev/sdb", pairs, false, true)));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.DAMAGED);
        assertThat(target.bytes(3 * MIB - 4096, 4096)).containsOnly(0);
    }

    @Test
    void aLostStartIsZerosWhereAllElseIsThere() throws Exception {
        source = bench.disk("/dev/sda", 5 * MIB);
        Layouts.gpt(source.medium(), part(1, 2048, 4096));
        Layouts.fill(source.medium(), new Extent(MIB, 2 * MIB), 7);
        var image = Path.of(bench.image("/dev/sda"));
        lose(image, 1, 0);
        target = bench.disk("/dev/sdb", 5 * MIB);
        Layouts.gpt(target.medium(), part(1, 2048, 4096));
        Layouts.fill(target.medium(), new Extent(MIB, 2 * MIB), 7);
        Layouts.fill(target.medium(), new Extent(MIB, 256 * 1024), 99);
        var pairs = new TreeMap<Integer, Integer>();
        pairs.put(1, 1);
        Report report = bench.run(bench.plan(new Request.Restore(image.toString(), "/dev/sdb", pairs, false, true)));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.DAMAGED);
        assertThat(target.bytes(MIB, 4096)).containsOnly(0);
    }
}
