package org.rescuekey.platform.linux.nbd;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows one device to programs of this machine, over a socket in the file system and in the NBD protocol. Who may open the
 * socket may read and change the device: its folder has to be private. Never listens to a network.
 *
 * <p>Invariants: a fixed number of connections, each with one thread and a buffer that has a limit; a client that does not
 * keep to the protocol is hung up on, and nobody else notices. What the device failed at first is kept, because a program
 * that works on it can only say "Input/output error".
 *
 * <p>Safe for several threads. Closing it ends all connections and leaves the device open.
 */
public final class NbdServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NbdServer.class);
    private static final int CONNECTIONS_LIMIT = 16;
    private static final Duration LAST_CALL = Duration.ofSeconds(5);

    private final BlockDevice device;
    private final Path socket;
    private final ServerSocketChannel listening;
    private final Map<Wire, Thread> connections = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable RescueException> firstFailure = new AtomicReference<>();
    private volatile boolean closed;

    private NbdServer(BlockDevice device, Path socket, ServerSocketChannel listening) {
        this.device = device;
        this.socket = socket;
        this.listening = listening;
    }

    /**
     * Begins to serve.
     *
     * @param socket where; a path of at most 100 bytes in a private folder, at which nothing is yet
     */
    public static NbdServer start(BlockDevice device, Path socket) throws DeviceException {
        try {
            ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                listening.bind(UnixDomainSocketAddress.of(socket));
            } catch (IOException e) {
                listening.close();
                throw e;
            }
            NbdServer server = new NbdServer(device, socket, listening);
            Thread.ofPlatform().daemon().name("nbd-" + device.name()).start(server::accept);
            return server;
        } catch (IOException e) {
            throw new DeviceException(
                    "cannot show " + device.name() + " at " + socket + ": " + e.getMessage(),
                    DeviceException.UNKNOWN,
                    e);
        }
    }

    public Path socket() {
        return socket;
    }

    /** What the device said when it failed for the first time; every client got an error number then. */
    public Optional<RescueException> firstFailure() {
        return Optional.ofNullable(firstFailure.get());
    }

    private void accept() {
        while (!closed) {
            try {
                take(listening.accept());
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("{} is not shown any longer", device.name(), e);
                }
                return;
            }
        }
    }

    private void take(SocketChannel channel) throws IOException {
        Wire wire = new Wire(channel);
        if (connections.size() >= CONNECTIONS_LIMIT) {
            wire.close();
            return;
        }
        Thread thread = Thread.ofPlatform()
                .daemon()
                .name("nbd-" + connections.size() + "-" + device.name())
                .unstarted(() -> serve(wire));
        connections.put(wire, thread);
        thread.start();
        if (closed) {
            wire.close();
        }
    }

    private void serve(Wire wire) {
        try (wire) {
            if (new Handshake(wire, device.sizeBytes(), Transmission.flags(device)).negotiate()) {
                new Transmission(wire, device, this::failed).serve();
            }
        } catch (IOException e) {
            LOG.debug("A connection to {} ended: {}", device.name(), e.getMessage());
        } finally {
            connections.remove(wire);
        }
    }

    private void failed(RescueException failure) {
        if (firstFailure.compareAndSet(null, failure)) {
            LOG.warn("While {} was shown: {}", device.name(), failure.getMessage());
        }
    }

    /**
     * Ends all connections and takes the socket away. Waits for calls to the device that are under way, but not for ever: a
     * disk that does not answer keeps its thread.
     */
    @Override
    public void close() throws DeviceException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            listening.close();
            for (Map.Entry<Wire, Thread> each : connections.entrySet()) {
                each.getKey().close();
                each.getValue().join(LAST_CALL);
            }
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new DeviceException("cannot take " + socket + " away: " + e.getMessage(), DeviceException.UNKNOWN, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeviceException("interrupted while " + device.name() + " was still shown", 4, e);
        }
    }
}
