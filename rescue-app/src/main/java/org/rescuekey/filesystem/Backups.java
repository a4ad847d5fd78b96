package org.rescuekey.filesystem;

import java.nio.ByteBuffer;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ext.ExtVolume;
import org.rescuekey.filesystem.fat.FatVolume;

/**
 * Looks, where no file system was recognised, for the copy that many keep of their first structures: it tells the user
 * what was there. The copy is not relied on, since what it belongs to is known to be damaged.
 */
final class Backups {
    private static final int BOOT_SECTOR_BYTES = 512;
    private static final int SUPERBLOCK_BYTES = 1024;
    private static final int EXFAT_BACKUP_SECTOR = 12;
    private static final int FAT_BACKUP_SECTOR = 6;
    private static final int FAT_BACKUP_FIELD = 50;
    private static final int MAX_SECTOR_BYTES = 4096;
    private static final int MAX_BLOCK_BYTES = 65_536;

    private Backups() {}

    /** What was found, as the end of a sentence, or as nothing. */
    static String find(BlockDevice volume) throws RescueException {
        try {
            for (int sector = BOOT_SECTOR_BYTES; sector <= MAX_SECTOR_BYTES; sector *= 2) {
                long exfat = EXFAT_BACKUP_SECTOR * (long) sector;
                if (has(volume, exfat, BOOT_SECTOR_BYTES) && isExfat(boot(volume, exfat))) {
                    return words("boot region", FileSystemType.EXFAT, exfat);
                }
                long fat = FAT_BACKUP_SECTOR * (long) sector;
                if (has(volume, fat, BOOT_SECTOR_BYTES) && isFat(boot(volume, fat), sector)) {
                    return words("boot sector", FileSystemType.FAT32, fat);
                }
            }
            for (int block = SUPERBLOCK_BYTES; block <= MAX_BLOCK_BYTES; block *= 2) {
                // The blocks of a group are as many as a block has bits; with the smallest blocks they count from 1.
                long copy = (Math.min(8L * block, 65_528) + (block == SUPERBLOCK_BYTES ? 1 : 0)) * block;
                if (has(volume, copy, SUPERBLOCK_BYTES)
                        && ExtVolume.isCopy(Reads.at(volume, copy, SUPERBLOCK_BYTES, "ext superblock"), copy)) {
                    return words("superblock", FileSystemType.EXT4, copy);
                }
            }
        } catch (DeviceException e) {
            // A place that cannot be read tells nothing; the volume is taken whole in any case.
            return "";
        }
        return "";
    }

    private static String words(String what, FileSystemType type, long offsetBytes) {
        return " A copy of the " + what + " of " + type.label() + " stands at byte " + offsetBytes
                + "; the first is damaged.";
    }

    private static boolean has(BlockDevice volume, long offsetBytes, int lengthBytes) {
        return offsetBytes <= volume.sizeBytes() - lengthBytes;
    }

    private static ByteBuffer boot(BlockDevice volume, long offsetBytes) throws RescueException {
        return Reads.at(volume, offsetBytes, BOOT_SECTOR_BYTES, "copy of a boot sector");
    }

    private static boolean isExfat(ByteBuffer boot) {
        return boot.getLong(3) == 0x2020_2054_4146_5845L;
    }

    private static boolean isFat(ByteBuffer boot, int sectorBytes) {
        return FatVolume.isOne(boot)
                && boot.getShort(11) == sectorBytes
                && boot.getShort(FAT_BACKUP_FIELD) == FAT_BACKUP_SECTOR;
    }
}
