package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.TestBench.MIB;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.Tool;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.Step;
import org.rescuekey.plan.layout.Identities;
import org.rescuekey.plan.layout.LayoutRequest;
import org.rescuekey.plan.layout.Wish;
import org.rescuekey.platform.linux.AtExit;
import org.rescuekey.platform.linux.Programs;
import org.rescuekey.platform.linux.views.Attachments;
import org.rescuekey.platform.linux.views.LinuxResizers;
import org.rescuekey.units.Extent;
import org.rescuekey.windows.PartitionIdentity;

/** Clones to disks of another size and under new identities, by the real tools, judged by others. */
final class AdaptedCloneTest {
    private static final long NTFS_MIB = 160;
    private static final long EXT_MIB = 24;
    private static final long DISK_BYTES = (NTFS_MIB + EXT_MIB + 2) * MIB;

    @TempDir
    static Path folder;

    private static Path ntfs = Path.of("/");
    private static Path noise = Path.of("/");

    private final TestBench bench = new TestBench();
    private BenchDisk source = bench.disk("/dev/sda", MIB);

    @BeforeAll
    static void makeVolume() throws IOException {
        noise = folder.resolve("noise");
        byte[] bytes = new byte[3_000_001];
        new SplittableRandom(7).nextBytes(bytes);
        Files.write(noise, bytes);
        ntfs = volume("ntfs", NTFS_MIB);
        Tool.run("mkntfs", "-q", "-Q", "-F", "-s", "512", "-p", "2048", "-H", "16", "-S", "63", "-L", "Data", ntfs);
        for (int i = 0; i < 6; i++) {
            Tool.run("ntfscp", "-q", ntfs, noise, "noise" + i);
        }
    }

