package org.rescuekey.filesystem.exfat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/**
 * What the root directory says of the volume: where its allocation bitmap and its up-case table are, its label, and
 * whether there is something in it that changes the meaning of the rest.
 *
 * @param label the volume's label; empty if none
 * @param bitmaps how many allocation bitmaps there are
 * @param bitmapCluster the first cluster of the first
 * @param bitmapBytes its length
 * @param upcaseCluster the first cluster of the up-case table; 0 if there is none
 * @param upcaseBytes its length
 * @param unknownEntry the type of an entry that must be understood and is not; 0 if there is none
 */
record ExfatRoot(
        String label,
        int bitmaps,
        long bitmapCluster,
        long bitmapBytes,
        long upcaseCluster,
        long upcaseBytes,
        int unknownEntry) {
    /** No directory is larger. */
    static final long MAX_BYTES = 256L << 20;

    private static final int ENTRY_BYTES = 32;
    private static final int PIECE_BYTES = 1 << 20;
    private static final int FIRST_PIECE_BYTES = 4096;

    private static final int IN_USE = 0x80;
    private static final int SECONDARY = 0x40;
    private static final int BENIGN = 0x20;
    private static final int BITMAP = 0x81;
    private static final int UPCASE = 0x82;
    private static final int LABEL = 0x83;
    private static final int FILE = 0x85;
    private static final int MAX_LABEL = 11;

    /** Reads the directory up to its first entry that was never used. */
    static ExfatRoot read(BlockDevice volume, ExfatBootSector boot, ClusterChain chain) throws RescueException {
        Scan scan = new Scan();
        int pieceBytes = FIRST_PIECE_BYTES;
        for (int run = 0; run < chain.runs(); run++) {
            long start = chain.offsetBytes(run, boot);
            long end = start + chain.lengthBytes(run, boot);
            for (long position = start; position < end; ) {
                long length = Math.min(pieceBytes, end - position);
                ByteBuffer piece = Reads.at(volume, position, length, "exFAT root directory");
                if (!scan.take(piece, position)) {
                    return scan.result();
                }
                position += length;
                pieceBytes = PIECE_BYTES;
            }
        }
        return scan.result();
    }

    /** Gathers from one piece after the other. */
    private static final class Scan {
        private String label = "";
        private int bitmaps;
        private long bitmapCluster;
        private long bitmapBytes;
        private long upcaseCluster;
        private long upcaseBytes;
        private int unknownEntry;

        /** Takes whole entries; false if the directory ended among them. */
        private boolean take(ByteBuffer entries, long offsetBytes) throws MalformedDataException {
            for (int start = 0; start < entries.limit(); start += ENTRY_BYTES) {
                int type = entries.get(start) & 0xFF;
                if (type == 0) {
                    return false;
                }
                if ((type & IN_USE) != 0) {
                    entry(type, entries.slice(start, ENTRY_BYTES).order(entries.order()), offsetBytes + start);
                }
            }
            return true;
        }

        private void entry(int type, ByteBuffer entry, long offsetBytes) throws MalformedDataException {
            switch (type) {
                case BITMAP -> {
                    if (bitmaps == 0) {
                        bitmapCluster = entry.getInt(20) & 0xFFFF_FFFFL;
                        bitmapBytes = entry.getLong(24);
                    }
                    // The second belongs to the second FAT, so the first has to be the first.
                    if ((entry.get(1) & 0x1) != (bitmaps & 0x1)) {
                        throw new MalformedDataException(
                                "exFAT allocation bitmap",
                                offsetBytes + 1,
                                "number " + bitmaps,
                                "number " + entry.get(1));
                    }
                    bitmaps++;
                }
                case UPCASE -> {
                    upcaseCluster = entry.getInt(20) & 0xFFFF_FFFFL;
                    upcaseBytes = entry.getLong(24);
                }
                case LABEL -> {
                    int length = Math.min(MAX_LABEL, entry.get(1) & 0xFF);
                    label = StandardCharsets.UTF_16LE
                            .decode(entry.slice(2, 2 * length))
                            .toString();
                }
                case FILE -> {
                    // What files use is in the bitmap.
                }
                default -> {
                    if ((type & (SECONDARY | BENIGN)) == 0) {
                        unknownEntry = type;
                    }
                }
            }
        }

        private ExfatRoot result() {
            return new ExfatRoot(label, bitmaps, bitmapCluster, bitmapBytes, upcaseCluster, upcaseBytes, unknownEntry);
        }
    }
}
