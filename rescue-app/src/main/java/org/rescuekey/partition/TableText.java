package org.rescuekey.partition;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.units.SectorSize;

/** What the text forms of both kinds have in common; the grammar is in {@link PartitionTables#parseText}. */
final class TableText {
    static final String TITLE = "partition-table 1";
    static final int CHARACTERS_MAX = 16 << 20;

    private static final int BYTES_PER_LINE = 32;
    private static final HexFormat HEX = HexFormat.of();

    private TableText() {}

    static PartitionTable parse(String text) throws MalformedDataException {
        if (text.length() > CHARACTERS_MAX) {
            throw new MalformedDataException(
                    "partition table text", 0, "at most " + CHARACTERS_MAX + " characters", "" + text.length());
        }
        TextLines lines = new TextLines(text);
        String kind = lines.value(TITLE);
        PartitionTable table =
                switch (kind) {
                    case "gpt" -> GptText.parse(lines);
                    case "mbr" -> MbrText.parse(lines);
                    default -> throw lines.malformed("\"gpt\" or \"mbr\"", kind);
                };
        checkSame(table.toText(), text);
        return table;
    }

    /** There is one text for each table, so that two texts are equal exactly if their tables are. */
    private static void checkSame(String expected, String actual) throws MalformedDataException {
        if (!expected.equals(actual)) {
            int common = 0;
            while (common < Math.min(expected.length(), actual.length())
                    && expected.charAt(common) == actual.charAt(common)) {
                common++;
            }
            throw new MalformedDataException(
                    "partition table text",
                    common,
                    "the text of the table that it describes",
                    "a difference from here on");
        }
    }

    static void printSize(StringBuilder text, PartitionTable table) {
        text.append(TITLE).append(' ').append(table.kind()).append('\n');
        text.append("sector-bytes ").append(table.sectorSize().bytes()).append('\n');
        text.append("disk-bytes ").append(table.diskBytes()).append('\n');
        text.append("disk-id ").append(table.diskIdentity()).append('\n');
    }

    static SectorSize parseSectorSize(TextLines lines) throws MalformedDataException {
        long bytes = lines.number("sector-bytes");
        try {
            return new SectorSize(Math.toIntExact(bytes));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw lines.malformed("a sector size", Long.toString(bytes));
        }
    }

    static long parseDiskBytes(TextLines lines, SectorSize sectorSize) throws MalformedDataException {
        long bytes = lines.number("disk-bytes");
        if (bytes < sectorSize.bytes() || !sectorSize.divides(bytes)) {
            throw lines.malformed("whole sectors of " + sectorSize, Long.toString(bytes));
        }
        return bytes;
    }

    static void printSector(StringBuilder text, long lba, EntrySector sector) {
        byte[] bytes = sector.bytes();
        for (int at = 0; at < bytes.length; at += BYTES_PER_LINE) {
            int end = at + BYTES_PER_LINE;
            while (end > at && bytes[end - 1] == 0) {
                end--;
            }
            if (end > at) {
                text.append("bytes ").append(lba).append(' ').append(at).append(' ');
                HEX.formatHex(text, bytes, at, end).append('\n');
            }
        }
    }

    /** Reads all lines that are left as bytes of at most so many sectors; what no line names is zero. */
    static Map<Long, EntrySector> parseSectors(TextLines lines, SectorSize sectorSize, int sectorsMax)
            throws MalformedDataException {
        Map<Long, byte[]> sectors = new TreeMap<>();
        while (lines.next("bytes")) {
            List<String> words = List.of(lines.value("bytes").split(" ", -1));
            if (words.size() != 3) {
                throw lines.malformed("sector, offset and bytes", words.size() + " words");
            }
            byte[] sector =
                    sectors.computeIfAbsent(lines.parseNumber(words.get(0)), number -> new byte[sectorSize.bytes()]);
            if (sectors.size() > sectorsMax) {
                throw lines.malformed("bytes of at most " + sectorsMax + " sectors", "more");
            }
            byte[] bytes = parseHex(lines, words.get(2));
            long at = lines.parseNumber(words.get(1));
            if (at > sector.length - bytes.length) {
                throw lines.malformed("bytes inside the sector", "offset " + at);
            }
            System.arraycopy(bytes, 0, sector, (int) at, bytes.length);
        }
        lines.expectEnd();
        Map<Long, EntrySector> result = new TreeMap<>();
        sectors.forEach((lba, bytes) -> result.put(lba, EntrySector.of(bytes)));
        return result;
    }

    private static byte[] parseHex(TextLines lines, String hex) throws MalformedDataException {
        try {
            return HEX.parseHex(hex);
        } catch (IllegalArgumentException e) {
            throw lines.malformed("pairs of hex digits", "something else");
        }
    }
}
