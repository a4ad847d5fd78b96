package org.rescuekey.partition;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.partition.gpt.GptEntry;
import org.rescuekey.partition.gpt.GptShape;
import org.rescuekey.partition.gpt.Guids;
import org.rescuekey.partition.mbr.EntrySector;
import org.rescuekey.units.SectorSize;

/** The text form of a GPT; the grammar is in {@link PartitionTables#parseText}. */
final class GptText {
    private static final Pattern ENTRY =
            Pattern.compile("(\\d{1,9}) first=(\\d{1,19}) last=(\\d{1,19}) type=(\\S{36}) id=(\\S{36})"
                    + " attributes=([0-9a-f]{16}) name=\"(.{0,216})\"");
    private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-f]{4})");

    private GptText() {}

    static String print(GptTable table) {
        StringBuilder text = new StringBuilder();
        TableText.printSize(text, table);
        GptLayout layout = table.layout();
        text.append("array-lba ").append(layout.arrayLba()).append('\n');
        text.append("entries ").append(layout.shape().entryCount()).append('\n');
        text.append("entry-bytes ").append(layout.shape().entryBytes()).append('\n');
        text.append("first-usable ").append(layout.firstUsableLba()).append('\n');
        text.append("last-usable ").append(layout.lastUsableLba()).append('\n');
        text.append("backup-lba ").append(layout.backupLba()).append('\n');
        for (GptEntry entry : table.entries()) {
            text.append(String.format(
                    Locale.ROOT,
                    "partition %d first=%d last=%d type=%s id=%s attributes=%016x name=\"%s\"\n",
                    entry.number(),
                    entry.firstLba(),
                    entry.lastLba(),
                    Guids.text(entry.typeGuid()),
                    Guids.text(entry.uniqueGuid()),
                    entry.attributes(),
                    escaped(entry.name())));
        }
        TableText.printSector(text, 0, table.protectiveMbr());
        return text.toString();
    }

    static GptTable parse(TextLines lines) throws MalformedDataException {
        SectorSize sectorSize = TableText.parseSectorSize(lines);
        long diskBytes = TableText.parseDiskBytes(lines, sectorSize);
        UUID diskGuid = guid(lines, lines.value("disk-id"));
        long arrayLba = lines.number("array-lba");
        long entryCount = lines.number("entries");
        long entryBytes = lines.number("entry-bytes");
        GptShape shape = GptShape.parse(saturated(entryCount), saturated(entryBytes), lines.offset());
        GptLayout layout = new GptLayout(
                arrayLba, shape, lines.number("first-usable"), lines.number("last-usable"), lines.number("backup-lba"));
        List<GptEntry> entries = new ArrayList<>();
        while (lines.next("partition") && entries.size() < GptShape.ENTRIES_MAX) {
            entries.add(entry(lines));
        }
        Map<Long, EntrySector> sectors = TableText.parseSectors(lines, sectorSize, 1);
        EntrySector first = sectors.getOrDefault(0L, EntrySector.of(new byte[sectorSize.bytes()]));
        return GptTable.of(sectorSize, diskBytes, first, diskGuid, layout, entries);
    }

    private static GptEntry entry(TextLines lines) throws MalformedDataException {
        String value = lines.value("partition");
        Matcher matcher = ENTRY.matcher(value);
        if (!matcher.matches()) {
            throw lines.malformed("a GPT partition", TextLines.abbreviated(value));
        }
        UUID type = guid(lines, matcher.group(4));
        String name = unescaped(matcher.group(7));
        int number = Integer.parseInt(matcher.group(1));
        if (type.equals(Guids.NIL) || number < 1 || name.length() > GptEntry.NAME_UNITS_MAX || name.indexOf(0) >= 0) {
            throw lines.malformed("a used GPT entry", TextLines.abbreviated(value));
        }
        return new GptEntry(
                number,
                type,
                guid(lines, matcher.group(5)),
                lines.parseNumber(matcher.group(2)),
                lines.parseNumber(matcher.group(3)),
                HexFormat.fromHexDigitsToLong(matcher.group(6)),
                name);
    }

    private static UUID guid(TextLines lines, String text) throws MalformedDataException {
        return Guids.parse(text).orElseThrow(() -> lines.malformed("a GUID", TextLines.abbreviated(text)));
    }

    private static int saturated(long value) {
        return (int) Math.min(value, Integer.MAX_VALUE);
    }

    private static String escaped(String name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char character = name.charAt(i);
            boolean isPlain = character >= ' ' && character < 0x7F && character != '"' && character != '\\';
            if (isPlain) {
                text.append(character);
            } else {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) character));
            }
        }
        return text.toString();
    }

    private static String unescaped(String text) {
        return ESCAPE.matcher(text)
                .replaceAll(match ->
                        Matcher.quoteReplacement(Character.toString((char) HexFormat.fromHexDigits(match.group(1)))));
    }
}
