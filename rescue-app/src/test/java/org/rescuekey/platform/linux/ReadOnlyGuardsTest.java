package org.rescuekey.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.DeviceOpener.SourceGuard;
import org.rescuekey.error.DeviceException;

/** The kernel's read-only flag, as blockdev shows it. */
@Tag("loop")
class ReadOnlyGuardsTest {
    private static final int DISK_BYTES = 8 << 20;

    private final LinuxDevices devices = new LinuxDevices();

    @TempDir
    Path folder;

    @Test
    void aProtectedSourceIsReadOnlyForEveryoneAndRestoredAfterwards() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512)) {
            var outer = devices.protectSource(loop.path());
            var inner = devices.protectSource(loop.path());
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

    @Test
    void aSourceThatWasReadOnlyBeforeStaysSo() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512)) {
            Shell.run("blockdev", "--setro", loop.path());
            devices.protectSource(loop.path()).close();
            assertThat(Shell.run("blockdev", "--getro", loop.path())).isEqualTo("1");
            Shell.run("blockdev", "--setrw", loop.path());
        }
    }

    @Test
    void protectionReachesThePartitions() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512)) {
            String partition = loop.addPartition();
            try (SourceGuard _ = devices.protectSource(loop.path())) {
                assertThat(Shell.run("blockdev", "--getro", partition)).isEqualTo("1");
                assertThat(Shell.run("blockdev", "--getro", loop.path())).isEqualTo("1");
            }
            assertThat(Shell.run("blockdev", "--getro", partition)).isEqualTo("0");
            try (SourceGuard _ = devices.protectSource(partition)) {
                assertThat(Shell.run("blockdev", "--getro", loop.path())).isEqualTo("0");
                assertThat(Shell.run("blockdev", "--getro", partition)).isEqualTo("1");
            }
            assertThat(Shell.run("blockdev", "--getro", partition)).isEqualTo("0");
        }
    }

    /** Protects a source and ends. */
    static final class ExitWhileProtecting {
        private ExitWhileProtecting() {}

        public static void main(String[] arguments) throws IOException {
            SourceGuard guard = new LinuxDevices().protectSource(arguments[0]);
            System.out.println(Shell.run("blockdev", "--getro", arguments[0]));
            System.exit(guard == null ? 1 : 0);
        }
    }
}
