package org.rescuekey.platform.linux.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.CountingDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.SectorSize;

/** Clients that do not keep to the protocol: each is hung up on or told an error, and the next is served. */
class HostileClientTest {
    private static final int SIZE_BYTES = 1 << 20;

    @TempDir
    private Path folder;

    private final CountingDevice device =
            new CountingDevice(new MemoryDevice("the disk", SIZE_BYTES, SectorSize.SECTOR_512));
    private NbdServer server;

    @BeforeEach
    void start() throws RescueException {
        server = NbdServer.start(device, folder.resolve("socket"));
    }

    @AfterEach
    void theNextClientIsServed() throws IOException {
        try (Client client = go()) {
            assertThat(client.request(Nbd.CMD_READ, 0, 512)).isZero();
            assertThat(client.read(512)).isEqualTo(ByteBuffer.allocate(512));
        }
        server.close();
        assertThat(server.firstFailure()).isEmpty();
    }

    /** A client that says what it is told to. */
    private static final class Client implements AutoCloseable {
        private final SocketChannel channel;

        Client(NbdServer server) throws IOException {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(server.socket()));
            assertThat(read(18).getLong()).isEqualTo(Nbd.NBDMAGIC);
        }

        void send(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        ByteBuffer read(int length) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) {
                    throw new IOException("hung up after " + bytes.position() + " bytes");
                }
            }
            return bytes.flip();
        }

        void flags(int flags) throws IOException {
            send(ByteBuffer.allocate(4).putInt(flags).flip());
        }

        void option(int option, int length, byte[] data) throws IOException {
            send(ByteBuffer.allocate(16 + data.length)
                    .putLong(Nbd.IHAVEOPT)
                    .putInt(option)
                    .putInt(length)
                    .put(data)
                    .flip());
        }

        int optionReply() throws IOException {
            ByteBuffer reply = read(20);
            assertThat(reply.getLong()).isEqualTo(Nbd.REPLY_MAGIC);
            reply.getInt();
            int type = reply.getInt();
            read(reply.getInt());
            return type;
        }

        void ask(int flags, int command, long offset, int length) throws IOException {
            send(ByteBuffer.allocate(28)
                    .putInt(Nbd.REQUEST_MAGIC)
                    .putShort((short) flags)
                    .putShort((short) command)
                    .putLong(77)
                    .putLong(offset)
                    .putInt(length)
                    .flip());
        }

        int request(int command, long offset, int length) throws IOException {
            ask(0, command, offset, length);
            return reply();
        }

        int reply() throws IOException {
            ByteBuffer reply = read(16);
            assertThat(reply.getInt()).isEqualTo(Nbd.SIMPLE_REPLY_MAGIC);
            int error = reply.getInt();
            assertThat(reply.getLong()).isEqualTo(77);
            return error;
        }

        /** Waits until the server has hung up, whatever it still says. */
        void isHungUpOn() throws IOException {
            ByteBuffer rest = ByteBuffer.allocate(1 << 16);
            try {
                while (channel.read(rest.clear()) >= 0) {
                    assertThat(rest.position()).isPositive();
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("reset");
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private Client greeted() throws IOException {
        Client client = new Client(server);
        client.flags(Nbd.FLAG_FIXED_NEWSTYLE | Nbd.FLAG_NO_ZEROES);
        return client;
    }

    private Client go() throws IOException {
        Client client = greeted();
        client.option(Nbd.OPT_GO, 6, new byte[6]);
        assertThat(List.of(client.optionReply(), client.optionReply(), client.optionReply()))
                .containsExactly(Nbd.REP_INFO, Nbd.REP_INFO, Nbd.REP_ACK);
        return client;
    }

    @Test
    void unknownFlagsAndOldClientsAreHungUpOn() throws IOException {
        for (int flags : new int[] {0, 2, 7, -1}) {
            try (Client client = new Client(server)) {
                client.flags(flags);
                client.isHungUpOn();
            }
        }
    }

    @Test
    void anOptionThatIsTooLongOrNoneIsHungUpOn() throws IOException {
        for (int length : new int[] {Nbd.OPTION_LIMIT_BYTES + 1, Integer.MAX_VALUE, -1}) {
            try (Client client = greeted()) {
                client.option(Nbd.OPT_GO, length, new byte[0]);
                client.isHungUpOn();
            }
        }
        try (Client client = greeted()) {
            client.send(ByteBuffer.allocate(16));
            client.isHungUpOn();
        }
    }

    @Test
    void endlessOptionsEnd() throws IOException {
        try (Client client = greeted()) {
            for (int i = 0; i < Nbd.OPTIONS_LIMIT; i++) {
                client.option(1000 + i, 0, new byte[0]);
                assertThat(client.optionReply()).isEqualTo(Nbd.REP_ERR_UNSUP);
            }
            client.isHungUpOn();
        }
    }

    @Test
    void wrongLengthsInsideOfAnOptionAreErrors() throws IOException {
        List<byte[]> wrong = new ArrayList<>();
        wrong.add(new byte[5]);
        wrong.add(ByteBuffer.allocate(6).putInt(-1).array());
        wrong.add(ByteBuffer.allocate(6).putInt(1).array());
        wrong.add(ByteBuffer.allocate(6).putInt(0).putShort((short) 1).array());
        wrong.add(ByteBuffer.allocate(8).putInt(0).putShort((short) 0).array());
        try (Client client = greeted()) {
            for (byte[] data : wrong) {
                client.option(Nbd.OPT_INFO, data.length, data);
                assertThat(client.optionReply()).isEqualTo(Nbd.REP_ERR_INVALID);
            }
            client.option(Nbd.OPT_LIST, 1, new byte[1]);
            assertThat(client.optionReply()).isEqualTo(Nbd.REP_ERR_INVALID);
            byte[] other = ByteBuffer.allocate(7).putInt(1).put((byte) 'x').array();
            client.option(Nbd.OPT_GO, other.length, other);
            assertThat(client.optionReply()).isEqualTo(Nbd.REP_ERR_UNKNOWN);
            client.option(Nbd.OPT_ABORT, 0, new byte[0]);
            assertThat(client.optionReply()).isEqualTo(Nbd.REP_ACK);
            client.isHungUpOn();
        }
    }

    @Test
    void theOldestWayToChooseWorksToo() throws IOException {
        try (Client client = new Client(server)) {
            client.flags(Nbd.FLAG_FIXED_NEWSTYLE);
            client.option(Nbd.OPT_EXPORT_NAME, 0, new byte[0]);
            assertThat(client.read(134).getLong()).isEqualTo(SIZE_BYTES);
            assertThat(client.request(Nbd.CMD_FLUSH, 0, 0)).isZero();
        }
        try (Client client = greeted()) {
            client.option(Nbd.OPT_EXPORT_NAME, 1, new byte[1]);
            client.isHungUpOn();
        }
    }

    @Test
    void requestsOutsideOfTheDeviceNeverReachIt() throws IOException {
        long before = device.reads();
        try (Client client = go()) {
            for (long offset : new long[] {-1, SIZE_BYTES - 511, SIZE_BYTES, Long.MAX_VALUE, Long.MIN_VALUE}) {
                assertThat(client.request(Nbd.CMD_READ, offset, 512)).isEqualTo(Nbd.EINVAL);
                assertThat(client.request(Nbd.CMD_TRIM, offset, 512)).isEqualTo(Nbd.ENOSPC);
                assertThat(client.request(Nbd.CMD_WRITE_ZEROES, offset, -1)).isEqualTo(Nbd.ENOSPC);
                client.ask(0, Nbd.CMD_WRITE, offset, 512);
                client.send(ByteBuffer.allocate(512));
                assertThat(client.reply()).isEqualTo(Nbd.ENOSPC);
            }
            assertThat(client.request(Nbd.CMD_READ, 0, -1)).isEqualTo(Nbd.EOVERFLOW);
            assertThat(client.request(99, 0, 0)).isEqualTo(Nbd.EINVAL);
            client.ask(0x8000, Nbd.CMD_READ, 0, 512);
            assertThat(client.reply()).isEqualTo(Nbd.EINVAL);
            assertThat(client.request(Nbd.CMD_READ, SIZE_BYTES, 0)).isZero();
        }
        assertThat(device.isUntouched()).isTrue();
        assertThat(device.reads()).isEqualTo(before + 1);
    }

    @Test
    void tooMuchToWriteAtOnceAndRubbishAreHungUpOn() throws IOException {
        try (Client client = go()) {
            client.ask(0, Nbd.CMD_WRITE, 0, Nbd.PAYLOAD_LIMIT_BYTES + 1);
            client.isHungUpOn();
        }
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            byte[] rubbish = new byte[28 + random.nextInt(200)];
            random.nextBytes(rubbish);
            try (Client client = i % 2 == 0 ? go() : greeted()) {
                client.send(ByteBuffer.wrap(rubbish));
                client.isHungUpOn();
            }
        }
        assertThat(device.isUntouched()).isTrue();
    }

    @Test
    void moreClientsThanThereIsRoomForAreTurnedAway() throws IOException {
        List<Client> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 16; i++) {
                clients.add(go());
            }
            try (SocketChannel more = SocketChannel.open(UnixDomainSocketAddress.of(server.socket()))) {
                assertThat(more.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
        awaitRoom();
    }

    /** The server learns that a client has gone when it comes to it. */
    private void awaitRoom() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try (Client client = go()) {
                assertThat(client.request(Nbd.CMD_FLUSH, 0, 0)).isZero();
                return;
            } catch (IOException e) {
                assertThat(System.nanoTime() - end).as(e.getMessage()).isNegative();
            }
        }
    }
}
