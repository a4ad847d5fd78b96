package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.captureOf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.filesystem.Tool;

/** What the target held before must not be recognised in what a restore leaves free. */
final class StaleMarksTest {
    private static final byte[] EXT = SampleVolumes.ext4(40);

    private final TestBench bench = new TestBench();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        bench.close();
    }

    private BenchDisk disk(String path) throws Exception {
        BenchDisk disk = bench.disk(path, 48 * MIB);
        Layouts.gpt(disk.medium(), part(1, 2048, EXT.length / 512));
        return disk;
    }

    /** The superblock of a RAID of version 1.0 lies at the end of its member, where ext4 has nothing. */
    private static byte[] raidMark(long partitionBytes) {
        ByteBuffer mark = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        mark.putInt(0, 0xa92b4efc).putInt(4, 1).putInt(72, 1).putLong(80, partitionBytes / 512 - 16);
        mark.putLong(136, partitionBytes / 512 - 16).putLong(144, partitionBytes / 512 - 16);
        mark.putInt(220, 0);
        long sum = 0;
        for (int at = 0; at < 256; at += 4) {
            sum += Integer.toUnsignedLong(mark.getInt(at));
        }
        mark.putInt(216, (int) ((sum & 0xFFFFFFFFL) + (sum >>> 32)));
        return mark.array();
    }

    private String recognised(BenchDisk disk) throws Exception {
        Path partition = Files.write(folder.resolve("partition"), disk.bytes(MIB, EXT.length));
        return Tool.start("blkid", "-p", "-o", "value", "-s", "TYPE", partition).output();
    }

    @Test
    void anOldRaidIsNotSeenInARestoredPartition() throws Exception {
        BenchDisk source = disk("/dev/sda");
        SampleVolumes.put(source.medium(), MIB, EXT);
        BenchDisk target = disk("/dev/sdb");
        target.medium().write(MIB + EXT.length - 8192, ByteBuffer.wrap(raidMark(EXT.length)));
        assertThat(recognised(target)).isEqualTo("linux_raid_member\n");
        Report captured = bench.run(bench.plan(captureOf("/dev/sda", bench.images())));
        assertThat(bench.restore(captured.resultPath(), "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        assertThat(recognised(target)).isEqualTo("ext4\n");
    }
}
