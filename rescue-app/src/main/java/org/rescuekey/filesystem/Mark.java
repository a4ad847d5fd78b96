package org.rescuekey.filesystem;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A mark by which a kind of volume is known without more ado: certain bytes at one of certain places. Marks of less than
 * four bytes are not among them. The places are those that the tool blkid looks at, and for dynamic disks and Storage
 * Spaces those that Windows writes to.
 *
 * @param hexadecimal the bytes
 * @param offsets where they may stand, from the volume's first byte; negative ones from its end, rounded down to 512 bytes
 */
record Mark(FileSystemType type, String hexadecimal, List<Long> offsets) {
    private static final String UFS1 = "54190100";
    private static final String UFS2 = "19015419";
    private static final int UFS_MAGIC = 0x55C;
    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;

    /** What several devices make up, or what only a layer above makes sense of; file systems inside can show through. */
    static final List<Mark> OF_LAYERS = List.of(
            hex(FileSystemType.DDF_RAID, "DE11DE11", -512, -257 * 512),
            hex(FileSystemType.DDF_RAID, "11DE11DE", -512, -257 * 512),
            text(FileSystemType.INTEL_RAID, "Intel Raid ISM Cfg Sig. ", -1024, -8192),
            text(FileSystemType.LSI_RAID, "$XIDE$", -512),
            text(FileSystemType.NVIDIA_RAID, "NVIDIA", -1024),
            text(
                    FileSystemType.PROMISE_RAID,
                    "Promise Technology, Inc.",
                    sectorsFromEnd(16, 63, 255, 256, 399, 591, 675)),
            text(FileSystemType.PROMISE_RAID, "Promise Technology, Inc.", sectorsFromEnd(735, 911, 951, 974, 991)),
            hex(FileSystemType.ADAPTEC_RAID, "37FC4D1E", -512),
            hex(FileSystemType.HIGHPOINT_RAID, "F316785A", -11 * 512),
            hex(FileSystemType.HIGHPOINT_RAID, "FD16785A", -11 * 512, 9 * 512 + 32),
            hex(FileSystemType.HIGHPOINT_RAID, "F016785A", 9 * 512 + 32),
            text(FileSystemType.LDM, "PRIVHEAD", 6 * 512, -512),
            text(FileSystemType.LDM, "TOCBLOCK", 512, 1024),
            text(
                    FileSystemType.STORAGE_SPACES,
                    "SPACEDB ",
                    LongStream.range(0, 16).map(i -> i * 512).toArray()),
            hex(FileSystemType.BCACHE, "C68573F64E1A45CA8265F57F48BA6D81", 0x1018),
            hex(FileSystemType.STRATIS, "21537472613074697386FF025E417268", 512 + 4, 9 * 512 + 4),
            text(FileSystemType.VDO, "dmvdo001", 0),
            hex(FileSystemType.VMFS, "0DD001C0", MIB),
            // The second header of LUKS2, where the first is lost.
            hex(FileSystemType.LUKS, "534B554CBABE", 16 * KIB, 32 * KIB, 64 * KIB, 128 * KIB),
            text(FileSystemType.DM_INTEGRITY, "integrt\0", 0));

    static final List<Mark> OF_FILE_SYSTEMS = List.of(
            hex(FileSystemType.BCACHEFS, "C68573F666CE90A9D96A60CF803DF7EF", 0x1018),
            text(FileSystemType.APFS, "NXSB", 32),
            text(FileSystemType.HFS_PLUS, "H+\0\4", KIB),
            text(FileSystemType.HFS_PLUS, "HX\0\5", KIB),
            hex(FileSystemType.F2FS, "1020F5F2", KIB),
            text(FileSystemType.JFS, "JFS1", 32 * KIB),
            text(FileSystemType.REISERFS, "ReIsErFs", 8 * KIB + 52, 64 * KIB + 52),
            text(FileSystemType.REISERFS, "ReIsEr2Fs", 64 * KIB + 52),
            text(FileSystemType.REISERFS, "ReIsEr3Fs", 64 * KIB + 52),
            text(FileSystemType.REISERFS, "ReIsEr4", 64 * KIB),
            // Its revision, too: the mark alone is short.
            hex(FileSystemType.NILFS2, "0200000000003434", KIB),
            hex(FileSystemType.UFS, UFS1, UFS_MAGIC, 8 * KIB + UFS_MAGIC, 64 * KIB + UFS_MAGIC),
            hex(FileSystemType.UFS, UFS2, UFS_MAGIC, 8 * KIB + UFS_MAGIC, 64 * KIB + UFS_MAGIC),
            hex(FileSystemType.UFS, "00011954", UFS_MAGIC, 8 * KIB + UFS_MAGIC, 64 * KIB + UFS_MAGIC),
            hex(FileSystemType.UFS, "19540119", UFS_MAGIC, 8 * KIB + UFS_MAGIC, 64 * KIB + UFS_MAGIC),
            text(FileSystemType.OCFS2, "OCFSV2", KIB, 2 * KIB, 4 * KIB, 8 * KIB),
            hex(FileSystemType.GFS2, "0116197000000001", 64 * KIB),
            hex(FileSystemType.EROFS, "E2E1F5E0", KIB));

    private static Mark hex(FileSystemType type, String hexadecimal, long... offsets) {
        return new Mark(type, hexadecimal, Arrays.stream(offsets).boxed().toList());
    }

    private static Mark text(FileSystemType type, String ascii, long... offsets) {
        return hex(type, HexFormat.of().formatHex(ascii.getBytes(StandardCharsets.ISO_8859_1)), offsets);
    }

    private static long[] sectorsFromEnd(long... sectors) {
        return Arrays.stream(sectors).map(sector -> -512 * sector).toArray();
    }

    boolean isIn(Probe probe) {
        byte[] bytes = HexFormat.of().parseHex(hexadecimal);
        long end = probe.sizeBytes() & -512L;
        return offsets.stream()
                .mapToLong(offset -> offset < 0 ? end + offset : offset)
                .anyMatch(offset -> offset >= 0 && probe.has(offset, bytes));
    }
}
