package org.rescuekey.platform.linux.nbd;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * What a client asks for once it has chosen the export.
 *
 * @param flags the command's flags
 * @param command its number
 * @param cookie what the reply must carry
 * @param offsetBytes where, unsigned: who uses it checks it
 * @param lengthBytes how much, of 32 bits without a sign
 */
record Request(int flags, int command, long cookie, long offsetBytes, long lengthBytes) {
    static final int BYTES = 28;

    /** @throws ProtocolException where it is no request: what follows on the connection cannot be understood then */
    static Request decode(ByteBuffer bytes) throws IOException {
        int magic = bytes.getInt();
        if (magic != Nbd.REQUEST_MAGIC) {
            throw new ProtocolException("no request begins with " + Integer.toHexString(magic));
        }
        return new Request(
                Short.toUnsignedInt(bytes.getShort()),
                Short.toUnsignedInt(bytes.getShort()),
                bytes.getLong(),
                bytes.getLong(),
                Integer.toUnsignedLong(bytes.getInt()));
    }

    /** Tells whether it lies inside so many bytes. */
    boolean isInside(long sizeBytes) {
        return offsetBytes >= 0 && offsetBytes <= sizeBytes - lengthBytes;
    }

    /** Puts the answer to it into a buffer. */
    ByteBuffer reply(int error, ByteBuffer into) {
        return into.clear()
                .putInt(Nbd.SIMPLE_REPLY_MAGIC)
                .putInt(error)
                .putLong(cookie)
                .flip();
    }

    /** The length of an answer without data. */
    static final int REPLY_BYTES = 16;
}
