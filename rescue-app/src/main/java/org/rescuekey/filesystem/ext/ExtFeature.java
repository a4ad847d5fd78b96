package org.rescuekey.filesystem.ext;

/** The feature bits of an ext superblock that matter to a used map. */
final class ExtFeature {
    static final int COMPAT_HAS_JOURNAL = 0x4;
    static final int COMPAT_SPARSE_SUPER2 = 0x200;

    static final int INCOMPAT_RECOVER = 0x4;
    static final int INCOMPAT_JOURNAL_DEVICE = 0x8;
    static final int INCOMPAT_META_BG = 0x10;
    static final int INCOMPAT_64BIT = 0x80;
    static final int INCOMPAT_MMP = 0x100;
    static final int INCOMPAT_FLEX_BG = 0x200;
    static final int INCOMPAT_CSUM_SEED = 0x2000;

    /**
     * Features that make older readers stop but leave the meaning of the allocation bitmaps alone: file types in
     * directories, recovery, meta_bg, extents, 64bit, multiple mount protection, flex_bg, large attributes, data in
     * directories, checksum seed, large directories, inline data, encryption, case folding.
     */
    static final int INCOMPAT_UNDERSTOOD = 0x2 | 0x4 | 0x8 | 0x10 | 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x1000
            | 0x2000 | 0x4000 | 0x8000 | 0x10000 | 0x20000;

    static final int RO_COMPAT_SPARSE_SUPER = 0x1;
    static final int RO_COMPAT_GDT_CSUM = 0x10;
    static final int RO_COMPAT_BIGALLOC = 0x200;
    static final int RO_COMPAT_METADATA_CSUM = 0x400;

    /**
     * The same for features that older readers may ignore: sparse superblocks, large files, hash trees, huge files,
     * descriptor checksums, many links, large inodes, quota, bigalloc, metadata checksums, read-only, project quota,
     * verity, orphan file. Snapshots, replicas and shared blocks are not among them.
     */
    static final int RO_COMPAT_UNDERSTOOD =
            0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | 0x100 | 0x200 | 0x400 | 0x1000 | 0x2000 | 0x8000 | 0x10000;

    /** What ext2 and ext3 know; anything else makes it ext4. */
    static final int INCOMPAT_OF_EXT3 = 0x2 | 0x4 | 0x10;

    static final int RO_COMPAT_OF_EXT3 = 0x1 | 0x2 | 0x4;

    private ExtFeature() {}
}
