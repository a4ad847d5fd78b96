package org.rescuekey.partition;

import java.nio.ByteBuffer;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.SectorSize;

/** Reads partition tables from disks and from text. The one class of this package that sees a device. */
public final class PartitionTables {
    private PartitionTables() {}

    /**
     * Reads the table of a disk. Damage is told in the findings, never thrown: a damaged primary GPT is replaced by its
     * backup, and where nothing can be believed there is no table.
     *
     * <p>A table without partitions says nothing about what else the disk holds: a file system may stand on the disk
     * itself.
     *
     * @throws RescueException if the disk is gone or closed to us; an unreadable sector is a finding
     */
    public static TableReading read(BlockDevice disk) throws RescueException {
        return new TableReader(new Disk(disk)).read();
    }

    /**
     * Reads the text form of a table, exactly as {@link PartitionTable#toText} writes it:
     *
     * <pre>
     *   Table     --> Gpt | Mbr                  each line ends with a line feed; numbers are decimal
     *   Gpt       --> "partition-table 1 gpt" Size "disk-id" GUID "array-lba" N "entries" N "entry-bytes" N
     *                 "first-usable" LBA "last-usable" LBA "backup-lba" LBA GptEntry* Bytes*
     *   Mbr       --> "partition-table 1 mbr" Size "disk-id" HEX8 MbrEntry* Bytes*
     *   Size      --> "sector-bytes" N "disk-bytes" N
     *   GptEntry  --> "partition" NUMBER "first=" LBA "last=" LBA "type=" GUID "id=" GUID "attributes=" HEX16 "name=" Q
     *   MbrEntry  --> "partition" NUMBER "first=" LBA "last=" LBA "type=" 0xHH ["active"]
     *   Bytes     --> "bytes" LBA OFFSET HEX     up to 32 bytes of a sector; runs of zeros are left out
     * </pre>
     *
     * <p>Q is in quotation marks, with every character but plain ASCII as "\\uXXXX". The partitions of an MBR are in its
     * bytes; their lines are for people, and must agree.
     *
     * @throws MalformedDataException if the text is not the form of any table
     */
    public static PartitionTable parseText(String text) throws MalformedDataException {
        return TableText.parse(text);
    }

    /** A device without a last, incomplete sector. */
    private record Disk(BlockDevice device) implements DiskBytes {
        @Override
        public long sizeBytes() {
            return sectorSize().roundDown(device.sizeBytes());
        }

        @Override
        public SectorSize sectorSize() {
            return device.logicalSector();
        }

        @Override
        public ByteBuffer at(long offsetBytes, long lengthBytes, String what) throws RescueException {
            return Reads.at(device, offsetBytes, lengthBytes, what);
        }
    }
}
