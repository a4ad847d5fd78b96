package org.rescuekey.platform.linux.nbd;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * The first part of a connection, in the fixed newstyle: the client looks at what is there and chooses. There is one
 * export, the default one, whose name is empty. Thread rule: confined to one thread.
 */
final class Handshake {
    private final Wire wire;
    private final long sizeBytes;
    private final int transmissionFlags;
    private boolean sendsZeroes;

    Handshake(Wire wire, long sizeBytes, int transmissionFlags) {
        this.wire = wire;
        this.sizeBytes = sizeBytes;
        this.transmissionFlags = transmissionFlags;
    }

    /**
     * Carries it out.
     *
     * @return whether the client goes on to read and write; else it wants nothing more
     * @throws ProtocolException if the client does not keep to the protocol, or to our limits
     */
    boolean negotiate() throws IOException {
        int ours = Nbd.FLAG_FIXED_NEWSTYLE | Nbd.FLAG_NO_ZEROES;
        wire.send(ByteBuffer.allocate(18)
                .putLong(Nbd.NBDMAGIC)
                .putLong(Nbd.IHAVEOPT)
                .putShort((short) ours)
                .flip());
        int theirs = wire.receive(Integer.BYTES).getInt();
        if ((theirs & ~ours) != 0 || (theirs & Nbd.FLAG_FIXED_NEWSTYLE) == 0) {
            throw new ProtocolException("a client with the flags " + Integer.toHexString(theirs));
        }
        sendsZeroes = (theirs & Nbd.FLAG_NO_ZEROES) == 0;
        for (int count = 0; count < Nbd.OPTIONS_LIMIT; count++) {
            ByteBuffer head = wire.receive(16);
            long magic = head.getLong();
            int option = head.getInt();
            long length = Integer.toUnsignedLong(head.getInt());
            if (magic != Nbd.IHAVEOPT || length > Nbd.OPTION_LIMIT_BYTES) {
                throw new ProtocolException("an option of " + length + " bytes");
            }
            ByteBuffer data = wire.receive((int) length);
            switch (option) {
                case Nbd.OPT_EXPORT_NAME -> {
                    exportName(data);
                    return true;
                }
                case Nbd.OPT_ABORT -> {
                    reply(option, Nbd.REP_ACK, ByteBuffer.allocate(0));
                    return false;
                }
                case Nbd.OPT_LIST -> list(data);
                case Nbd.OPT_INFO, Nbd.OPT_GO -> {
                    if (inform(option, data) && option == Nbd.OPT_GO) {
                        return true;
                    }
                }
                default -> reply(option, Nbd.REP_ERR_UNSUP, ByteBuffer.allocate(0));
            }
        }
        throw new ProtocolException("more than " + Nbd.OPTIONS_LIMIT + " options");
    }

    /** The oldest way to choose: there is no way to say no but to hang up. */
    private void exportName(ByteBuffer name) throws IOException {
        if (name.hasRemaining()) {
            throw new ProtocolException("an export that is not there was asked for");
        }
        int zeroes = sendsZeroes ? 124 : 0;
        wire.send(ByteBuffer.allocate(10 + zeroes)
                .putLong(sizeBytes)
                .putShort((short) transmissionFlags)
                .rewind());
    }

    private void list(ByteBuffer data) throws IOException {
        if (data.hasRemaining()) {
            reply(Nbd.OPT_LIST, Nbd.REP_ERR_INVALID, ByteBuffer.allocate(0));
            return;
        }
        reply(Nbd.OPT_LIST, Nbd.REP_SERVER, ByteBuffer.allocate(Integer.BYTES)); // a name of no length
        reply(Nbd.OPT_LIST, Nbd.REP_ACK, ByteBuffer.allocate(0));
    }

    /** Tells what the export is like; the client need not have asked for the size of blocks to be told. */
    private boolean inform(int option, ByteBuffer data) throws IOException {
        if (data.remaining() < 6) {
            reply(option, Nbd.REP_ERR_INVALID, ByteBuffer.allocate(0));
            return false;
        }
        long nameLength = Integer.toUnsignedLong(data.getInt());
        if (nameLength > data.remaining() - 2) {
            reply(option, Nbd.REP_ERR_INVALID, ByteBuffer.allocate(0));
            return false;
        }
        data.position(data.position() + (int) nameLength);
        int requests = Short.toUnsignedInt(data.getShort());
        if (data.remaining() != requests * Short.BYTES) {
            reply(option, Nbd.REP_ERR_INVALID, ByteBuffer.allocate(0));
            return false;
        }
        if (nameLength > 0) {
            reply(option, Nbd.REP_ERR_UNKNOWN, ByteBuffer.allocate(0));
            return false;
        }
        ByteBuffer export = ByteBuffer.allocate(12)
                .putShort((short) Nbd.INFO_EXPORT)
                .putLong(sizeBytes)
                .putShort((short) transmissionFlags)
                .flip();
        reply(option, Nbd.REP_INFO, export);
        ByteBuffer blocks = ByteBuffer.allocate(14)
                .putShort((short) Nbd.INFO_BLOCK_SIZE)
                .putInt(1)
                .putInt(Nbd.PREFERRED_BYTES)
                .putInt(Nbd.PAYLOAD_LIMIT_BYTES)
                .flip();
        reply(option, Nbd.REP_INFO, blocks);
        reply(option, Nbd.REP_ACK, ByteBuffer.allocate(0));
        return true;
    }

    private void reply(int option, int type, ByteBuffer data) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(20)
                .putLong(Nbd.REPLY_MAGIC)
                .putInt(option)
                .putInt(type)
                .putInt(data.remaining())
                .flip();
        wire.send(head, data);
    }
}
