package org.rescuekey.filesystem.btrfs;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.rescuekey.error.MalformedDataException;

/**
 * A range of logical addresses and where it lies on this device. Of a chunk on several devices only the parts on this
 * one are known here. Not changed once it is made.
 */
final class Chunk {
    static final long TYPE_SYSTEM = 1L << 1;
    static final long TYPE_METADATA = 1L << 2;

    static final int ITEM_BYTES = 48;
    static final int STRIPE_BYTES = 32;

    private static final long TYPE_CONTENT = 7;
    private static final long MAX_ADDRESS = 1L << 62;

    private final long start;
    private final long length;
    private final long type;
    private final Profile profile;
    private final int stripeCount;
    private final int subStripes;
    private final long[] places;

    private Chunk(long start, ByteBuffer item, Profile profile, long[] places) {
        this.start = start;
        this.length = item.getLong(0);
        this.type = item.getLong(24);
        this.profile = profile;
        this.stripeCount = item.getShort(44) & 0xFFFF;
        this.subStripes = item.getShort(46) & 0xFFFF;
        this.places = places;
    }

    /**
     * Reads the item of a chunk.
     *
     * @param item exactly the item, little-endian
     * @param where the place of the item, for messages
     */
    static Chunk of(long start, ByteBuffer item, BtrfsSuperblock superblock, long where) throws MalformedDataException {
        check(item.limit() >= ITEM_BYTES + STRIPE_BYTES, where, "a chunk item", item.limit());
        int stripes = item.getShort(44) & 0xFFFF;
        check(item.limit() == ITEM_BYTES + stripes * STRIPE_BYTES, where, "a place for each stripe", stripes);
        long length = item.getLong(0);
        int sector = superblock.sectorBytes();
        check(start >= 0 && start % sector == 0 && start < MAX_ADDRESS, where, "an address of a sector", start);
        check(length > 0 && length % sector == 0 && length < MAX_ADDRESS, where, "whole sectors", length);
        long type = item.getLong(24);
        check((type & TYPE_CONTENT) != 0, where, "a kind of content", type);
        Profile profile = Profile.of(type & ~TYPE_CONTENT);
        if (profile == null) {
            throw new MalformedDataException(
                    "Btrfs chunk", where, "a known profile", "the type " + Long.toHexString(type));
        }
        check(profile.fits(stripes, item.getShort(46) & 0xFFFF), where, "as many stripes as the profile has", stripes);
        long[] places = new long[stripes];
        int count = 0;
        for (int i = 0; i < stripes; i++) {
            int at = ITEM_BYTES + i * STRIPE_BYTES;
            byte[] uuid = new byte[BtrfsSuperblock.UUID_BYTES];
            item.get(at + 16, uuid);
            if (item.getLong(at) == superblock.deviceId() && Arrays.equals(uuid, superblock.deviceUuid())) {
                places[count++] = item.getLong(at + 8);
            }
        }
        return new Chunk(start, item, profile, Arrays.copyOf(places, count));
    }

    long start() {
        return start;
    }

    long length() {
        return length;
    }

    long end() {
        return start + length;
    }

    /** Tells whether trees lie in it. */
    boolean holdsMetadata() {
        return (type & (TYPE_SYSTEM | TYPE_METADATA)) != 0;
    }

    boolean holdsChunkTree() {
        return (type & TYPE_SYSTEM) != 0;
    }

    /** Tells whether each part of it on this device is a whole copy of it. */
    boolean isWholeOnDevice() {
        return profile.isCopies() && places.length > 0;
    }

    long type() {
        return type;
    }

    /** How many parts of it lie on this device. */
    int placeCount() {
        return places.length;
    }

    /** The offset of one of its parts on this device. */
    long place(int index) {
        return places[index];
    }

    /** The size of each of its parts. */
    long placeBytes() {
        return length / profile.dataStripes(stripeCount, subStripes);
    }

    private static void check(boolean valid, long where, String expected, long actual) throws MalformedDataException {
        if (!valid) {
            throw new MalformedDataException("Btrfs chunk", where, expected, Long.toUnsignedString(actual));
        }
    }
}
