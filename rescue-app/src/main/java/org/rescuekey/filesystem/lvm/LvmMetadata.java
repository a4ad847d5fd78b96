package org.rescuekey.filesystem.lvm;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;

/**
 * The text in one metadata area: a header of 512 bytes, then a ring in which the newest text stands, over its end if
 * need be.
 *
 * @param text what describes the volume group; empty if the area holds none
 * @param ignored whether the area is set aside, so that what it holds may be old
 * @param pending whether a newer text was written but not put in force
 */
record LvmMetadata(String text, boolean ignored, boolean pending) {
    /** Texts of thousands of logical volumes are smaller. */
    static final int MAX_TEXT_BYTES = 4 << 20;

    private static final String WHAT = "LVM metadata area";
    private static final String MAGIC = " LVM2 x[5A%r0N*>";
    private static final int HEADER_BYTES = 512;
    private static final int IGNORED = 1;

    static LvmMetadata read(BlockDevice volume, Extent area) throws RescueException {
        long start = area.start();
        ByteBuffer header = Reads.at(volume, start, HEADER_BYTES, WHAT);
        int checksum = LvmChecksum.of(header.slice(4, HEADER_BYTES - 4));
        check(header.getInt(0) == checksum, start, "the checksum " + Integer.toHexString(checksum), header.getInt(0));
        String magic = StandardCharsets.ISO_8859_1.decode(header.slice(4, 16)).toString();
        check(magic.equals(MAGIC), start + 4, "the mark of a metadata area", header.getLong(4));
        check(header.getInt(20) == 1, start + 20, "version 1", header.getInt(20));
        check(header.getLong(24) == start, start + 24, "its own offset", header.getLong(24));
        check(header.getLong(32) == area.length(), start + 32, area.length() + " bytes", header.getLong(32));

        boolean pending = header.getLong(64) != 0;
        int flags = header.getInt(60);
        check((flags & ~IGNORED) == 0, start + 60, "known flags", flags);
        if (header.getLong(40) == 0 || flags == IGNORED) {
            return new LvmMetadata("", flags == IGNORED, pending);
        }
        ByteBuffer text = text(volume, area, header.getLong(40), header.getLong(48));
        int textChecksum = LvmChecksum.of(text);
        check(
                header.getInt(56) == textChecksum,
                start + 56,
                "the checksum " + Integer.toHexString(textChecksum),
                header.getInt(56));
        return new LvmMetadata(StandardCharsets.ISO_8859_1.decode(text).toString(), false, pending);
    }

    private static ByteBuffer text(BlockDevice volume, Extent area, long offset, long length) throws RescueException {
        boolean inside = offset >= HEADER_BYTES && offset < area.length();
        check(inside, area.start() + 40, "an offset in the area", offset);
        long most = Math.min(MAX_TEXT_BYTES, area.length() - HEADER_BYTES);
        check(length > 0 && length <= most, area.start() + 48, "a text of at most " + most + " bytes", length);
        long upToEnd = Math.min(length, area.length() - offset);
        ByteBuffer text = Reads.at(volume, area.start() + offset, upToEnd, WHAT);
        if (upToEnd == length) {
            return text;
        }
        ByteBuffer rest = Reads.at(volume, area.start() + HEADER_BYTES, length - upToEnd, WHAT);
        return ByteBuffer.allocate((int) length).put(text).put(rest).flip();
    }

    private static void check(boolean valid, long offset, String expected, long actual) throws MalformedDataException {
        if (!valid) {
            throw new MalformedDataException(WHAT, offset, expected, Long.toString(actual));
        }
    }
}
