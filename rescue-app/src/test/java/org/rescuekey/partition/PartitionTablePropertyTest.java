package org.rescuekey.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.gpt.GptEntry;
import org.rescuekey.partition.gpt.GptShape;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.partition.mbr.MbrEntry;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** What holds for every table that is well-formed. */
class PartitionTablePropertyTest {
    @Property(tries = 200)
    void whatIsWrittenIsReadAgain(@ForAll("tables") PartitionTable table) throws RescueException {
        MemoryDevice disk = new MemoryDevice(table.diskBytes(), table.sectorSize());
        Tables.apply(table, disk);
        TableReading reading = PartitionTables.read(disk);
        assertThat(reading.table()).contains(table);
        assertThat(reading.needsRepair()).isFalse();
        assertThat(Tables.read(disk).writes()).isEqualTo(table.writes());
    }

    @Property(tries = 200)
    void theTextIsReadAgain(@ForAll("tables") PartitionTable table) throws RescueException {
        assertThat(PartitionTables.parseText(table.toText())).isEqualTo(table);
    }

    @Property(tries = 200)
    void theTableIsWhereItIsWrittenAndNoPartitionIsThere(@ForAll("tables") PartitionTable table) {
        ExtentSet.Builder written = ExtentSet.builder();
        for (TableWrite write : table.writes()) {
            assertThat(table.sectorSize().divides(write.offsetBytes())).isTrue();
            assertThat(table.sectorSize().divides(write.lengthBytes())).isTrue();
            written.add(write.offsetBytes(), write.offsetBytes() + write.lengthBytes());
        }
        assertThat(table.tableExtents()).isEqualTo(written.build());
        assertThat(table.writes().getLast().offsetBytes()).isZero();

        ExtentSet taken = table.tableExtents();
        for (Partition partition : table.partitions()) {
            assertThat(partition.extent().end()).isLessThanOrEqualTo(table.diskBytes());
            if (partition.kind() != PartitionKind.EXTENDED) {
                assertThat(taken.intersects(partition.extent())).isFalse();
                taken = taken.union(ExtentSet.of(partition.extent()));
            }
        }
    }

    @Property(tries = 300)
    void anotherSizeMovesNoPartition(
            @ForAll("tables") PartitionTable table, @ForAll @IntRange(min = -3000, max = 100_000) int moreSectors)
            throws RescueException {
        long otherBytes = table.diskBytes() + table.sectorSize().toBytes(moreSectors);
        if (otherBytes <= 0) {
            return;
        }
        try {
            PartitionTable fitted = table.forDiskOf(otherBytes);
            assertThat(fitted.partitions()).isEqualTo(table.partitions());
            assertThat(fitted.diskBytes()).isEqualTo(otherBytes);
            assertThat(fitted.diskIdentity()).isEqualTo(table.diskIdentity());
            MemoryDevice disk = new MemoryDevice(otherBytes, table.sectorSize());
            Tables.apply(fitted, disk);
            assertThat(PartitionTables.read(disk).table()).contains(fitted);
            assertThat(fitted.forDiskOf(otherBytes)).isEqualTo(fitted);
            assertThat(fitted.forDiskOf(table.diskBytes())).isEqualTo(table);
        } catch (RefusedException e) {
            assertThat(moreSectors).isNegative();
            assertThat(table.forDiskOf(otherBytes + shortfall(e)).partitions()).isEqualTo(table.partitions());
        }
    }

    /** The number of bytes that a refusal names. */
    private static long shortfall(RefusedException refusal) {
        String digits = refusal.reason().replaceFirst(".*: ([0-9,]+) bytes too few\\.", "$1");
        return Long.parseLong(digits.replace(",", ""));
    }

    @Provide
    Arbitrary<PartitionTable> tables() {
        return Arbitraries.oneOf(gpts(), mbrs());
    }

    private static Arbitrary<SectorSize> sectorSizes() {
        return Arbitraries.of(SectorSize.SECTOR_512, SectorSize.SECTOR_4096);
    }

    /** Pairs of gap and length in sectors. */
    private static Arbitrary<List<Integer>> gapsAndLengths(int most) {
        return Arbitraries.integers()
                .between(0, 3000)
                .list()
                .ofMinSize(0)
                .ofMaxSize(2 * most)
                .map(list -> list.size() % 2 == 0 ? list : list.subList(1, list.size()));
    }

