package org.rescuekey.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.DeviceOpener.SourceGuard;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Mount;
import org.rescuekey.plan.SourceRules;
import org.rescuekey.plan.TargetRules;

/** The kernel's read-only flag, as blockdev shows it. */
@Tag("loop")
class ReadOnlyGuardsTest {
    private static final int DISK_BYTES = 8 << 20;

    private final LinuxDevices devices = new LinuxDevices(new AtExit());

    @TempDir
    Path folder;

    @Test
    void aProtectedSourceIsReadOnlyForEveryoneAndRestoredAfterwards() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512)) {
            var outer = devices.protectSource(loop.path(), List.of(0, 1));
            var inner = devices.protectSource(loop.path(), List.of(0, 1));
            assertThat(Shell.run("blockdev", "--getro", loop.path())).isEqualTo("1");
            assertThat(Shell.tryRun("dd", "if=/dev/zero", "of=" + loop.path(), "bs=512", "count=1", "conv=notrunc")
                            .exitStatus())
                    .isNotZero();
            assertThatThrownBy(() -> devices.openTarget(loop.path()))
                    .asInstanceOf(type(DeviceException.class))
                    .extracting(DeviceException::errno)
                    .isEqualTo(DeviceException.EROFS);
            inner.close();
            assertThat(Shell.run("blockdev", "--getro", loop.path())).isEqualTo("1");
            outer.close();
            outer.close();
            assertThat(Shell.run("blockdev", "--getro", loop.path())).isEqualTo("0");
            devices.openTarget(loop.path()).close();
        }
    }

    @Test
    void aProgramThatEndsWithoutAWordLeavesTheSourceWritable() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512)) {
            assertThat(ChildJvm.run(ExitWhileProtecting.class, loop.path())).isEqualTo("1");
            assertThat(Shell.run("blockdev", "--getro", loop.path())).isEqualTo("0");
        }
    }

    /** Killed, a program sets nothing back; whoever wants to write then is told how to. */
    @Test
    void theRemedyForADiskThatStayedReadOnlyIsNamed() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512)) {
            Shell.run("mkfs.ext4", "-q", loop.path());
            ChildJvm.run(HaltWhileProtecting.class, loop.path());
            assertThat(Shell.run("blockdev", "--getro", loop.path())).isEqualTo("1");
            String remedy = "blockdev --setrw " + loop.path();
            assertThatThrownBy(() -> devices.openTarget(loop.path())).hasMessageContaining(remedy);
            Places places = new Places(folder.resolve("places"));
            assertThatThrownBy(() -> places.mount(loop.path(), FileSystemType.EXT4, "place", true))
                    .hasMessageContaining(remedy);
            assertThat(TargetRules.unusable(new LinuxInventory(devices).describe(loop.path()))
                            .orElseThrow()
                            .remedy())
                    .contains(remedy);
            Shell.run(remedy.split(" ", -1));
            devices.openTarget(loop.path()).close();
        }
    }

    @Test
    void aSourceThatWasReadOnlyBeforeStaysSo() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512)) {
            Shell.run("blockdev", "--setro", loop.path());
            devices.protectSource(loop.path(), List.of(0, 1)).close();
            assertThat(Shell.run("blockdev", "--getro", loop.path())).isEqualTo("1");
            Shell.run("blockdev", "--setrw", loop.path());
        }
    }

    @Test
    void protectionReachesThePartitions() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512)) {
            String partition = loop.addPartition();
            try (SourceGuard _ = devices.protectSource(loop.path(), List.of(0, 1))) {
                assertThat(Shell.run("blockdev", "--getro", partition)).isEqualTo("1");
                assertThat(Shell.run("blockdev", "--getro", loop.path())).isEqualTo("1");
            }
            assertThat(Shell.run("blockdev", "--getro", partition)).isEqualTo("0");
            try (SourceGuard _ = devices.protectSource(partition, List.of(1))) {
                assertThat(Shell.run("blockdev", "--getro", loop.path())).isEqualTo("0");
                assertThat(Shell.run("blockdev", "--getro", partition)).isEqualTo("1");
            }
            assertThat(Shell.run("blockdev", "--getro", partition)).isEqualTo("0");
        }
    }

    /** The plan allows what is in use and not read; so does the guard, which is of the same partitions. */
    @Test
    void aPartitionThatIsNotReadMayBeInUse() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, 16 << 20, 512)) {
            List<String> partitions = loop.addPartitions("start=1MiB, size=4MiB", "start=6MiB, size=4MiB");
            String used = partitions.get(1);
            Shell.run("mkfs.ext4", "-q", used);
            Path mountPoint = Files.createDirectory(folder.resolve("used"));
            Shell.run("mount", used, mountPoint.toString());
            try {
                try (SourceGuard _ = devices.protectSource(loop.path(), List.of(0, 1))) {
                    assertThat(Shell.run("blockdev", "--getro", partitions.get(0)))
                            .isEqualTo("1");
                    assertThat(Shell.run("blockdev", "--getro", used)).isEqualTo("0");
                    Files.writeString(mountPoint.resolve("file"), "written meanwhile");
                    Shell.run("sync", "-f", mountPoint.toString());
                }
                assertThat(Shell.run("blockdev", "--getro", partitions.get(0))).isEqualTo("0");
                assertThatThrownBy(() -> devices.protectSource(loop.path(), List.of(0, 2)))
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining(used + " is mounted at " + mountPoint);
            } finally {
                Shell.run("umount", mountPoint.toString());
            }
        }
    }

    /** A read-only view of a volume that is mounted for writing elsewhere protects nothing. */
    @Test
    void aReadOnlyBindMountOfAWritableVolumeIsNoProtection() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512)) {
            Shell.run("mkfs.ext4", "-q", loop.path());
            Path writable = Files.createDirectory(folder.resolve("writable"));
            Path view = Files.createDirectory(folder.resolve("view"));
            Shell.run("mount", loop.path(), writable.toString());
            Shell.run("mount", "-o", "bind,ro", writable.toString(), view.toString());
            Shell.run("umount", writable.toString());
            try {
                DiskInfo disk = new LinuxInventory(devices).describe(loop.path());
                assertThat(disk.mounts()).containsExactly(new Mount(loop.path(), view.toString(), "ext4", true, false));
                assertThat(SourceRules.whatCouldChange(disk, List.of(0))).contains("the disk is mounted at " + view);
                assertThatThrownBy(() -> devices.protectSource(loop.path(), List.of(0)))
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining(view.toString());
            } finally {
                Shell.run("umount", view.toString());
            }
        }
    }

    /** A job that is still to be cancelled when the program ends reads a source that is still protected. */
    @Test
    void aSourceIsWritableAgainOnlyWhenTheJobHasEnded() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512)) {
            assertThat(ChildJvm.run(EndWhileAJobRuns.class, loop.path())).isEqualTo("job 1, terminal 1, last 0");
            assertThat(Shell.run("blockdev", "--getro", loop.path())).isEqualTo("0");
        }
    }

    /** Protects a source and ends, and says at each stage of the end whether the source is read-only. */
    static final class EndWhileAJobRuns {
        private EndWhileAJobRuns() {}

        public static void main(String[] arguments) throws IOException {
            AtExit atExit = new AtExit();
            StringBuilder said = new StringBuilder();
            atExit.register(AtExit.Stage.LAST, () -> System.out.println(said.append("last " + flag(arguments[0]))));
            SourceGuard guard = new LinuxDevices(atExit).protectSource(arguments[0], List.of(0));
            atExit.register(AtExit.Stage.TERMINALS, () -> said.append("terminal " + flag(arguments[0]) + ", "));
            atExit.register(AtExit.Stage.JOBS, () -> said.append("job " + flag(arguments[0]) + ", "));
            atExit.register(AtExit.Stage.JOBS, () -> {
                throw new IllegalStateException("which keeps nothing else from being done");
            });
            atExit.register(AtExit.Stage.JOBS, () -> said.append("taken back")).close();
            System.exit(guard == null ? 1 : 0);
        }

        private static String flag(String path) {
            try {
                return Shell.run("blockdev", "--getro", path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Protects a source and is gone, as if it was killed. */
    static final class HaltWhileProtecting {
        private HaltWhileProtecting() {}

        public static void main(String[] arguments) throws IOException {
            SourceGuard guard = new LinuxDevices(new AtExit()).protectSource(arguments[0], List.of(0));
            Runtime.getRuntime().halt(guard == null ? 1 : 0);
        }
    }

    /** Protects a source and ends. */
    static final class ExitWhileProtecting {
        private ExitWhileProtecting() {}

        public static void main(String[] arguments) throws IOException {
            SourceGuard guard = new LinuxDevices(new AtExit()).protectSource(arguments[0], List.of(0));
            System.out.println(Shell.run("blockdev", "--getro", arguments[0]));
            System.exit(guard == null ? 1 : 0);
        }
    }
}
