package org.rescuekey.filesystem.fat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;

/**
 * Follows chains of clusters through the table, in windows of which some are kept. A window that cannot be read in the copy
 * that holds is read sector by sector, and each sector that fails from the other copies. For one search, by one thread.
 */
final class FatChains {
    /** Divides by the width of every kind of entry, 12 bits included. */
    private static final int WINDOW_BYTES = 3 << 14;

    private static final int KEPT_WINDOWS = 64;
    private static final int FAT32_MASK = 0x0FFF_FFFF;

    private final BlockDevice volume;
    private final FatBootSector boot;
    private final @Nullable ByteBuffer[] windows = new @Nullable ByteBuffer[KEPT_WINDOWS];
    private final long[] windowNumbers = new long[KEPT_WINDOWS];
    private final Set<Long> lost = new HashSet<>();

    FatChains(BlockDevice volume, FatBootSector boot) {
        this.volume = volume;
        this.boot = boot;
    }

    /** How many sectors of the table could be read in no copy. */
    long lostSectors() {
        return lost.size();
    }

    /** The cluster behind another one; 0 if there is none, or it is not known. */
    long next(long cluster) throws RescueException {
        int perWindow = WINDOW_BYTES * 8 / boot.width();
        long number = cluster / perWindow;
        ByteBuffer window = window(number);
        long bit = (cluster - number * perWindow) * boot.width();
        int index = (int) (bit / 8);
        int wide = boot.width() == 32 ? 4 : 2;
        if (index + wide > window.limit()) {
            return 0;
        }
        long value =
                switch (boot.width()) {
                    case 12 -> (window.getShort(index) >> (bit % 8)) & 0xFFF;
                    case 16 -> window.getShort(index) & 0xFFFF;
                    default -> window.getInt(index) & FAT32_MASK;
                };
        return boot.hasCluster(value) ? value : 0;
    }

    private ByteBuffer window(long number) throws RescueException {
        int slot = (int) (number % KEPT_WINDOWS);
        ByteBuffer window = windows[slot];
        if (window == null || windowNumbers[slot] != number) {
            long start = number * WINDOW_BYTES;
            window = read(start, (int) Math.min(WINDOW_BYTES, boot.fatBytes() - start));
            windows[slot] = window;
            windowNumbers[slot] = number;
        }
        return window;
    }

    /** A part of the table; zeros, which end a chain, for what no copy has. */
    private ByteBuffer read(long start, int length) throws RescueException {
        try {
            return Reads.at(volume, offset(boot.activeFat()) + start, length, "FAT");
        } catch (DeviceException e) {
            requireUnreadable(e);
        }
        ByteBuffer all = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < length; at += boot.sectorBytes()) {
            ByteBuffer sector = all.slice(at, Math.min(boot.sectorBytes(), length - at));
            if (!lost.contains(start + at) && !readAnyCopy(start + at, sector)) {
                lost.add(start + at);
            }
        }
        return all;
    }

    private boolean readAnyCopy(long start, ByteBuffer sector) throws RescueException {
        for (int i = 0; i < boot.fatCount(); i++) {
            int copy = (boot.activeFat() + i) % boot.fatCount();
            try {
                volume.read(offset(copy) + start, sector.clear());
                return true;
            } catch (DeviceException e) {
                requireUnreadable(e);
            }
        }
        for (int i = 0; i < sector.limit(); i++) {
            sector.put(i, (byte) 0);
        }
        return false;
    }

    private long offset(int copy) {
        return boot.fatOffsetBytes() + copy * boot.fatBytes();
    }

    private static void requireUnreadable(DeviceException e) throws DeviceException {
        if (!e.isUnreadableSector()) {
            throw e;
        }
    }
}
