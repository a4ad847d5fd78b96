package org.rescuekey.platform.linux.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** One connection as whole messages. Thread rule: confined to one thread, but any thread may close it. */
final class Wire implements AutoCloseable {
    private final SocketChannel channel;

    Wire(SocketChannel channel) {
        this.channel = channel;
    }

    /** So many bytes in network order. */
    ByteBuffer receive(int bytes) throws IOException {
        return fill(ByteBuffer.allocate(bytes));
    }

    /** Fills a buffer from its position to its limit, and turns it to be read from where it was. */
    ByteBuffer fill(ByteBuffer buffer) throws IOException {
        int start = buffer.position();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the other side hung up");
            }
        }
        return buffer.position(start);
    }

    /** Sends all that remains in the buffers, as one message. */
    void send(ByteBuffer... parts) throws IOException {
        ByteBuffer last = parts[parts.length - 1];
        while (last.hasRemaining() || parts[0].hasRemaining()) {
            channel.write(parts);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
