package org.rescuekey.filesystem.btrfs;

import org.jspecify.annotations.Nullable;

/** How the content of a chunk is spread over devices. */
enum Profile {
    SINGLE(0, 1, true),
    RAID0(1L << 3, 0, false),
    RAID1(1L << 4, 2, true),
    DUP(1L << 5, 2, true),
    RAID10(1L << 6, 0, false),
    RAID5(1L << 7, 0, false),
    RAID6(1L << 8, 0, false),
    RAID1C3(1L << 9, 3, true),
    RAID1C4(1L << 10, 4, true);

    private final long bit;
    private final int copyCount;
    private final boolean copies;

    Profile(long bit, int copyCount, boolean copies) {
        this.bit = bit;
        this.copyCount = copyCount;
        this.copies = copies;
    }

    /** The profile of a chunk's type without its kinds of content; null if there is none such. */
    static @Nullable Profile of(long bits) {
        for (Profile profile : values()) {
            if (profile.bit == bits) {
                return profile;
            }
        }
        return null;
    }

    /** Tells whether every stripe holds all of a chunk. */
    boolean isCopies() {
        return copies;
    }

    boolean fits(int stripes, int subStripes) {
        return switch (this) {
            case SINGLE, RAID1, DUP, RAID1C3, RAID1C4 -> stripes == copyCount;
            case RAID0 -> stripes >= 1;
            case RAID10 -> subStripes == 2 && stripes >= 2 && stripes % 2 == 0;
            case RAID5 -> stripes >= 2;
            case RAID6 -> stripes >= 3;
        };
    }

    /** Over how many stripes the content is divided. */
    int dataStripes(int stripes, int subStripes) {
        return switch (this) {
            case SINGLE, RAID1, DUP, RAID1C3, RAID1C4 -> 1;
            case RAID0 -> stripes;
            case RAID10 -> stripes / subStripes;
            case RAID5 -> stripes - 1;
            case RAID6 -> stripes - 2;
        };
    }
}
