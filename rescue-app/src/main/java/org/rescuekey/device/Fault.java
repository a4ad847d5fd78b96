package org.rescuekey.device;

import org.rescuekey.units.Extent;

/** One way in which a {@link FaultyDevice} goes wrong. */
public sealed interface Fault {
    /**
     * Which calls of an operation are hit, counted from 1; zeroing counts as a write.
     *
     * @param first the first call
     * @param last the last call, inclusive
     */
    record Calls(long first, long last) {
        public Calls {
            if (first < 1 || last < first) {
                throw new IllegalArgumentException("no calls: " + first + " to " + last);
            }
        }

        /** The n-th call alone: a passing fault. */
        public static Calls only(long call) {
            return new Calls(call, call);
        }

        /** The n-th call and all that follow: a lasting fault. */
        public static Calls from(long call) {
            return new Calls(call, Long.MAX_VALUE);
        }

        public boolean contains(long call) {
            return call >= first && call <= last;
        }
    }

    /** A read fails with an errno and leaves rubbish in the buffer. */
    record ReadError(Calls calls, int errno) implements Fault {}

    /** A write fails with an errno; nothing of it reaches the device. */
    record WriteError(Calls calls, int errno) implements Fault {}

    /** A flush fails with an errno. */
    record FlushError(Calls calls, int errno) implements Fault {}

    /** Every read that touches the extent fails with EIO, as on a disk with bad sectors. */
    record BadSectors(Extent extent) implements Fault {}

    /** About one sector in so many, by the device's seed, is bad for good: every read that touches one fails with EIO. */
    record RandomBadSectors(int oneIn) implements Fault {
        public RandomBadSectors {
            if (oneIn < 1) {
                throw new IllegalArgumentException("one in " + oneIn);
            }
        }
    }

    /** Every sector of the extent fails with EIO the first so many times that a read touches it, and then reads. */
    record WeakSectors(Extent extent, int failures) implements Fault {}

    /** A read succeeds with one bit of it wrong. */
    record BitFlip(Calls calls) implements Fault {}

    /** A write fails with EIO after some of its whole sectors, possibly none, reached the device: a power cut. */
    record TornWrite(Calls calls) implements Fault {}

    /** As {@link TornWrite}, but the device says that all went well. */
    record ShortWrite(Calls calls) implements Fault {}

    /** A write goes to another place on the device, and the device says that all went well. */
    record MisdirectedWrite(Calls calls) implements Fault {}

    /** After so many bytes, writes fail with ENOSPC; as much of a write as still fits reaches the device. */
    record Full(long writableBytes) implements Fault {}

    /** After so many calls of any operation, every call fails with ENXIO: the device was unplugged. */
    record Gone(long afterCalls) implements Fault {}
}
