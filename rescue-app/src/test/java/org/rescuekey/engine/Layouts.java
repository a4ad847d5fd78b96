package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.zip.CRC32;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** Puts partition tables and content on disks in memory. Both kinds of table are written by hand, so that they are not ours. */
public final class Layouts {
    public static final String LINUX = "0FC63DAF-8483-4772-8E79-3D69D8477DE4";
    public static final String WINDOWS = "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7";
    private static final String GUID_TAIL = "-89AB-4CDE-8F01-23456789ABCD";
    private static final int ENTRIES = 128;
    private static final int ENTRY_BYTES = 128;

    /** Sectors first to last of a partition. */
    public record Part(int number, long firstSector, long sectors, String type, String name) {
        public Part(int number, long firstSector, long sectors, String type) {
            this(number, firstSector, sectors, type, "p" + number);
        }

        public Extent extent(SectorSize sector) {
            return new Extent(sector.toBytes(firstSector), sector.toBytes(sectors));
        }
    }

    private Layouts() {}

    public static Part part(int number, long firstSector, long sectors) {
        return new Part(number, firstSector, sectors, LINUX);
    }

    /** A GPT of the usual shape. */
    public static void gpt(BlockDevice disk, Part... parts) throws RescueException {
        gpt(disk, List.of(parts));
    }

    public static void gpt(BlockDevice disk, List<Part> parts) throws RescueException {
        SectorSize sector = disk.logicalSector();
        long last = sector.toSectors(disk.sizeBytes()) - 1;
        ByteBuffer array = littleEndian(ENTRIES * ENTRY_BYTES);
        for (Part part : parts) {
            array.position((part.number() - 1) * ENTRY_BYTES);
            array.put(guid(part.type())).put(guid(String.format(Locale.ROOT, "%08X" + GUID_TAIL, part.number())));
            array.putLong(part.firstSector()).putLong(part.firstSector() + part.sectors() - 1);
            array.putLong(0);
            part.name().chars().forEach(unit -> array.putChar((char) unit)); // halves of pairs, too
        }
        ByteBuffer first = linkSector(sector.bytes());
        putEntry(first, 446, 0xEE, 1, Math.min(last, 0xFFFF_FFFFL));
        disk.write(sector.toBytes(last - arraySectors(sector)), array.clear());
        disk.write(sector.toBytes(last), header(sector, last, 1, last - arraySectors(sector), last, array));
        disk.write(sector.toBytes(2), array.clear());
        disk.write(sector.toBytes(1), header(sector, 1, last, 2, last, array));
        disk.write(0, first);
    }

    private static ByteBuffer header(
            SectorSize sector, long own, long other, long arraySector, long last, ByteBuffer array) {
        ByteBuffer header = littleEndian(sector.bytes());
        header.put("EFI PART".getBytes(StandardCharsets.US_ASCII))
                .putInt(0x10000)
                .putInt(92)
                .putInt(0)
                .putInt(0);
        header.putLong(own).putLong(other).putLong(firstUsable(sector)).putLong(last - 1 - arraySectors(sector));
        header.put(guid("01234567" + GUID_TAIL))
                .putLong(arraySector)
                .putInt(ENTRIES)
                .putInt(ENTRY_BYTES);
        header.putInt(crc(array.clear()));
        return header.putInt(16, crc(header.flip())).clear();
    }

    private static int crc(ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** A GUID as it stands in a GPT: its first three fields little-endian. */
    private static byte[] guid(String text) {
        UUID uuid = UUID.fromString(text);
        long high = uuid.getMostSignificantBits();
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt((int) (high >>> 32)).putShort((short) (high >>> 16)).putShort((short) high);
        bytes.order(ByteOrder.BIG_ENDIAN).putLong(uuid.getLeastSignificantBits());
        return bytes.array();
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The first sector behind a GPT of the usual shape. */
    public static long firstUsable(SectorSize sector) {
        return 2 + arraySectors(sector);
    }

    private static long arraySectors(SectorSize sector) {
        return (long) ENTRIES * ENTRY_BYTES / sector.bytes();
    }

    /**
     * An MBR with up to four primary partitions; if there are logical ones, the fourth entry encloses all of them, each
     * with its link sector in front of it.
     */
    public static void mbr(BlockDevice disk, List<Part> primary, List<Part> logical) throws RescueException {
        int sectorBytes = disk.logicalSector().bytes();
        ByteBuffer first = linkSector(sectorBytes);
        first.putInt(440, 0x1234_5678);
        for (Part part : primary) {
            putEntry(first, 446 + 16 * (part.number() - 1), 0x83, part.firstSector(), part.sectors());
        }
        if (!logical.isEmpty()) {
            long start = logical.getFirst().firstSector() - 1;
            long end = logical.getLast().firstSector() + logical.getLast().sectors();
            putEntry(first, 446 + 16 * 3, 0x0F, start, end - start);
            for (int i = 0; i < logical.size(); i++) {
                Part part = logical.get(i);
                ByteBuffer link = linkSector(sectorBytes);
                putEntry(link, 446, 0x83, 1, part.sectors());
                if (i + 1 < logical.size()) {
                    Part next = logical.get(i + 1);
                    putEntry(link, 462, 0x0F, next.firstSector() - 1 - start, next.sectors() + 1);
                }
                disk.write(disk.logicalSector().toBytes(part.firstSector() - 1), link);
            }
        }
        disk.write(0, first);
    }

    public static void mbr(BlockDevice disk, Part... primary) throws RescueException {
        mbr(disk, List.of(primary), List.of());
    }

    private static ByteBuffer linkSector(int sectorBytes) {
        return littleEndian(sectorBytes).putShort(510, (short) 0xAA55);
    }

    /** An entry without the geometry that no system has used for decades. */
    private static void putEntry(ByteBuffer sector, int at, int type, long first, long count) {
        sector.putInt(at, 0xFFFF_FF00).putInt(at + 4, type | 0xFFFF_FF00);
        sector.putInt(at + 8, (int) first).putInt(at + 12, (int) count);
    }

    /** Random bytes on the whole device. */
    public static void fill(BlockDevice disk, long seed) throws RescueException {
        fill(disk, new Extent(0, disk.sizeBytes()), seed);
    }

    /** Random bytes in an extent. */
    public static void fill(BlockDevice disk, Extent extent, long seed) throws RescueException {
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        for (long at = extent.start(); at < extent.end(); at += buffer.limit()) {
            random.nextBytes(buffer.array());
            disk.write(at, buffer.clear().limit((int) Math.min(buffer.capacity(), extent.end() - at)));
        }
    }

    /** Content as it is found: random, text, and zeros by turns, so that every kind of block occurs. */
    public static void content(BlockDevice disk, Extent extent, long seed) throws RescueException {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> kinds = new ArrayList<>();
        byte[] noise = new byte[1 << 16];
        random.nextBytes(noise);
        kinds.add(noise);
        kinds.add(new byte[1 << 16]);
        kinds.add(("Partition of seed " + seed + ". ")
                .repeat(1 << 12)
                .substring(0, 1 << 16)
                .getBytes(StandardCharsets.US_ASCII));
        long at = extent.start();
        while (at < extent.end()) {
            byte[] kind = kinds.get(random.nextInt(kinds.size()));
            long until = Math.min(extent.end(), at + random.nextLong(1, 1 << 19));
            while (at < until) {
                int length = (int) Math.min(kind.length, until - at);
                disk.write(at, ByteBuffer.wrap(kind, 0, length));
                at += length;
            }
        }
    }
}