    private static Arbitrary<PartitionTable> gpts() {
        Arbitrary<GptShape> shapes = Combinators.combine(
                        Arbitraries.integers().between(12, 300), Arbitraries.of(128, 256, 512))
                .as(GptShape::new);
        Arbitrary<UUID> guids = Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
                .as((high, low) -> new UUID(high | 1, low));
        Arbitrary<List<String>> names = Arbitraries.strings()
                .withChars(Character.MIN_VALUE, Character.MAX_VALUE)
                .excludeChars('\0')
                .ofMaxLength(36)
                .list()
                .ofSize(12);
        Arbitrary<byte[]> boots = Arbitraries.bytes().array(byte[].class).ofSize(440);
        return Combinators.combine(
                        sectorSizes(),
                        shapes,
                        gapsAndLengths(12),
                        guids.list().ofSize(25),
                        names,
                        boots,
                        Arbitraries.integers().between(0, 2))
                .as(PartitionTablePropertyTest::gpt);
    }

    private static PartitionTable gpt(
            SectorSize sectorSize,
            GptShape shape,
            List<Integer> gapsAndLengths,
            List<UUID> guids,
            List<String> names,
            byte[] bootCode,
            int numberStep) {
        long arraySectors = shape.arraySectors(sectorSize);
        long firstUsable = 2 + arraySectors;
        long next = firstUsable;
        int number = 0;
        List<GptEntry> entries = new ArrayList<>();
        for (int i = 0; i + 1 < gapsAndLengths.size(); i += 2) {
            long first = next + gapsAndLengths.get(i);
            next = first + gapsAndLengths.get(i + 1) + 1;
            number += shape.entryCount() >= 12 * (1 + numberStep) ? 1 + numberStep : 1;
            entries.add(new GptEntry(
                    number,
                    guids.get(i),
                    guids.get(i + 1),
                    first,
                    next - 1,
                    guids.get(i).getLeastSignificantBits(),
                    names.get(i / 2)));
        }
        long lastUsable = next + 10;
        long diskSectors = lastUsable + arraySectors + 2;
        byte[] first = new byte[sectorSize.bytes()];
        System.arraycopy(bootCode, 0, first, 0, bootCode.length);
        first[3] = 0; // never the name of a file system
        first[0] = 0;
        try {
            return GptTable.of(
                    sectorSize,
                    sectorSize.toBytes(diskSectors),
                    EntrySector.of(first).madeProtective(diskSectors),
                    guids.get(24),
                    new GptLayout(2, shape, firstUsable, lastUsable, diskSectors - 1),
                    entries);
        } catch (MalformedDataException e) {
            throw new AssertionError(e);
        }
    }

    private static Arbitrary<PartitionTable> mbrs() {
        return Combinators.combine(
                        sectorSizes(),
                        gapsAndLengths(3),
                        gapsAndLengths(6),
                        Arbitraries.bytes().array(byte[].class).ofSize(444))
                .as(PartitionTablePropertyTest::mbr);
    }

    /** Up to three primary partitions, and an extended one behind them if there are logical ones. */
    private static PartitionTable mbr(
            SectorSize sectorSize, List<Integer> primaries, List<Integer> logicals, byte[] bootCode) {
        byte[] first = new byte[sectorSize.bytes()];
        System.arraycopy(bootCode, 0, first, 0, bootCode.length);
        first[0] = 0;
        first[3] = 0;
        MbrEntry unused = new MbrEntry(0, 0, 0, 0, 0, 0);
        List<MbrEntry> entries = new ArrayList<>();
        long next = 1;
        for (int i = 0; i < primaries.size(); i += 2) {
            long start = next + primaries.get(i);
            long count = primaries.get(i + 1) + 1L;
            entries.add(new MbrEntry(i == 0 ? 0x80 : 0, i, 7, i, start, count));
            next = start + count;
        }
        long base = next;
        List<Long> links = new ArrayList<>();
        for (int i = 0; i < logicals.size(); i += 2) {
            links.add(next);
            next += 2L + logicals.get(i) + logicals.get(i + 1);
        }
        if (!links.isEmpty()) {
            entries.add(new MbrEntry(0, 1, 5, 2, base, next - base));
        }
        while (entries.size() < 4) {
            entries.add(unused);
        }
        MbrTable.SectorSource source = lba -> {
            int index = links.indexOf(lba);
            MbrEntry logical =
                    new MbrEntry(0, 0, 0x83, 0, 1L + logicals.get(2 * index), 1L + logicals.get(2 * index + 1));
            boolean last = index == links.size() - 1;
            MbrEntry link = last ? unused : new MbrEntry(0, 0, 5, 0, links.get(index + 1) - base, 1);
            return EntrySector.of(new byte[sectorSize.bytes()]).withEntries(List.of(logical, link, unused, unused));
        };
        try {
            return MbrTable.of(
                    sectorSize,
                    sectorSize.toBytes(next + 100),
                    EntrySector.of(first).withEntries(entries),
                    source);
        } catch (RescueException e) {
            throw new AssertionError(e);
        }
    }
}
