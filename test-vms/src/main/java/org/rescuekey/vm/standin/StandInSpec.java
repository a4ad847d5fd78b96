package org.rescuekey.vm.standin;

/**
 * What stand-in PC to build. The same values give the same files and identities.
 *
 * @param name what the restored system calls itself on the console; ASCII without blanks
 * @param style the partition table and with it the firmware
 * @param diskBytes size of the disk; at least 1 GiB
 * @param seed what identities and contents are generated from
 * @param fileCount how many small files the C: volume gets, beside the large ones
 */
public record StandInSpec(String name, Style style, long diskBytes, long seed, int fileCount) {
    /** How the PC boots: by UEFI from a GPT, or by BIOS from an MBR. */
    public enum Style {
        UEFI_GPT,
        BIOS_MBR
    }

    private static final long GIB = 1L << 30;

    public StandInSpec {
        if (!name.matches("[A-Za-z0-9-]{1,32}")) {
            throw new IllegalArgumentException("not a name for a stand-in: " + name);
        }
        if (diskBytes < GIB || diskBytes % (1 << 20) != 0) {
            throw new IllegalArgumentException("a stand-in's disk has at least 1 GiB, in MiB: " + diskBytes);
        }
    }

    /** The stand-in of the demonstration and of most scenarios: 3 GiB, some 3000 small files. */
    public static StandInSpec of(String name, Style style) {
        return new StandInSpec(name, style, 3 * GIB, 20261122L, 3000);
    }

    public StandInSpec withDiskBytes(long bytes) {
        return new StandInSpec(name, style, bytes, seed, fileCount);
    }

    public StandInSpec withFileCount(int count) {
        return new StandInSpec(name, style, diskBytes, seed, count);
    }
}
