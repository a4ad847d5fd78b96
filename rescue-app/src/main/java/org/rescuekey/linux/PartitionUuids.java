package org.rescuekey.linux;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.rescuekey.windows.ByteEdit;
import org.rescuekey.windows.FileEdits;
import org.rescuekey.windows.PartitionIdentity;

/**
 * PARTUUIDs in text files such as fstab, the configuration of GRUB and of systemd-boot: a GPT partition's GUID, or on an MBR
 * disk its signature in eight hexadecimal digits, a hyphen, and the partition's number in two (Linux, block/partitions). All
 * of them stay as long as they are, so they are exchanged in place. Pure.
 */
public final class PartitionUuids {
    /** What is longer is no file that a person or a boot loader's set-up wrote. */
    public static final int LIMIT_BYTES = 4 << 20;

    private PartitionUuids() {}

    /**
     * A partition under its old and its new identity.
     *
     * @param number its number, the same in both tables
     */
    public record Renamed(int number, PartitionIdentity before, PartitionIdentity after) {}

    /**
     * The edits that let a text follow.
     *
     * @param what the file's path, for the words
     */
    public static FileEdits follow(byte[] file, String what, List<Renamed> partitions) {
        // One char for each byte, so that offsets in text are offsets in the file.
        String text = new String(file, StandardCharsets.ISO_8859_1);
        String lower = text.toLowerCase(Locale.ROOT);
        TreeMap<Integer, ByteEdit> edits = new TreeMap<>();
        for (Renamed partition : partitions) {
            String before = name(partition.number(), partition.before());
            String after = name(partition.number(), partition.after());
            if (before.equals(after)) {
                continue;
            }
            for (int at = lower.indexOf(before); at >= 0; at = lower.indexOf(before, at + before.length())) {
                if (standsAlone(lower, at, before.length())) {
                    String found = text.substring(at, at + before.length());
                    String put = found.equals(before) ? after : after.toUpperCase(Locale.ROOT);
                    edits.put(at, edit(at, found, put, what));
                }
            }
        }
        return new FileEdits(new ArrayList<>(edits.values()), List.of());
    }

    private static ByteEdit edit(int at, String found, String put, String what) {
        return new ByteEdit(
                at,
                found.getBytes(StandardCharsets.ISO_8859_1),
                put.getBytes(StandardCharsets.ISO_8859_1),
                what + ": partition " + found + " -> " + put);
    }

    private static String name(int number, PartitionIdentity identity) {
        return switch (identity) {
            case PartitionIdentity.Gpt gpt -> gpt.partitionGuid().toString();
            case PartitionIdentity.Mbr mbr -> String.format(Locale.ROOT, "%08x-%02x", mbr.signature(), number);
        };
    }

    /** A longer run of digits that only holds it is something else. */
    private static boolean standsAlone(String lower, int at, int length) {
        return !isPart(lower, at - 1) && !isPart(lower, at + length);
    }

    private static boolean isPart(String lower, int at) {
        if (at < 0 || at >= lower.length()) {
            return false;
        }
        char c = lower.charAt(at);
        return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
}
