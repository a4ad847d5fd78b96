package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.filesystem.ntfs.RunList.Run;

/**
 * One record of the $MFT with its attributes, decoded and checked.
 *
 * @param number the record's number
 * @param sequence how often the record was used anew; a reference to a file names it too
 * @param inUse whether it describes a file now
 * @param baseReference names the record that this one extends; 0 if it stands for itself
 * @param fixupsOffset where in it the bytes stand that belong to the ends of its sectors
 * @param attributes in the order in which they stand in it
 */
record FileRecord(
        long number, int sequence, boolean inUse, long baseReference, int fixupsOffset, List<Attribute> attributes) {
    static final long NUMBER_MASK = 0xFFFF_FFFF_FFFFL;

    /** The largest size of a record, and so of what stands in one. */
    static final int MAX_RECORD_BYTES = 65_536;

    private static final int IN_USE = 0x1;
    private static final int END_OF_ATTRIBUTES = -1;

    /**
     * One attribute, or the part of one that stands in this record.
     *
     * @param type the kind, such as 0x80 for content
     * @param name empty for the main content
     * @param flags not 0 if compressed, encrypted or sparse
     * @param value the content of a resident attribute; empty otherwise
     * @param valueOffset where in its record a resident value starts; 0 otherwise
     * @param resident whether the content stands in the record itself
     * @param firstVcn the first cluster of the attribute that this part maps
     * @param sizeBytes the size of the whole content; meaningful where firstVcn is 0
     * @param initialisedBytes behind these the content reads as zero; meaningful where firstVcn is 0
     * @param runs the clusters, of an attribute that is not resident
     */
    record Attribute(
            int type,
            String name,
            int flags,
            ByteBuffer value,
            int valueOffset,
            boolean resident,
            long firstVcn,
            long sizeBytes,
            long initialisedBytes,
            List<Run> runs) {
        static final int STANDARD_INFORMATION = 0x10;
        static final int ATTRIBUTE_LIST = 0x20;
        static final int FILE_NAME = 0x30;
        static final int SECURITY_DESCRIPTOR = 0x50;
        static final int VOLUME_NAME = 0x60;
        static final int VOLUME_INFORMATION = 0x70;
        static final int DATA = 0x80;
        static final int INDEX_ROOT = 0x90;
        static final int INDEX_ALLOCATION = 0xA0;
        static final int BITMAP = 0xB0;
        static final int REPARSE_POINT = 0xC0;
        static final int EXTENDED_ATTRIBUTES = 0xE0;
        static final int LOGGED_UTILITY_STREAM = 0x100;

        private static final int COMPRESSED = 0x00FF;
        private static final int ENCRYPTED = 0x4000;

        boolean is(int wantedType, String wantedName) {
            return type == wantedType && name.equals(wantedName);
        }

        boolean isEncrypted() {
            return (flags & ENCRYPTED) != 0;
        }

        /**
         * Tells whether the bytes stand there as they are. The index of a directory always does: its flags say what
         * becomes of new files in it.
         */
        boolean isPlain() {
            return type != DATA || (flags & (COMPRESSED | ENCRYPTED)) == 0;
        }
    }

    /**
     * Decodes a record whose fixups were not yet undone; the buffer's bytes are changed.
     *
     * @param offsetBytes where it stands on the volume, for messages
     */
    static FileRecord parse(ByteBuffer record, long number, long clusterCount, long offsetBytes)
            throws MalformedDataException {
        Fixups.undo(record, Fixups.FILE_MAGIC, "NTFS record " + number, offsetBytes);
        List<Attribute> attributes = new ArrayList<>();
        int position = record.getShort(0x14) & 0xFFFF;
        while (true) {
            check(position >= 0x2A && position % 8 == 0 && position + 8 <= record.limit(), offsetBytes, position);
            int type = record.getInt(position);
            if (type == END_OF_ATTRIBUTES) {
                break;
            }
            int length = record.getInt(position + 4);
            check(length >= 0x18 && length <= record.limit() - position, offsetBytes, position);
            ByteBuffer bytes = record.slice(position, length).order(ByteOrder.LITTLE_ENDIAN);
            attributes.add(attribute(bytes, position, clusterCount, offsetBytes + position));
            position += length;
        }
        return new FileRecord(
                number,
                record.getShort(0x10) & 0xFFFF,
                (record.getShort(0x16) & IN_USE) != 0,
                record.getLong(0x20),
                (record.getShort(4) & 0xFFFF) + Short.BYTES,
                List.copyOf(attributes));
    }

    private static Attribute attribute(ByteBuffer bytes, int position, long clusterCount, long offsetBytes)
            throws MalformedDataException {
        int length = bytes.limit();
        int nameBytes = 2 * (bytes.get(9) & 0xFF);
        int nameOffset = bytes.getShort(0xA) & 0xFFFF;
        check(nameBytes == 0 || nameOffset + nameBytes <= length, offsetBytes, nameOffset);
        byte[] name = new byte[nameBytes];
        if (nameBytes > 0) {
            bytes.get(nameOffset, name);
        }
        String nameText = new String(name, StandardCharsets.UTF_16LE);
        int type = bytes.getInt(0);
        int flags = bytes.getShort(0xC) & 0xFFFF;
        if (bytes.get(8) == 0) {
            long valueBytes = bytes.getInt(0x10) & 0xFFFF_FFFFL;
            int valueOffset = bytes.getShort(0x14) & 0xFFFF;
            check(valueOffset + valueBytes <= length, offsetBytes, valueOffset);
            ByteBuffer value = bytes.slice(valueOffset, (int) valueBytes).order(ByteOrder.LITTLE_ENDIAN);
            return new Attribute(
                    type, nameText, flags, value, position + valueOffset, true, 0, valueBytes, valueBytes, List.of());
        }
        check(length >= 0x40, offsetBytes, length);
        long firstVcn = bytes.getLong(0x10);
        long lastVcn = bytes.getLong(0x18);
        int runsOffset = bytes.getShort(0x20) & 0xFFFF;
        check(firstVcn >= 0 && lastVcn >= firstVcn - 1 && lastVcn < Long.MAX_VALUE, offsetBytes, 0x18);
        check(runsOffset >= 0x40 && runsOffset <= length, offsetBytes, runsOffset);
        ByteBuffer packed = bytes.slice(runsOffset, length - runsOffset);
        List<Run> runs = RunList.decode(packed, firstVcn, clusterCount, offsetBytes + runsOffset);
        long mapped = runs.isEmpty() ? firstVcn : runs.getLast().endVcn();
        check(mapped == lastVcn + 1, offsetBytes, 0x18);
        long sizeBytes = bytes.getLong(0x30);
        long initialisedBytes = bytes.getLong(0x38);
        check(sizeBytes >= 0 && initialisedBytes >= 0, offsetBytes, 0x30);
        ByteBuffer none = ByteBuffer.allocate(0);
        return new Attribute(type, nameText, flags, none, 0, false, firstVcn, sizeBytes, initialisedBytes, runs);
    }

    /** Tells whether a record whose fixups were not yet undone describes something now. */
    static boolean isInUse(ByteBuffer record) {
        return (record.getShort(0x16) & IN_USE) != 0;
    }

    /** Tells whether it holds attributes of another record's file. A reference to record 0 is not 0 as a whole. */
    boolean isExtension() {
        return baseReference != 0;
    }

    /** The number of the record that stands for the file. */
    long baseRecord() {
        return isExtension() ? baseReference & NUMBER_MASK : number;
    }

    private static void check(boolean valid, long offsetBytes, int at) throws MalformedDataException {
        if (!valid) {
            throw new MalformedDataException("NTFS record", offsetBytes, "an attribute", "a bad field or end at " + at);
        }
    }
}
