package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.RescueException;

/**
 * The mark of Windows' shadow copies, which restore points and previous versions of files are made of. They keep what was changed
 * since in a file of their own, but what was deleted since they read in place, where the bitmap calls it free.
 *
 * <p>Layout by libvshadow's documentation of the format: a header at 7,680 with an identifier, a version, the kind of record, and at 48
 * the place of the catalogue, 0 if there is none.
 */
final class ShadowCopies {
    private static final long HEADER_OFFSET = 0x1E00;
    private static final int HEADER_BYTES = 128;
    private static final UUID IDENTIFIER = UUID.fromString("3808876b-c176-4e48-b7ae-04046e6cc752");
    private static final int HEADER_RECORD = 1;

    private ShadowCopies() {}

    /** Tells whether the volume has any. */
    static boolean areOn(BlockDevice volume) throws RescueException {
        if (volume.sizeBytes() < HEADER_OFFSET + HEADER_BYTES) {
            return false;
        }
        ByteBuffer header = Reads.at(volume, HEADER_OFFSET, HEADER_BYTES, "header of shadow copies");
        return identifier(header).equals(IDENTIFIER) && header.getInt(20) == HEADER_RECORD && header.getLong(48) != 0;
    }

    /** A GUID: its first three fields are little-endian. */
    private static UUID identifier(ByteBuffer header) {
        long high = ((header.getInt(0) & 0xFFFF_FFFFL) << 32)
                | ((header.getShort(4) & 0xFFFFL) << 16)
                | (header.getShort(6) & 0xFFFFL);
        return new UUID(high, Long.reverseBytes(header.getLong(8)));
    }
}
