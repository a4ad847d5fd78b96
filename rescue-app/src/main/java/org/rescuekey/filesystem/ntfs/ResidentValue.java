package org.rescuekey.filesystem.ntfs;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.filesystem.files.FileRun;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;

/**
 * Where the bytes of a value that stands in a record of the $MFT are on the volume. At the end of every 512 bytes of a record two belong to
 * its protection against tearing; the bytes that they displace stand in the array of the record, and so it is these that are named.
 * An exchange of what is named here leaves the record whole, and its protection as it was.
 */
final class ResidentValue {
    private static final int PAIR_BYTES = 2;

    private ResidentValue() {}

    /** The places of all its bytes, in order; offsets count from the start of the value. */
    static List<FileRun> places(Mft mft, FileRecord record, Attribute attribute) {
        List<FileRun> places = new ArrayList<>();
        int start = attribute.valueOffset();
        int end = start + (int) attribute.sizeBytes();
        int at = start;
        while (at < end) {
            int stride = at / Fixups.STRIDE_BYTES;
            int tail = (stride + 1) * Fixups.STRIDE_BYTES - PAIR_BYTES;
            boolean isDisplaced = at >= tail;
            int stop = Math.min(end, isDisplaced ? tail + PAIR_BYTES : tail);
            int inRecord = isDisplaced ? record.fixupsOffset() + PAIR_BYTES * stride + (at - tail) : at;
            for (FileRun place : mft.places(record.number(), inRecord, stop - at)) {
                places.add(new FileRun(
                        at - start + place.fileOffsetBytes(), place.volumeOffsetBytes(), place.lengthBytes()));
            }
            at = stop;
        }
        return places;
    }
}
