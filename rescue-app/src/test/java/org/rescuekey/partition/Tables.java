package org.rescuekey.partition;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.gpt.GptEntry;
import org.rescuekey.partition.gpt.GptShape;
import org.rescuekey.partition.gpt.GptTypes;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.units.SectorSize;

/** What the tests of this package do with tables and disks. */
final class Tables {
    static final long MIB = 1L << 20;
    static final UUID DISK_GUID = UUID.fromString("01234567-89ab-4cde-8f01-23456789abcd");

    private Tables() {}

    /** A GPT of the usual shape for a disk of this size, without partitions. */
    static GptTable emptyGpt(long diskBytes, SectorSize sectorSize) {
        return gpt(diskBytes, sectorSize, List.of());
    }

    static GptTable gpt(long diskBytes, SectorSize sectorSize, List<GptEntry> entries) {
        GptShape shape = new GptShape(128, 128);
        long diskSectors = sectorSize.toSectors(diskBytes);
        long arraySectors = shape.arraySectors(sectorSize);
        GptLayout layout = new GptLayout(
                GptLayout.USUAL_ARRAY_LBA,
                shape,
                GptLayout.USUAL_ARRAY_LBA + arraySectors,
                diskSectors - 2 - arraySectors,
                diskSectors - 1);
        EntrySector first = EntrySector.of(new byte[sectorSize.bytes()]).madeProtective(diskSectors);
        try {
            return GptTable.of(sectorSize, diskBytes, first, DISK_GUID, layout, entries);
        } catch (MalformedDataException e) {
            throw new AssertionError(e);
        }
    }

    /** An entry for Linux data; its unique GUID is made of its number. */
    static GptEntry entry(int number, long firstLba, long lastLba) {
        return new GptEntry(
                number, GptTypes.LINUX_FILE_SYSTEM, new UUID(0x4000, number), firstLba, lastLba, 0, "p" + number);
    }

    static Path sparseFile(Path file, long sizeBytes) throws IOException {
        try (RandomAccessFile created = new RandomAccessFile(file.toFile(), "rw")) {
            created.setLength(sizeBytes);
        }
        return file;
    }

    static void apply(PartitionTable table, BlockDevice disk) throws RescueException {
        for (TableWrite write : table.writes()) {
            disk.write(write.offsetBytes(), write.buffer());
        }
        disk.flush();
    }

    static PartitionTable read(BlockDevice disk) throws RescueException {
        TableReading reading = PartitionTables.read(disk);
        return reading.table().orElseThrow(() -> new AssertionError("no table was read: " + reading.findings()));
    }

    static void poke(BlockDevice disk, long offsetBytes, int... values) throws RescueException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length);
        for (int value : values) {
            bytes.put((byte) value);
        }
        disk.write(offsetBytes, bytes.flip());
    }

    static int peek(BlockDevice disk, long offsetBytes) throws RescueException {
        ByteBuffer one = ByteBuffer.allocate(1);
        disk.read(offsetBytes, one);
        return one.get(0) & 0xFF;
    }

    /** Copies as much of one disk as fits to another. */
    static void copyAll(BlockDevice source, BlockDevice target) throws RescueException {
        long length = Math.min(source.sizeBytes(), target.sizeBytes());
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        for (long position = 0; position < length; position += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), length - position));
            source.read(position, buffer);
            target.write(position, buffer.flip());
        }
    }
}
