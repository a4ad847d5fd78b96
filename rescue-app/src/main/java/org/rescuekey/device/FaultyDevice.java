package org.rescuekey.device;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * A device that goes wrong on purpose, to prove that every fault ends in words. Which call goes wrong is said by the
 * {@link Fault}s; which bit, how many sectors and where to is drawn from the seed and the number of the call, so that a
 * run can be repeated exactly. Nothing is delayed.
 *
 * <p>May be used by several threads; only the order of their calls then decides which of them is hit.
 */
public final class FaultyDevice extends ForwardingDevice {
    private final long seed;
    private final List<Fault> faults;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong flushes = new AtomicLong();
    private final AtomicLong writtenBytes = new AtomicLong();
    private final AtomicLong struck = new AtomicLong();
    private final Map<Long, Integer> touched = new ConcurrentHashMap<>();

    public FaultyDevice(BlockDevice inner, long seed, Fault... faults) {
        super(inner);
        this.seed = seed;
        this.faults = List.of(faults);
    }

    /**
     * How often a fault struck: a loop over n = 1, 2, 3 ... has reached its end when a run goes through with none.
     */
    public long struck() {
        return struck.get();
    }

    @Override
    public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
        Bounds.check(this, offsetBytes, buffer.remaining());
        countCall();
        long call = reads.incrementAndGet();
        for (Fault fault : faults) {
            switch (fault) {
                case Fault.ReadError error
                when error.calls().contains(call) -> {
                    putRubbish(buffer, call);
                    throw failed("read", offsetBytes, error.errno());
                }
                case Fault.BadSectors bad
                when touches(bad.extent(), offsetBytes, buffer.remaining()) -> {
                    putRubbish(buffer, call);
                    throw failed("read", offsetBytes, DeviceException.EIO);
                }
                case Fault.RandomBadSectors random
                when buffer.hasRemaining()
                        && !randomBad(random, new Extent(offsetBytes, buffer.remaining()))
                                .isEmpty() -> {
                    putRubbish(buffer, call);
                    throw failed("read", offsetBytes, DeviceException.EIO);
                }
                case Fault.WeakSectors weak
                when isWeak(weak, offsetBytes, buffer.remaining()) -> {
                    putRubbish(buffer, call);
                    throw failed("read", offsetBytes, DeviceException.EIO);
                }
                default -> {}
            }
        }
        int start = buffer.position();
        super.read(offsetBytes, buffer);
        for (Fault fault : faults) {
            if (fault instanceof Fault.BitFlip flip && flip.calls().contains(call) && buffer.position() > start) {
                struck.incrementAndGet();
                SplittableRandom random = random(call);
                int index = random.nextInt(start, buffer.position());
                buffer.put(index, (byte) (buffer.get(index) ^ 1 << random.nextInt(8)));
            }
        }
    }

    /** The sectors of an extent that are bad by the seed. */
    public ExtentSet randomBad(Fault.RandomBadSectors fault, Extent extent) {
        ExtentSet.Builder bad = ExtentSet.builder();
        int sectorBytes = logicalSector().bytes();
        for (long at = logicalSector().roundDown(extent.start()); at < extent.end(); at += sectorBytes) {
            if (random(at).nextInt(fault.oneIn()) == 0) {
                bad.add(at, at + sectorBytes);
            }
        }
        return bad.build();
    }

    /** Counts the touches of each weak sector; whether one of them fails this time. */
    private boolean isWeak(Fault.WeakSectors weak, long offsetBytes, int length) {
        boolean fails = false;
        for (long at = logicalSector().roundDown(offsetBytes);
                at < offsetBytes + length;
                at += logicalSector().bytes()) {
            if (weak.extent().contains(at)) {
                fails |= touched.merge(at, 1, Integer::sum) <= weak.failures();
            }
        }
        return fails;
    }

    @Override
    public void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
        Bounds.check(this, offsetBytes, buffer.remaining());
        countCall();
        long call = writes.incrementAndGet();
        for (Fault fault : faults) {
            switch (fault) {
                case Fault.WriteError error
                when error.calls().contains(call) -> throw failed("write", offsetBytes, error.errno());
                case Fault.TornWrite torn
                when torn.calls().contains(call) -> {
                    writeSome(offsetBytes, buffer, call);
                    throw failed("write", offsetBytes, DeviceException.EIO);
                }
                case Fault.ShortWrite shorter
                when shorter.calls().contains(call) -> {
                    struck.incrementAndGet();
                    writeSome(offsetBytes, buffer, call);
                    return;
                }
                case Fault.MisdirectedWrite misdirected
                when misdirected.calls().contains(call) -> {
                    struck.incrementAndGet();
                    super.write(otherPlace(offsetBytes, buffer.remaining(), call), buffer);
                    return;
                }
                case Fault.Full full -> checkSpace(full, offsetBytes, buffer);
                default -> {}
            }
        }
        super.write(offsetBytes, buffer);
    }

    @Override
    public void flush() throws RescueException {
        countCall();
        long call = flushes.incrementAndGet();
        for (Fault fault : faults) {
            if (fault instanceof Fault.FlushError error && error.calls().contains(call)) {
                struck.incrementAndGet();
                throw new DeviceException(name() + ": cannot flush", error.errno());
            }
        }
        super.flush();
    }

    /** Zeroes by writing, so that what holds for writes holds here. */
    @Override
    public void zero(Extent extent) throws RescueException {
        Bounds.check(this, extent.start(), extent.length());
        ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(extent.length(), 1 << 16));
        for (long position = extent.start(); position < extent.end(); position += zeros.limit()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), extent.end() - position));
            write(position, zeros);
        }
    }

    private void countCall() throws DeviceException {
        long call = calls.incrementAndGet();
        for (Fault fault : faults) {
            if (fault instanceof Fault.Gone gone && call > gone.afterCalls()) {
                struck.incrementAndGet();
                throw new DeviceException(name() + " is gone", DeviceException.ENXIO);
            }
        }
    }

    private void checkSpace(Fault.Full full, long offsetBytes, ByteBuffer buffer) throws RescueException {
        long before = writtenBytes.getAndAdd(buffer.remaining());
        long left = full.writableBytes() - before;
        if (left < buffer.remaining()) {
            int fitting = (int) Math.max(0, logicalSector().roundDown(left));
            super.write(offsetBytes, buffer.slice(buffer.position(), fitting));
            throw failed("write", offsetBytes, DeviceException.ENOSPC);
        }
    }

    /** Writes fewer whole sectors than there are, and consumes the buffer. */
    private void writeSome(long offsetBytes, ByteBuffer buffer, long call) throws RescueException {
        int sectors = Math.max(0, buffer.remaining() - 1) / logicalSector().bytes();
        int kept = random(call).nextInt(sectors + 1) * logicalSector().bytes();
        super.write(offsetBytes, buffer.slice(buffer.position(), kept));
        buffer.position(buffer.limit());
    }

    /** Another place of whole sectors; the same one only where the device has no other. */
    private long otherPlace(long offsetBytes, int length, long call) {
        long places = logicalSector().toSectors(sizeBytes() - length) + 1;
        long own = logicalSector().toSectors(offsetBytes);
        long other = places < 2 ? 0 : (own + 1 + random(call).nextLong(places - 1)) % places;
        return logicalSector().toBytes(other);
    }

    private static boolean touches(Extent extent, long offsetBytes, int length) {
        return length > 0 && extent.overlaps(new Extent(offsetBytes, length));
    }

    private void putRubbish(ByteBuffer buffer, long call) {
        SplittableRandom random = random(call);
        while (buffer.hasRemaining()) {
            buffer.put((byte) random.nextInt());
        }
    }

    private SplittableRandom random(long call) {
        return new SplittableRandom(seed * 0x9E37_79B9_7F4A_7C15L + call);
    }

    private DeviceException failed(String action, long offsetBytes, int errno) {
        struck.incrementAndGet();
        return new DeviceException(
                name() + ": cannot " + action + " at byte " + offsetBytes + " (errno " + errno + ")", errno);
    }
}
