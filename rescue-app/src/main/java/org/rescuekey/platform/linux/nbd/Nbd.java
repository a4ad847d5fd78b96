package org.rescuekey.platform.linux.nbd;

/** Numbers of the NBD protocol under the names that its specification gives them, and the limits that we set. */
final class Nbd {
    static final long NBDMAGIC = 0x4e42_444d_4147_4943L;
    static final long IHAVEOPT = 0x4948_4156_454f_5054L;
    static final long REPLY_MAGIC = 0x0003_e889_0455_65a9L;
    static final int REQUEST_MAGIC = 0x2560_9513;
    static final int SIMPLE_REPLY_MAGIC = 0x6744_6698;

    // Handshake flags, of both sides alike
    static final int FLAG_FIXED_NEWSTYLE = 1;
    static final int FLAG_NO_ZEROES = 2;

    // Options
    static final int OPT_EXPORT_NAME = 1;
    static final int OPT_ABORT = 2;
    static final int OPT_LIST = 3;
    static final int OPT_INFO = 6;
    static final int OPT_GO = 7;

    // Replies to options
    static final int REP_ACK = 1;
    static final int REP_SERVER = 2;
    static final int REP_INFO = 3;
    static final int REP_ERR_UNSUP = 0x8000_0001;
    static final int REP_ERR_INVALID = 0x8000_0003;
    static final int REP_ERR_UNKNOWN = 0x8000_0006;

    static final int INFO_EXPORT = 0;
    static final int INFO_BLOCK_SIZE = 3;

    // Transmission flags
    static final int HAS_FLAGS = 1;
    static final int READ_ONLY = 1 << 1;
    static final int SEND_FLUSH = 1 << 2;
    static final int SEND_FUA = 1 << 3;
    static final int SEND_TRIM = 1 << 5;
    static final int SEND_WRITE_ZEROES = 1 << 6;
    static final int CAN_MULTI_CONN = 1 << 8;

    // Commands
    static final int CMD_READ = 0;
    static final int CMD_WRITE = 1;
    static final int CMD_DISC = 2;
    static final int CMD_FLUSH = 3;
    static final int CMD_TRIM = 4;
    static final int CMD_WRITE_ZEROES = 6;

    // Flags of commands
    static final int CMD_FLAG_FUA = 1;
    static final int CMD_FLAG_NO_HOLE = 1 << 1;

    // Errors
    static final int EPERM = 1;
    static final int EIO = 5;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int EOVERFLOW = 75;

    /** No option has more data: a name of the most that the protocol allows, and a few requests for information. */
    static final int OPTION_LIMIT_BYTES = 8 << 10;

    /** Who has not decided after so many options never will. */
    static final int OPTIONS_LIMIT = 100;

    /** No request reads or writes more at once; clients are told. */
    static final int PAYLOAD_LIMIT_BYTES = 2 << 20;

    /** What clients best use as a unit. */
    static final int PREFERRED_BYTES = 4096;

    private Nbd() {}
}
