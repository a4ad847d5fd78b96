package org.rescuekey.platform.linux.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.device.ReadOnlyDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.Tool;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** The server against clients that others wrote: nbdinfo and nbdcopy of libnbd, qemu-io and qemu-img. */
class NbdServerTest {
    private static final int SIZE_BYTES = 5_000_192;

    @TempDir
    private Path folder;

    private final MemoryDevice device = new MemoryDevice("the disk", SIZE_BYTES, SectorSize.SECTOR_512);
    private byte[] content = new byte[SIZE_BYTES];

    @BeforeEach
    void fill() throws RescueException {
        new Random(1).nextBytes(content);
        device.write(0, ByteBuffer.wrap(content));
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName()))).doesNotContain("socket");
        }
    }

    private NbdServer serve(BlockDevice served) throws RescueException {
        return NbdServer.start(served, folder.resolve("socket"));
    }

    private static String uri(NbdServer server) {
        return "nbd+unix:///?socket=" + server.socket();
    }

    private static String qemuIo(NbdServer server, String... commands) {
        Object[] words = new Object[4 + 2 * commands.length];
        words[0] = "qemu-io";
        words[1] = "-f";
        words[2] = "raw";
        for (int i = 0; i < commands.length; i++) {
            words[3 + 2 * i] = "-c";
            words[4 + 2 * i] = commands[i];
        }
        words[words.length - 1] = uri(server);
        return Tool.start(words).output();
    }

    private byte[] now() throws RescueException {
        ByteBuffer buffer = ByteBuffer.allocate(SIZE_BYTES);
        device.read(0, buffer);
        return buffer.array();
    }

    @Test
    void nbdinfoReadsWhatItIs() throws RescueException {
        try (NbdServer server = serve(device)) {
            assertThat(Tool.run("nbdinfo", uri(server)))
                    .contains("newstyle-fixed", "export-size: 5000192", "is_read_only: false", "can_multi_conn: true")
                    .contains("can_flush: true", "can_fua: true", "can_trim: true", "can_zero: true")
                    .contains("block_size_minimum: 1", "block_size_maximum: 2097152");
            assertThat(Tool.run("nbdinfo", "--list", uri(server))).contains("export=\"\"");
            assertThat(Tool.run("nbdinfo", "--size", uri(server)).strip()).isEqualTo("5000192");
            Tool.Result other = Tool.start("nbdinfo", "nbd+unix:///another?socket=" + server.socket());
            assertThat(other.status()).isNotZero();
        }
    }

    @Test
    void nbdcopyReadsAndWritesAllOfIt() throws IOException {
        Path copy = folder.resolve("copy");
        try (NbdServer server = serve(device)) {
            Tool.run("nbdcopy", uri(server), copy);
            assertThat(Files.readAllBytes(copy)).isEqualTo(content);

            new Random(2).nextBytes(content);
            content[0] = 0;
            Files.write(copy, content);
            Tool.run("nbdcopy", "--flush", copy, uri(server));
            assertThat(now()).isEqualTo(content);
            assertThat(server.firstFailure()).isEmpty();
        }
    }

    @Test
    void qemuReadsWritesZeroesAndTrims() throws IOException {
        try (NbdServer server = serve(device)) {
            String said = qemuIo(
                    server,
                    "write -P 7 512 1536",
                    "write -z 8192 1048576",
                    "discard 2097152 65536",
                    "flush",
                    "read -P 7 512 1536",
                    "read -P 0 8192 1048576");
            assertThat(said).doesNotContain("failed").contains("read 1048576/1048576");
            assertThat(Arrays.copyOfRange(now(), 2097152, 2097152 + 65536)).containsOnly(0);
            assertThat(now()[2097152 + 65536]).isEqualTo(content[2097152 + 65536]);
            assertThat(now()[511]).isEqualTo(content[511]);
            assertThat(now()[512]).isEqualTo((byte) 7);
            assertThat(now()[2047]).isEqualTo((byte) 7);
            assertThat(now()[2048]).isEqualTo(content[2048]);
            Path copy = folder.resolve("copy");
            Tool.run("qemu-img", "convert", "-f", "raw", "-O", "raw", uri(server), copy);
            assertThat(Files.readAllBytes(copy)).isEqualTo(now());
        }
    }

    @Test
    void aSourceIsNeverWritten() throws RescueException {
        try (NbdServer server = serve(new ReadOnlyDevice(device))) {
            assertThat(Tool.run("nbdinfo", uri(server))).contains("is_read_only: true");
            assertThat(Tool.start("nbdcopy", "/dev/zero", uri(server)).status()).isNotZero();
            assertThat(now()).isEqualTo(content);
        }
    }

    @Test
    void whatTheDeviceFailsAtIsAnErrorForTheClientAndIsKeptInWords() throws RescueException {
        BlockDevice bad = new FaultyDevice(device, 1, new Fault.BadSectors(new Extent(1 << 20, 512)));
        try (NbdServer server = serve(bad)) {
            assertThat(qemuIo(server, "read 1048576 512", "read 4096 512"))
                    .contains("read failed: Input/output error", "read 512/512 bytes at offset 4096");
            assertThat(server.firstFailure().orElseThrow())
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("the disk");
        }
    }

    @Test
    void aFullDeviceIsAnErrorOfItsOwn() throws RescueException {
        BlockDevice full = new FaultyDevice(device, 1, new Fault.Full(0));
        try (NbdServer server = serve(full)) {
            assertThat(qemuIo(server, "write 4096 512")).contains("No space left on device");
        }
    }

    @Test
    void aSocketThatCannotBeMadeIsSaid() {
        assertThatThrownBy(() -> NbdServer.start(device, folder.resolve("no folder/socket")))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("cannot show the disk at");
    }
}
