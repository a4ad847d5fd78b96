package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;
import org.rescuekey.filesystem.ntfs.RunList.Run;
import org.rescuekey.filesystem.runs.BitRuns;
import org.rescuekey.filesystem.runs.UsedRuns;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Builds the used map from $Bitmap, of a volume that was closed. Added to it, whatever the bitmap says: the start of the volume, the clusters of the
 * system's own files, and all from the last whole cluster to the end of the device, where the copy of the boot sector
 * stands.
 */
final class NtfsUsedMap {
    private static final int BITMAP_RECORD = 6;
    private static final int LAST_RECORD_THAT_MUST_BE = 11;
    private static final int SYSTEM_RECORDS = 16;
    private static final int START_BYTES = 8192;
    private static final int MAX_ADDED_RUNS = 1 << 18;

    private final BlockDevice volume;
    private final NtfsBootSector boot;
    private final Mft mft;
    private int added;

    NtfsUsedMap(BlockDevice volume, NtfsBootSector boot, Mft mft) {
        this.volume = volume;
        this.boot = boot;
        this.mft = mft;
    }

    ExtentSet build() throws RescueException {
        ExtentSet bitmap = fromBitmap();
        return UsedRuns.union(bitmap, ofSystemFiles(bitmap));
    }

    private ExtentSet fromBitmap() throws RescueException {
        Content bitmap = mft.content(mft.record(BITMAP_RECORD), Attribute.DATA, "", "$Bitmap")
                .orElseThrow(() -> new MalformedDataException("$Bitmap", 0, "content", "none"));
        long bitmapBytes = (boot.clusterCount() + 7) / 8;
        if (bitmap.sizeBytes() < bitmapBytes
                || bitmap.initialisedBytes() < bitmapBytes
                || bitmap.runs().stream().anyMatch(Run::isSparse)) {
            throw new MalformedDataException(
                    "$Bitmap", 0, bitmapBytes + " bytes that were written", bitmap.initialisedBytes() + " bytes");
        }
        UsedRuns used = new UsedRuns();
        long clusterBytes = boot.clusterBytes();
        for (long offset = 0; offset < bitmapBytes; offset += BitRuns.WINDOW_BYTES) {
            int length = (int) Math.min(BitRuns.WINDOW_BYTES, bitmapBytes - offset);
            ByteBuffer window = bitmap.read(offset, length);
            long first = offset * 8;
            BitRuns.scan(
                    window,
                    Math.min(length * 8L, boot.clusterCount() - first),
                    (start, end) -> used.add((first + start) * clusterBytes, (first + end) * clusterBytes));
        }
        return used.build();
    }

    private ExtentSet ofSystemFiles(ExtentSet bitmap) throws RescueException {
        ExtentSet.Builder used = ExtentSet.builder();
        used.add(0, Math.min(START_BYTES, volume.sizeBytes()));
        used.add(boot.clusterCount() * boot.clusterBytes(), volume.sizeBytes());
        for (int number = 0; number < Math.min(SYSTEM_RECORDS, mft.recordCount()); number++) {
            Optional<FileRecord> record = systemRecord(number);
            if (record.isPresent()) {
                for (Attribute attribute : mft.attributes(record.get())) {
                    addRuns(attribute.runs(), bitmap, used);
                }
            }
        }
        addRuns(mft.runs(), bitmap, used);
        return used.build();
    }

    private Optional<FileRecord> systemRecord(int number) throws RescueException {
        try {
            return Optional.of(mft.record(number));
        } catch (MalformedDataException e) {
            if (number <= LAST_RECORD_THAT_MUST_BE) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private void addRuns(List<Run> runs, ExtentSet known, ExtentSet.Builder more) throws MalformedDataException {
        for (Run run : runs) {
            long start = run.firstCluster() * boot.clusterBytes();
            long length = run.count() * boot.clusterBytes();
            if (!run.isSparse() && !known.contains(new Extent(start, length))) {
                more.add(start, start + length);
                added++;
            }
        }
        if (added > MAX_ADDED_RUNS) {
            throw new MalformedDataException("$Bitmap", 0, "the clusters of the files", "too many missing");
        }
    }
}
