package org.rescuekey.platform.linux.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.device.ReadOnlyDevice;
import org.rescuekey.engine.JobControl;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.Tool;
import org.rescuekey.platform.linux.AtExit;
import org.rescuekey.platform.linux.Programs;
import org.rescuekey.platform.linux.nbd.NbdServer;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** Devices as files, and that nothing of them is left, whatever goes wrong. Needs FUSE and root. */
@Tag("loop")
class AttachmentsTest {
    private static final int SIZE_BYTES = 3_000_320;

    @TempDir
    private Path folder;

    private Views views;
    private final MemoryDevice device = new MemoryDevice("the disk", SIZE_BYTES, SectorSize.SECTOR_512);
    private final byte[] content = new byte[SIZE_BYTES];

    @BeforeEach
    void fill() throws IOException {
        views = new Views(folder);
        new Random(1).nextBytes(content);
        device.write(0, ByteBuffer.wrap(content));
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        views.nothingIsLeft();
    }

    private Attachments with(Programs programs) {
        return new Attachments(folder.resolve("views"), programs, new AtExit());
    }

    /** Programs that do what a script says, before all others. */
    private Programs script(String name, String... lines) throws IOException {
        Path scripts = Files.createDirectories(folder.resolve("scripts"));
        Path script = scripts.resolve(name);
        Files.writeString(script, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new Programs(List.of(scripts.toString(), "/usr/sbin", "/usr/bin", "/sbin", "/bin"));
    }

    @Test
    void aDeviceIsReadAndWrittenAsAFile() throws IOException {
        try (AttachedView view = views.attachments.attach(device)) {
            assertThat(Files.readAllBytes(view.file())).isEqualTo(content);
            Tool.run("dd", "if=/dev/zero", "of=" + view.file(), "bs=1000", "seek=3", "count=2", "conv=notrunc");
            Path own = view.file().resolve("../..").normalize();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                    .isEqualTo("rwx------");
            assertThat(view.failure()).isEmpty();
        }
        Arrays.fill(content, 3000, 5000, (byte) 0);
        ByteBuffer now = ByteBuffer.allocate(SIZE_BYTES);
        device.read(0, now);
        assertThat(now.array()).isEqualTo(content);
    }

    @Test
    void twoDevicesAreShownSideBySide() throws IOException {
        MemoryDevice other = new MemoryDevice("other", 8192, SectorSize.SECTOR_512);
        try (AttachedView first = views.attachments.attach(device);
                AttachedView second = views.attachments.attach(other)) {
            assertThat(Files.readAllBytes(second.file())).hasSize(8192).containsOnly(0);
            assertThat(Files.readAllBytes(first.file())).isEqualTo(content);
        }
    }

    @Test
    void aSourceIsShownReadOnly() throws IOException {
        try (AttachedView view = views.attachments.attach(new ReadOnlyDevice(device))) {
            assertThat(Files.readAllBytes(view.file())).isEqualTo(content);
            assertThat(Tool.start("dd", "if=/dev/zero", "of=" + view.file(), "count=1", "conv=notrunc")
                            .status())
                    .isNotZero();
        }
    }

    @Test
    void onlyWhatAProgramReadsIsAskedOfTheDevice() throws IOException {
        BlockDevice bad = new FaultyDevice(device, 1, new Fault.BadSectors(new Extent(8192, 4096)));
        try (AttachedView view = views.attachments.attach(bad)) {
            Tool.run("dd", "if=" + view.file(), "of=/dev/null", "bs=4096", "count=2");
            assertThat(view.failure()).as("nothing is read ahead").isEmpty();
            assertThat(Tool.start("dd", "if=" + view.file(), "of=/dev/null", "bs=4096", "count=3")
                            .status())
                    .isNotZero();
            assertThat(view.failure().orElseThrow()).hasMessageContaining("the disk");
        }
    }

    @Test
    void aMissingProgramIsRefusedWithTheRemedy() {
        Programs none = new Programs(List.of(folder.toString()));
        assertThatThrownBy(() -> with(none).attach(device))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("nbdfuse is missing")
                .hasMessageContaining("libnbd-bin");
        VolumeTool tool = new VolumeTool(views.attachments, none);
        assertThatThrownBy(() -> new NtfsResizer(tool).minimum(device, Views.control()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("ntfsresize is missing");
    }

    @Test
    void aProgramThatIsTooOldIsRefused() throws IOException {
        VolumeTool tool = new VolumeTool(views.attachments, script("ntfsresize", "echo v2010.5.22"));
        assertThatThrownBy(() -> new NtfsResizer(tool).minimum(device, Views.control()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("2010.5 is too old");
    }

    @Test
    void aHelperThatFailsAtOnceSaysWhy() throws IOException {
        Programs fails = script("nbdfuse", "echo 'fuse: device not found'", "exit 1");
        assertThatThrownBy(() -> with(fails).attach(device))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("cannot show the disk as a file: fuse: device not found");
    }

    @Test
    void aHelperThatIsKilledTakesNothingWithIt() throws IOException {
        AttachedView view = views.attachments.attach(device);
        long helper = ProcessHandle.current()
                .children()
                .filter(child -> child.info()
                        .commandLine()
                        .orElse("")
                        .contains(view.file().toString()))
                .findFirst()
                .orElseThrow()
                .pid();
        Tool.run("kill", "-9", helper);
        assertThat(Tool.start("dd", "if=" + view.file(), "of=/dev/null").status())
                .isNotZero();
        view.close();
        view.close();
    }

    @Test
    void whoStillUsesAViewIsToldAndLosesIt() throws Exception {
        AttachedView view = views.attachments.attach(device);
        Process user = new ProcessBuilder("sleep", "600")
                .redirectInput(view.file().toFile())
                .start();
        try {
            assertThatThrownBy(view::close)
                    .asInstanceOf(type(DeviceException.class))
                    .matches(e -> e.errno() == DeviceException.EBUSY)
                    .extracting(DeviceException::getMessage)
                    .asString()
                    .contains("the disk is still used by another program");
            views.nothingIsLeft();
        } finally {
            user.destroyForcibly().waitFor();
        }
    }

    @Test
    void aToolThatWritesWhereItShouldOnlyLookChangesNothing() throws IOException {
        VolumeTool tool = new VolumeTool(
                views.attachments,
                script(
                        "ntfsresize",
                        "[ $1 = --version ] && echo v2022.10 && exit",
                        "for file; do :; done",
                        "dd if=/dev/zero of=\"$file\" count=1 conv=notrunc && echo You might resize at 512 bytes"));
        assertThatThrownBy(() -> new NtfsResizer(tool).minimum(device, Views.control()))
                .isInstanceOf(DeviceException.class);
        ByteBuffer start = ByteBuffer.allocate(512);
        device.read(0, start);
        assertThat(start.array()).isEqualTo(Arrays.copyOf(content, 512));
    }

    @Test
    void aToolThatIsKilledIsAFailure() throws IOException {
        VolumeTool tool = new VolumeTool(
                views.attachments, script("ntfsresize", "[ $1 = --version ] && echo v2022.10 && exit", "kill -9 $$"));
        assertThatThrownBy(() -> new NtfsResizer(tool).resize(device, SIZE_BYTES, Views.control()))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("ntfsresize was ended by signal 9");
    }

    @Test
    void aToolThatOverlooksAnErrorHasNotSucceeded() throws IOException {
        BlockDevice bad = new FaultyDevice(device, 1, new Fault.BadSectors(new Extent(8192, 512)));
        VolumeTool tool = new VolumeTool(views.attachments, new Programs());
        assertThatThrownBy(() -> tool.look(
                        bad,
                        Views.control(),
                        session -> session.runAsIs(
                                List.of("dd", "if=" + session.file(), "of=/dev/null", "conv=noerror"), Map.of())))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("the disk");
    }

    /** As a program leaves it that was killed: its helper goes on, but nobody serves the socket. */
    @Test
    void whatAnEarlierProgramLeftIsTakenAway() throws IOException {
        Path left = Files.createDirectories(folder.resolve("views/view1/view"))
                .resolve("..")
                .normalize();
        Path being = Files.createDirectories(folder.resolve("views/view2/view"));
        NbdServer server = NbdServer.start(device, left.resolve("served"));
        Process helper = new ProcessBuilder(
                        "nbdfuse",
                        left.resolve("view/volume").toString(),
                        "--unix",
                        server.socket().toString())
                .start();
        try {
            while (!Files.exists(left.resolve("view/volume"))) {
                assertThat(helper.isAlive()).isTrue();
            }
            try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                dead.bind(UnixDomainSocketAddress.of(left.resolve("socket")));
            }
            server.close();
            try (AttachedView view = views.attachments.attach(device)) {
                assertThat(Files.readAllBytes(view.file())).isEqualTo(content);
                assertThat(left).doesNotExist();
                try (AttachedView second = views.attachments.attach(device)) {
                    assertThat(view.isThere()).as("who lives is left alone").isTrue();
                    assertThat(second.isThere()).isTrue();
                }
            }
            assertThat(helper.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            helper.destroyForcibly();
        }
        assertThat(being).as("a view in the making is left alone").exists();
        Files.delete(being);
        Files.delete(folder.resolve("views/view2"));
    }

    /** The job is cancelled the moment the tool reads; the tool itself would go on for ten minutes. */
    @Test
    void aCancelEndsTheTool() throws IOException {
        JobControl control = Views.control();
        BlockDevice cancelling = new ForwardingDevice(device) {
            @Override
            public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
                super.read(offsetBytes, buffer);
                control.cancel();
            }
        };
        VolumeTool tool = new VolumeTool(
                views.attachments,
                script(
                        "ntfsresize",
                        "[ $1 = --version ] && echo v2022.10 && exit",
                        "for file; do :; done",
                        "dd if=\"$file\" of=/dev/null count=1",
                        "exec sleep 600"));
        assertThatThrownBy(() -> new NtfsResizer(tool).resize(cancelling, SIZE_BYTES, control))
                .isInstanceOf(CancelledException.class)
                .hasMessageContaining("ntfsresize was at work");
        assertThatThrownBy(() -> new NtfsResizer(tool).resize(cancelling, SIZE_BYTES, control))
                .isInstanceOf(CancelledException.class);
    }
}