    private static Path volume(String name, long mib) throws IOException {
        Path file = folder.resolve(name);
        try (var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), mib * MIB - 1);
        }
        return file;
    }

    @BeforeEach
    void prepare() throws Exception {
        bench.resizersAre(new LinuxResizers(
                new Attachments(Files.createTempDirectory(folder, "v"), new Programs(), new AtExit())));
        source = bench.disk("/dev/sda", DISK_BYTES);
        Layouts.gpt(
                source.medium(),
                Layouts.part(1, 2048, NTFS_MIB * 2048),
                Layouts.part(2, (NTFS_MIB + 1) * 2048, EXT_MIB * 2048));
        Path files = Files.createTempDirectory(folder, "files");
        Files.createDirectory(files.resolve("etc"));
        Files.writeString(
                files.resolve("etc/fstab"),
                "PARTUUID=" + guid(source, 2) + " / ext4 defaults 0 1\n# " + guid(source, 1) + "0 is no PARTUUID\n");
        Path ext = volume("ext", EXT_MIB);
        Tool.run("mke2fs", "-q", "-F", "-t", "ext4", "-d", files, ext);
        put(source.medium(), MIB, ntfs);
        put(source.medium(), (NTFS_MIB + 1) * MIB, ext);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    /** Zeros take no memory. */
    private static void put(BlockDevice device, long offset, Path volume) throws IOException {
        byte[] buffer = new byte[(int) MIB];
        try (var in = Files.newInputStream(volume)) {
            for (long at = offset; in.readNBytes(buffer, 0, buffer.length) > 0; at += buffer.length) {
                for (byte each : buffer) {
                    if (each != 0) {
                        device.write(at, ByteBuffer.wrap(buffer));
                        break;
                    }
                }
            }
        }
    }

    private static PartitionTable table(BenchDisk disk) throws RescueException {
        return PartitionTables.read(disk.medium()).table().orElseThrow();
    }

    private static String guid(BenchDisk disk, int number) throws RescueException {
        return PartitionIdentity.of(
                                        table(disk),
                                        table(disk).partitions().stream()
                                                .filter(partition -> partition.number() == number)
                                                .findFirst()
                                                .orElseThrow())
                                .orElseThrow()
                        instanceof PartitionIdentity.Gpt gpt
                ? gpt.partitionGuid().toString()
                : "";
    }

    private Plan plan(String target, Wish wish, Identities identities) throws RescueException {
        return bench.plan(new Request.Clone(
                "/dev/sda",
                target,
                new TreeMap<>(),
                Coverage.NEEDED,
                false,
                true,
                new LayoutRequest(wish, identities)));
    }

    private Path partition(BenchDisk disk, int number) throws Exception {
        var extent = table(disk).partitions().stream()
                .filter(partition -> partition.number() == number)
                .findFirst()
                .orElseThrow()
                .extent();
        Path file = volume("target" + number, extent.length() / MIB);
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (long at = 0; at < extent.length(); at += MIB) {
                channel.write(ByteBuffer.wrap(disk.bytes(extent.start() + at, (int) MIB)), at);
            }
        }
        return file;
    }

    private void assertSound(BenchDisk target) throws Exception {
        Path whole = volume("whole", target.medium().sizeBytes() / MIB);
        put(whole, target);
        assertThat(Tool.run("sgdisk", "-v", whole)).contains("No problems found");
        Path first = partition(target, 1);
        Tool.run("ntfsfix", "-n", first);
        Tool.run("ntfsresize", "-i", "-f", "-f", first);
        for (int i = 0; i < 6; i++) {
            Path copy = folder.resolve("copy");
            Tool.run("sh", "-c", "ntfscat -f '" + first + "' noise" + i + " > '" + copy + "'");
            assertThat(copy).hasSameBinaryContentAs(noise);
        }
        Path second = partition(target, 2);
        Tool.run("e2fsck", "-f", "-n", second);
    }

    private static void put(Path file, BenchDisk disk) throws Exception {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (long at = 0; at < disk.medium().sizeBytes(); at += MIB) {
                channel.write(ByteBuffer.wrap(disk.bytes(at, (int) MIB)), at);
            }
        }
    }

    private static long hiddenSectors(BenchDisk disk, long start) throws RescueException {
        return Integer.toUnsignedLong(ByteBuffer.wrap(disk.bytes(start + 0x1C, 4))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt());
    }

    @Test
    void aSmallerDiskWithIdentitiesOfItsOwnHoldsEverythingAndFitsTogether() throws Exception {
        byte[] before = hash(source);
        BenchDisk target = bench.disk("/dev/sdb", 140 * MIB);
        Layouts.fill(target.medium(), new Extent(0, 4 * MIB), 99);
        Plan plan = plan("/dev/sdb", Wish.FILL, Identities.NEW);
        String renamed = guid(source, 2) + " -> ";
        assertThat(plan.toText()).contains("shrinks from", "/etc/fstab", renamed);
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(report.toText()).contains("Windows will check this volume");
        assertSound(target);
        assertThat(hiddenSectors(target, MIB)).isEqualTo(2048);
        String fstab = Tool.run("debugfs", "-R", "cat /etc/fstab", partition(target, 2));
        assertThat(fstab)
                .contains("PARTUUID=" + guid(target, 2) + " /", guid(source, 1) + "0 is no PARTUUID")
                .doesNotContain(guid(source, 2));
        assertThat(hash(source)).isEqualTo(before);
    }

    @Test
    void anImageGoesToASmallerDiskToo() throws Exception {
        String image = bench.image("/dev/sda");
        BenchDisk target = bench.disk("/dev/sdb", 140 * MIB);
        Layouts.fill(target.medium(), new Extent(0, 4 * MIB), 99);
        Plan plan = bench.plan(new Request.Restore(
                image, "/dev/sdb", new TreeMap<>(), false, false, true, new LayoutRequest(Wish.FILL, Identities.NEW)));
        assertThat(plan.toText()).contains("shrinks from", "/etc/fstab");
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertSound(target);
        assertThat(Tool.run("debugfs", "-R", "cat /etc/fstab", partition(target, 2)))
                .contains("PARTUUID=" + guid(target, 2) + " /");
    }

    @Test
    void aLargerDiskIsFilled() throws Exception {
        BenchDisk target = bench.disk("/dev/sdb", 260 * MIB);
        Report report = bench.run(plan("/dev/sdb", Wish.FILL, Identities.KEEP));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertSound(target);
        assertThat(table(target).partitions().getLast().extent().end()).isGreaterThan(258 * MIB);
        assertThat(guid(target, 2)).isEqualTo(guid(source, 2));
    }

    @Test
    void aToolThatFailsOrLiesLeavesTheTargetAsItWas() throws Exception {
        for (VolumeResizer bad : List.of(failing(), lying())) {
            BenchDisk target = bench.disk("/dev/sdb", 140 * MIB);
            bench.resizersAre(type -> Optional.of(bad));
            Plan plan = plan("/dev/sdb", Wish.FILL, Identities.NEW);
            target.startCounting();
            Report report = bench.run(plan);
            assertThat(report.state()).as(report.toText()).isEqualTo(JobState.FAILED);
            assertThat(report.toText()).contains("Nothing was written");
            assertThat(target.isUntouched()).isTrue();
        }
    }

    @Test
    void aHibernatedVolumeIsNotMadeSmaller() throws Exception {
        Path hibernated = Files.copy(ntfs, folder.resolve("hibernated"));
        Path hiberfil = folder.resolve("hiberfil.sys");
        byte[] bytes = new byte[8192];
        System.arraycopy("hibr".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, 4);
        Files.write(hiberfil, bytes);
        Tool.run("ntfscp", "-q", hibernated, hiberfil, "hiberfil.sys");
        put(source.medium(), MIB, hibernated);
        bench.disk("/dev/sdb", 140 * MIB);
        assertThatThrownBy(() -> plan("/dev/sdb", Wish.FILL, Identities.KEEP))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("ibernat");
    }

    private static byte[] hash(BenchDisk disk) throws Exception {
        var sha = MessageDigest.getInstance("SHA-256");
        for (long at = 0; at < disk.medium().sizeBytes(); at += MIB) {
            sha.update(disk.bytes(at, (int) MIB));
        }
        return sha.digest();
    }

    private static VolumeResizer failing() {
        return new FakeResizer() {
            @Override
            public Resized resize(BlockDevice view, long sizeBytes, JobControl control) throws RescueException {
                view.write(0, ByteBuffer.allocate(512));
                throw new DeviceException("the tool was ended", DeviceException.EIO);
            }
        };
    }

    /** Says that it is done, and has left the volume as it was. */
    private static VolumeResizer lying() {
        return new FakeResizer() {
            @Override
            public Resized resize(BlockDevice view, long sizeBytes, JobControl control) {
                return new Resized(sizeBytes, List.of());
            }
        };
    }

    private abstract static class FakeResizer implements VolumeResizer {
        @Override
        public boolean canShrink() {
            return true;
        }

        @Override
        public Minimum minimum(BlockDevice view, JobControl control) {
            return new Minimum(view.sizeBytes(), "");
        }
    }

    @Test
    void theWordsOfAllStepsAreThere() throws Exception {
        bench.disk("/dev/sdb", 140 * MIB);
        Plan plan = plan("/dev/sdb", Wish.FILL, Identities.NEW);
        assertThat(plan.steps().stream().map(Step::words).toList())
                .anyMatch(words -> words.startsWith("Shrink partition 1"))
                .anyMatch(words -> words.startsWith("Change what partition 2"));
    }
}
