package org.rescuekey.plan;

import java.util.List;
import java.util.Locale;
import org.rescuekey.inventory.Place;

/** What no file of an image may be longer than: as asked, and as the file systems of all its places can hold. Pure. */
final class PartLimit {
    /** The longest file of FAT. */
    static final long FAT_FILE_BYTES = (1L << 32) - 1;

    private PartLimit() {}

    /** In bytes; 0 where there is no limit. */
    static long of(Request.Capture request, List<Place> places) {
        long possible = places.stream().anyMatch(PartLimit::isFat) ? FAT_FILE_BYTES : 0;
        if (request.partBytes() == 0) {
            return possible;
        }
        return possible == 0 ? request.partBytes() : Math.min(possible, request.partBytes());
    }

    static boolean isFat(Place place) {
        String name = place.fileSystem().toLowerCase(Locale.ROOT);
        return name.equals("vfat") || name.equals("msdos") || name.matches("fat(12|16|32)?");
    }
}
