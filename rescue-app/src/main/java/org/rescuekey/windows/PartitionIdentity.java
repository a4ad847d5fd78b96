package org.rescuekey.windows;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.rescuekey.partition.GptTable;
import org.rescuekey.partition.MbrTable;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.gpt.Guids;
import org.rescuekey.units.SectorSize;

/** What an installed system knows a partition by. Immutable. */
public sealed interface PartitionIdentity {
    /**
     * A partition of a GPT disk: systems find it by the two GUIDs; firmware entries record where it lies, too.
     *
     * @param diskGuid the disk's GUID
     * @param partitionGuid the partition's unique GUID
     * @param startSectors its first logical sector
     * @param sizeSectors how many logical sectors it has
     * @param sector the disk's logical sector size
     */
    record Gpt(UUID diskGuid, UUID partitionGuid, long startSectors, long sizeSectors, SectorSize sector)
            implements PartitionIdentity {
        public Gpt {
            checkSectors(startSectors, sizeSectors, sector);
        }

        /** GUIDs of zeros are what tools write who know none: they name no partition. */
        @Override
        public boolean isTelling() {
            return !partitionGuid.equals(Guids.NIL) && !diskGuid.equals(Guids.NIL);
        }

        @Override
        public String words() {
            return "partition " + Guids.text(partitionGuid) + " on disk " + Guids.text(diskGuid);
        }
    }

    /**
     * A partition of an MBR disk: systems find it by the disk's signature and the offset in bytes.
     *
     * @param signature the disk's signature, 32 bits
     * @param startSectors its first logical sector
     * @param sizeSectors how many logical sectors it has
     * @param sector the disk's logical sector size
     */
    record Mbr(int signature, long startSectors, long sizeSectors, SectorSize sector) implements PartitionIdentity {
        public Mbr {
            checkSectors(startSectors, sizeSectors, sector);
        }

        @Override
        public boolean isTelling() {
            return signature != 0;
        }

        @Override
        public String words() {
            return "the partition at sector " + startSectors + " (byte " + offsetBytes() + ") on disk "
                    + signatureText(signature);
        }

        /** A disk's signature as tools print it: 8 hex digits. */
        public static String signatureText(int signature) {
            return String.format(Locale.ROOT, "%08X", signature);
        }
    }

    long startSectors();

    long sizeSectors();

    SectorSize sector();

    /** Tells whether this names one partition at all, so that what carries it can be meant by it. */
    boolean isTelling();

    /** The identity in the usual text form of GUIDs and signatures. */
    String words();

    default long offsetBytes() {
        return sector().toBytes(startSectors());
    }

    /** The identity of a partition of this table; empty where the table's text of it is not one that systems know. */
    static Optional<PartitionIdentity> of(PartitionTable table, Partition partition) {
        SectorSize sector = table.sectorSize();
        long start = sector.toSectors(partition.extent().start());
        long size = sector.toSectors(partition.extent().length());
        return switch (table) {
            case GptTable gpt ->
                Guids.parse(gpt.diskIdentity())
                        .flatMap(disk ->
                                Guids.parse(partition.identity()).map(own -> new Gpt(disk, own, start, size, sector)));
            case MbrTable mbr ->
                Optional.of(new Mbr(Integer.parseUnsignedInt(mbr.diskIdentity(), 16), start, size, sector));
        };
    }

    private static void checkSectors(long startSectors, long sizeSectors, SectorSize sector) {
        if (startSectors < 0 || sizeSectors <= 0) {
            throw new IllegalArgumentException("no partition: " + sizeSectors + " sectors at " + startSectors);
        }
        sector.toBytes(Math.addExact(startSectors, sizeSectors));
    }
}
