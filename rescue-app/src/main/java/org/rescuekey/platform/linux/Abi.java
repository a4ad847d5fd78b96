package org.rescuekey.platform.linux;

/** Numbers of the Linux system call interface on x86-64 and arm64, under the names that the manual pages give them. */
final class Abi {
    // open(2)
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_EXCL = 0x80;
    static final int O_NOCTTY = 0x100;
    static final int O_DIRECT = "aarch64".equals(System.getProperty("os.arch")) ? 0x10000 : 0x4000;
    static final int O_CLOEXEC = 0x80000;

    // errno(3), beside those that DeviceException names
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOTTY = 25;
    static final int EINVAL = 22;
    static final int ENOSYS = 38;
    static final int EOPNOTSUPP = 95;
    static final int EBADF = 9;
    static final int ENOMEDIUM = 123;
    static final int EREMOTEIO = 121;

    // linux/fs.h: what a block device answers to
    static final long BLKROSET = 0x125D;
    static final long BLKROGET = 0x125E;
    static final long BLKRRPART = 0x125F;
    static final long BLKFLSBUF = 0x1261;
    static final long BLKSSZGET = 0x1268;
    static final long BLKDISCARD = 0x1277;
    static final long BLKPBSZGET = 0x127B;
    static final long BLKZEROOUT = 0x127F;
    static final long BLKGETSIZE64 = 0x80081272L;

    // fallocate(2)
    static final int FALLOC_FL_KEEP_SIZE = 1;
    static final int FALLOC_FL_PUNCH_HOLE = 2;

    // poll(2)
    static final int POLLIN = 0x1;
    static final int POLLERR = 0x8;
    static final int POLLHUP = 0x10;

    // posix_fadvise(2)
    static final int POSIX_FADV_DONTNEED = 4;

    // fcntl(2): locks that belong to the open file, not to the process
    static final int F_OFD_SETLK = 37;
    static final short F_RDLCK = 0;
    static final short F_WRLCK = 1;

    // statx(2)
    static final int AT_EMPTY_PATH = 0x1000;
    static final int STATX_BASIC_STATS = 0x7FF;
    static final int STATX_DIOALIGN = 0x2000;
    static final int S_IFMT = 0xF000;
    static final int S_IFBLK = 0x6000;
    static final int S_IFREG = 0x8000;

    // ioctl_tty(2), termios(3)
    static final long TIOCGWINSZ = 0x5413;
    static final long TIOCGDEV = 0x80045432L;
    static final int TCSADRAIN = 1;

    private Abi() {}
}
