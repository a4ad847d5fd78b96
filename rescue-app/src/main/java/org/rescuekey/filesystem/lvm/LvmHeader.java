package org.rescuekey.filesystem.lvm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;

/**
 * The label of a physical volume, in one of its first four sectors of 512 bytes, and what stands behind it there.
 *
 * @param uuid thirty-two characters, without hyphens
 * @param sizeBytes the size of the physical volume
 * @param dataOffsetBytes where its extents start
 * @param metadataAreas where the text stands that describes the volume group
 * @param loaderAreas what a boot loader may keep for itself
 */
record LvmHeader(
        String uuid, long sizeBytes, long dataOffsetBytes, List<Extent> metadataAreas, List<Extent> loaderAreas) {
    private static final String WHAT = "LVM label";
    private static final int SECTOR_BYTES = 512;
    private static final int SECTORS = 4;
    private static final int CHECKSUMMED_FROM = 20;
    private static final int UUID_BYTES = 32;
    private static final int MAX_AREAS = 2;
    private static final Pattern UUID = Pattern.compile("[0-9A-Za-z!#]{32}");

    static LvmHeader read(BlockDevice volume) throws RescueException {
        for (int sector = 0; sector < SECTORS; sector++) {
            ByteBuffer bytes = Reads.at(volume, (long) sector * SECTOR_BYTES, SECTOR_BYTES, WHAT);
            if (text(bytes, 0, 8).equals("LABELONE") && text(bytes, 24, 8).equals("LVM2 001")) {
                return new Parser(volume, bytes, (long) sector * SECTOR_BYTES).header(sector);
            }
        }
        throw new MalformedDataException(WHAT, 0, "a label in the first " + SECTORS + " sectors", "none");
    }

    private static String text(ByteBuffer bytes, int offset, int length) {
        return StandardCharsets.ISO_8859_1.decode(bytes.slice(offset, length)).toString();
    }

    /** Reads the fields of one sector in their order, none beyond its end. */
    private static final class Parser {
        private final BlockDevice volume;
        private final ByteBuffer bytes;
        private final long offset;

        private Parser(BlockDevice volume, ByteBuffer bytes, long offset) {
            this.volume = volume;
            this.bytes = bytes;
            this.offset = offset;
        }

        private LvmHeader header(int sector) throws MalformedDataException {
            check(bytes.getLong(8) == sector, 8, "its own sector " + sector, bytes.getLong(8));
            int checksum = LvmChecksum.of(bytes.slice(CHECKSUMMED_FROM, SECTOR_BYTES - CHECKSUMMED_FROM));
            check(bytes.getInt(16) == checksum, 16, "the checksum " + Integer.toHexString(checksum), bytes.getInt(16));
            int start = bytes.getInt(20);
            check(start >= 32 && start <= SECTOR_BYTES / 2, 20, "an offset in the sector", start);
            bytes.position(start);
            String uuid = text(bytes, start, UUID_BYTES);
            check(UUID.matcher(uuid).matches(), start, "an identity", bytes.getLong(start));
            bytes.position(start + UUID_BYTES);
            long size = next();
            check(size > 0 && size <= volume.sizeBytes(), start + UUID_BYTES, "a size inside the device", size);
            List<Extent> data = areas(size);
            check(data.size() == 1, start, "one data area", data.size());
            List<Extent> metadata = areas(size);
            long version = bytes.remaining() < Long.BYTES ? 0 : next() & 0xFFFF_FFFFL;
            List<Extent> loader = version == 0 ? List.of() : areas(size);
            return new LvmHeader(uuid, size, data.getFirst().start(), metadata, loader);
        }

        /** A list that ends with an area at 0. An area without a length goes to the end. */
        private List<Extent> areas(long size) throws MalformedDataException {
            List<Extent> areas = new ArrayList<>();
            while (true) {
                long start = next();
                long length = next();
                if (start == 0) {
                    return areas;
                }
                boolean inside = start > 0 && start < size && length >= 0 && length <= size - start;
                check(inside && areas.size() < MAX_AREAS, bytes.position(), "at most two areas inside", start);
                areas.add(Extent.between(start, length == 0 ? size : start + length));
            }
        }

        private long next() throws MalformedDataException {
            check(bytes.remaining() >= Long.BYTES, bytes.position(), "fields that end in the sector", 0);
            return bytes.order(ByteOrder.LITTLE_ENDIAN).getLong();
        }

        private void check(boolean valid, int field, String expected, long actual) throws MalformedDataException {
            if (!valid) {
                throw new MalformedDataException(WHAT, offset + field, expected, Long.toString(actual));
            }
        }
    }
}
