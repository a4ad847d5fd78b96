package org.rescuekey.windows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.rescuekey.partition.gpt.Guids;

/**
 * ReAgent.xml, in which Windows records where its recovery environment lies: elements such as WinreLocation with the
 * disk's GUID, or its MBR signature in decimal ("id"), and the partition's offset in bytes in decimal. Pure.
 *
 * <p>An edit keeps the file's length: a shorter number gives its place to blanks behind the attributes, a longer one
 * takes from the blanks around the element. Where there are too few, nothing is edited and a note says so; Windows
 * boots all the same, and sets the file right when its recovery environment is switched on anew.
 */
public final class ReAgent {
    /** A real file has one or two KiB. */
    public static final int LIMIT_BYTES = 1 << 20;

    private static final String REMEDY = "; run \"reagentc /disable\" and \"reagentc /enable\" in that Windows";

    private ReAgent() {}

    /** The edits that let this file follow these partitions. */
    public static FileEdits follow(byte[] file, IdentityChanges changes) {
        if (file.length > LIMIT_BYTES || (file.length > 1 && (file[0] & 0xFE) == 0xFE && (file[1] & 0xFE) == 0xFE)) {
            return new FileEdits(List.of(), List.of("ReAgent.xml is not in a form that is edited" + REMEDY));
        }
        // One char for each byte, whatever they mean, so that offsets in text are offsets in the file.
        String text = new String(file, StandardCharsets.ISO_8859_1);
        List<ByteEdit> edits = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (XmlElement element : XmlElement.all(text)) {
            follow(text, element, changes, edits, notes);
        }
        return new FileEdits(edits, notes);
    }

    private static void follow(
            String text, XmlElement element, IdentityChanges changes, List<ByteEdit> edits, List<String> notes) {
        OptionalLong offset = element.number("offset");
        if (offset.isEmpty() || !element.text().endsWith(">")) {
            return;
        }
        String place = "ReAgent.xml, " + Texts.printable(element.name());
        boolean isDiskKnown = false;
        for (IdentityChange change : changes.all()) {
            if (!isOnDisk(element, change.before())) {
                continue;
            }
            isDiskKnown = true;
            if (change.before().offsetBytes() == offset.getAsLong()) {
                edit(text, element, change, place, edits, notes);
                return;
            }
        }
        if (isDiskKnown) {
            notes.add(place + ": no partition begins at byte " + offset.getAsLong() + ", left alone" + REMEDY);
        }
    }

    private static boolean isOnDisk(XmlElement element, PartitionIdentity identity) {
        return switch (identity) {
            case PartitionIdentity.Gpt gpt ->
                guid(element).filter(gpt.diskGuid()::equals).isPresent();
            case PartitionIdentity.Mbr mbr -> {
                OptionalLong id = element.number("id");
                yield id.isPresent() && id.getAsLong() == Integer.toUnsignedLong(mbr.signature());
            }
        };
    }

    private static Optional<UUID> guid(XmlElement element) {
        String text = element.attribute("guid").map(XmlElement.Attribute::value).orElse("");
        return text.length() == 38 && text.startsWith("{") && text.endsWith("}")
                ? Guids.parse(text.substring(1, 37).toUpperCase(Locale.ROOT))
                : Optional.empty();
    }

    private static void edit(
            String text,
            XmlElement element,
            IdentityChange change,
            String place,
            List<ByteEdit> edits,
            List<String> notes) {
        PartitionIdentity after = change.after();
        String changed =
                switch (after) {
                    case PartitionIdentity.Gpt gpt -> element.with("guid", "{" + gpt.diskGuid() + "}");
                    case PartitionIdentity.Mbr mbr ->
                        element.with("id", Long.toString(Integer.toUnsignedLong(mbr.signature())));
                };
        changed = XmlElement.at(changed, 0).with("offset", Long.toString(after.offsetBytes()));
        if (changed.equals(element.text())) {
            return;
        }
        String words = place + ": " + words(change.before()) + " -> " + words(after);
        int longer = changed.length() - element.text().length();
        if (longer < 0) {
            int tail = changed.length() - (changed.endsWith("/>") ? 2 : 1);
            changed = changed.substring(0, tail) + " ".repeat(-longer) + changed.substring(tail);
        }
        long used = edits.isEmpty() ? 0 : edits.getLast().endBytes();
        int begin = Math.max(element.begin() - Math.max(longer, 0), Math.max(element.blanksBegin(), (int) used));
        int end = element.end() + Math.max(longer, 0) - (element.begin() - begin);
        if (end > element.blanksEnd()) {
            notes.add(words + ": does not fit in its place, left alone" + REMEDY);
            return;
        }
        byte[] before = text.substring(begin, end).getBytes(StandardCharsets.ISO_8859_1);
        edits.add(new ByteEdit(begin, before, changed.getBytes(StandardCharsets.ISO_8859_1), words));
    }

    private static String words(PartitionIdentity identity) {
        return switch (identity) {
                    case PartitionIdentity.Gpt gpt -> "disk " + Guids.text(gpt.diskGuid());
                    case PartitionIdentity.Mbr mbr -> "disk " + PartitionIdentity.Mbr.signatureText(mbr.signature());
                }
                + ", byte " + identity.offsetBytes() + " (start sector " + identity.startSectors() + ")";
    }
}
