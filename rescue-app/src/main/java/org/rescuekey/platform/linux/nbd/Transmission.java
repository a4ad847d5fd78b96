package org.rescuekey.platform.linux.nbd;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.rescuekey.device.AlignedBuffers;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * The second part of a connection: one request after another is carried out on the device and answered. What the device
 * refuses is told to the client as an error number, and in words to {@code failures}. Thread rule: confined to one thread.
 */
final class Transmission {
    private static final int FIRST_PAYLOAD_BYTES = 128 << 10;

    private final Wire wire;
    private final BlockDevice device;
    private final Consumer<RescueException> failures;
    private final ByteBuffer head = ByteBuffer.allocateDirect(Request.BYTES);
    private final ByteBuffer reply = ByteBuffer.allocateDirect(Request.REPLY_BYTES);
    private final ByteBuffer nothing = ByteBuffer.allocate(0);
    private ByteBuffer payload = AlignedBuffers.allocate(FIRST_PAYLOAD_BYTES);

    Transmission(Wire wire, BlockDevice device, Consumer<RescueException> failures) {
        this.wire = wire;
        this.device = device;
        this.failures = failures;
    }

    /** What clients may ask for. */
    static int flags(BlockDevice device) {
        int flags = Nbd.HAS_FLAGS | Nbd.SEND_FLUSH | Nbd.CAN_MULTI_CONN;
        int changing = Nbd.SEND_FUA | Nbd.SEND_TRIM | Nbd.SEND_WRITE_ZEROES;
        return flags | (device.isReadOnly() ? Nbd.READ_ONLY : changing);
    }

    /** What is carried out on the device for a request. */
    @FunctionalInterface
    private interface Work {
        void run() throws RescueException;
    }

    /** Returns when the client says goodbye. */
    void serve() throws IOException {
        while (true) {
            Request request = Request.decode(wire.fill(head.clear()));
            if (request.command() == Nbd.CMD_DISC) {
                return;
            }
            serve(request);
        }
    }

    private void serve(Request request) throws IOException {
        ByteBuffer data = nothing.clear();
        boolean isWrite = request.command() == Nbd.CMD_WRITE;
        if (isWrite && request.lengthBytes() > Nbd.PAYLOAD_LIMIT_BYTES) {
            throw new ProtocolException("a request to write " + request.lengthBytes() + " bytes at once");
        }
        if (isWrite) {
            wire.fill(payload(request)); // always: what follows it is the next request
        }
        int error = check(request);
        if (error == 0) {
            error = switch (request.command()) {
                case Nbd.CMD_READ -> {
                    ByteBuffer read = payload(request);
                    int failed = run(() -> device.read(request.offsetBytes(), read));
                    data = failed == 0 ? read.flip() : data;
                    yield failed;
                }
                case Nbd.CMD_WRITE -> change(request, () -> device.write(request.offsetBytes(), payload));
                case Nbd.CMD_FLUSH -> run(device::flush);
                // Who frees a part of a file through FUSE takes for granted that it reads as zero, and asks for this.
                default -> change(request, () -> zero(request));
            };
        }
        wire.send(request.reply(error, reply), data);
    }

    /** What can be said without asking the device. */
    private int check(Request request) {
        int allowed = request.command() == Nbd.CMD_WRITE_ZEROES ? Nbd.CMD_FLAG_NO_HOLE : 0;
        if ((request.flags() & ~(Nbd.CMD_FLAG_FUA | allowed)) != 0) {
            return Nbd.EINVAL;
        }
        return switch (request.command()) {
            case Nbd.CMD_FLUSH -> 0;
            case Nbd.CMD_READ -> {
                boolean isTooMuch = request.lengthBytes() > Nbd.PAYLOAD_LIMIT_BYTES;
                yield isTooMuch ? Nbd.EOVERFLOW : request.isInside(device.sizeBytes()) ? 0 : Nbd.EINVAL;
            }
            case Nbd.CMD_WRITE, Nbd.CMD_TRIM, Nbd.CMD_WRITE_ZEROES -> {
                int outside = request.isInside(device.sizeBytes()) ? 0 : Nbd.ENOSPC;
                yield device.isReadOnly() ? Nbd.EPERM : outside;
            }
            default -> Nbd.EINVAL;
        };
    }

    private ByteBuffer payload(Request request) {
        int length = Math.toIntExact(request.lengthBytes());
        if (length > payload.capacity()) {
            payload = AlignedBuffers.allocate(Nbd.PAYLOAD_LIMIT_BYTES); // few clients ever need it
        }
        return payload.clear().limit(length);
    }

    private int change(Request request, Work work) {
        int error = run(work);
        boolean isToFlush = error == 0 && (request.flags() & Nbd.CMD_FLAG_FUA) != 0;
        return isToFlush ? run(device::flush) : error;
    }

    /** Whole sectors are made zero the fastest way, what is left at either end is written. */
    private void zero(Request request) throws RescueException {
        if (request.lengthBytes() == 0) {
            return;
        }
        Extent extent = new Extent(request.offsetBytes(), request.lengthBytes());
        SectorSize sector = device.logicalSector();
        long start = Math.min(sector.roundUp(extent.start()), extent.end());
        long end = Math.max(sector.roundDown(extent.end()), start);
        if (start > extent.start()) {
            device.write(extent.start(), ByteBuffer.allocate((int) (start - extent.start())));
        }
        if (end > start) {
            device.zero(Extent.between(start, end));
        }
        if (extent.end() > end) {
            device.write(end, ByteBuffer.allocate((int) (extent.end() - end)));
        }
    }

    private int run(Work work) {
        try {
            work.run();
            return 0;
        } catch (RescueException e) {
            failures.accept(e);
            boolean isFull = e instanceof DeviceException failed && failed.isOutOfSpace();
            return isFull ? Nbd.ENOSPC : Nbd.EIO;
        } catch (RuntimeException e) {
            failures.accept(new DeviceException(
                    device.name() + " could not be served: " + e.getMessage(), DeviceException.UNKNOWN, e));
            return Nbd.EIO;
        }
    }
}
