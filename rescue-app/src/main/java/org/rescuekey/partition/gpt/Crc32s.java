package org.rescuekey.partition.gpt;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** The checksum of GPT headers and entry arrays. */
final class Crc32s {
    private Crc32s() {}

    /** The CRC-32 of a buffer's remaining bytes; the buffer is left as it was. */
    static int of(ByteBuffer buffer) {
        CRC32 crc = new CRC32();
        crc.update(buffer.duplicate());
        return (int) crc.getValue();
    }
}
