package org.rescuekey.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.partition.mbr.MbrEntry;
import org.rescuekey.units.SectorSize;

/** MBRs and chains of logical partitions that make no sense, and sectors that are no MBR. */
class MbrDamageTest {
    private static final MbrEntry UNUSED = new MbrEntry(0, 0, 0, 0, 0, 0);
    private static final long SECTORS = 100_000;
    private static final long BASE = 10_000;

    private MemoryDevice disk;

    @BeforeEach
    void makeDisk() {
        disk = new MemoryDevice(SECTORS * 512, SectorSize.SECTOR_512);
    }

    private static MbrEntry entry(int type, long start, long count) {
        return new MbrEntry(0, 0, type, 0, start, count);
    }

    private void put(long lba, MbrEntry... entries) throws RescueException {
        MbrEntry[] four = Arrays.copyOf(entries, 4);
        Arrays.fill(four, entries.length, 4, UNUSED);
        EntrySector sector = EntrySector.of(new byte[512]).withEntries(List.of(four));
        disk.write(lba * 512, ByteBuffer.wrap(sector.bytes()));
    }

    private void assertNone(String finding) throws RescueException {
        TableReading reading = PartitionTables.read(disk);
        assertThat(reading.table()).isEmpty();
        assertThat(reading.findings()).singleElement().asString().contains(finding);
    }

    @Test
    void aBlankDiskHasNoTable() throws RescueException {
        assertNone("The disk has no partition table.");
        assertThat(PartitionTables.read(disk).needsRepair()).isFalse();
    }

    @Test
    void partitionsMustLieOnTheDiskBehindSectorZero() throws RescueException {
        put(0, entry(7, 1, SECTORS - 1));
        assertThat(Tables.read(disk).partitions()).hasSize(1);
        put(0, entry(7, 1, SECTORS));
        assertNone("The MBR cannot be believed: MBR entry 1 at offset 512");
        put(0, entry(7, 0, 10));
        assertNone("The MBR cannot be believed: MBR entry 1 at offset 0");
        assertThat(PartitionTables.read(disk).needsRepair()).isTrue();
    }

    @Test
    void partitionsMustNotOverlap() throws RescueException {
        put(0, entry(7, 100, 100), entry(7, 200, 100));
        assertThat(Tables.read(disk).partitions()).hasSize(2);
        put(0, entry(7, 200, 100), entry(7, 100, 101));
        assertNone("no overlap");
    }

    @Test
    void onlyOnePartitionIsExtended() throws RescueException {
        put(0, entry(5, 100, 100), entry(0x0F, 200, 100));
        assertNone("one extended partition");
    }

    @Test
    void aChainThatComesBackToItselfEnds() throws RescueException {
        put(0, entry(5, BASE, 50_000));
        put(BASE, entry(0x83, 63, 1000), entry(5, 2000, 2000));
        put(BASE + 2000, entry(0x83, 63, 1000), entry(5, 0, 2000));
        assertNone("link sector at offset " + BASE * 512 + ": expected no overlap");
    }

    @Test
    void aChainMayLeadBackwards() throws RescueException {
        put(0, entry(5, BASE, 50_000));
        put(BASE, entry(0x83, 40_000, 1000), entry(5, 2000, 2000));
        put(BASE + 2000, entry(0x83, 63, 1000));
        assertThat(Tables.read(disk).partitions())
                .extracting(Partition::number, partition -> partition.extent().start() / 512)
                .contains(tuple(5, BASE + 40_000), tuple(6, BASE + 2063));
    }

    @Test
    void aChainMustStayInsideTheExtendedPartition() throws RescueException {
        put(0, entry(5, BASE, 50_000));
        put(BASE, entry(0x83, 63, 1000), entry(5, 50_000, 2000));
        assertNone("link sector");
        put(BASE, entry(0x83, 63, 50_000));
        assertNone("logical partition 5");
    }

    @Test
    void aChainHasAtMost256Links() throws RescueException {
        put(0, entry(5, BASE, 50_000));
        chain(MbrWalk.LINKS_MAX);
        assertThat(Tables.read(disk).partitions()).hasSize(1 + MbrWalk.LINKS_MAX);
        chain(MbrWalk.LINKS_MAX + 1);
        assertNone("at most 256 links");
    }

    private void chain(int links) throws RescueException {
        for (int i = 0; i < links; i++) {
            MbrEntry next = i == links - 1 ? UNUSED : entry(5, (i + 1) * 4L, 4);
            put(BASE + i * 4L, entry(0x83, 2, 2), next);
        }
    }

    @Test
    void aLinkWithoutItsMarkIsNotBelieved() throws RescueException {
        put(0, entry(5, BASE, 50_000));
        put(BASE, entry(0x83, 63, 1000), entry(5, 2000, 2000));
        assertNone("the mark 55 AA");
    }

    @Test
    void aLinkWithTwoPartitionsIsNotBelieved() throws RescueException {
        put(0, entry(5, BASE, 50_000));
        put(BASE, entry(0x83, 63, 1000), entry(0x83, 2000, 2000));
        assertNone("one partition and one link");
    }

    @Test
    void aSectorWithTheMarkAndOtherBytesIsNoMbr() throws RescueException {
        put(0, new MbrEntry(0x41, 0x424344, 0x45, 0x464748, 100, 100));
        assertNone("The disk has no partition table.");
    }

    @Test
    void anMbrMayBearTheNameOfAFileSystem() throws RescueException {
        put(0, entry(7, 100, 100));
        Tables.poke(disk, 0, 0xEB, 0x52, 0x90, 'N', 'T', 'F', 'S', ' ', ' ', ' ', ' ');
        assertThat(Tables.read(disk).partitions()).hasSize(1);
    }

    @Test
    void tooSmallADiskHasNoTable() throws RescueException {
        disk = new MemoryDevice(512, SectorSize.SECTOR_512);
        assertNone("too small");
    }
}
