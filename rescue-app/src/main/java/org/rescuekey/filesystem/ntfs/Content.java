package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.files.FileRun;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;
import org.rescuekey.filesystem.ntfs.RunList.Run;

/** The content of one attribute as numbered bytes, put together from the parts that hold its run list. Immutable. */
final class Content {
    private final BlockDevice volume;
    private final int clusterBytes;
    private final String what;
    private final Attribute head;
    private final List<Run> runs;

    /**
     * @param head the attribute, or the part of it that starts with its first byte
     * @param runs all its runs, in the order of their VCNs and without a gap between them
     */
    Content(BlockDevice volume, int clusterBytes, String what, Attribute head, List<Run> runs) {
        this.volume = volume;
        this.clusterBytes = clusterBytes;
        this.what = what;
        this.head = head;
        this.runs = runs;
    }

    long sizeBytes() {
        return head.sizeBytes();
    }

    /** The bytes from the start that were written; those behind them read as zero. */
    long initialisedBytes() {
        return head.initialisedBytes();
    }

    boolean isResident() {
        return head.resident();
    }

    /** Tells whether the clusters hold the content as it is, neither compressed nor encrypted. */
    boolean isPlain() {
        return head.isPlain();
    }

    boolean isEncrypted() {
        return head.isEncrypted();
    }

    List<Run> runs() {
        return runs;
    }

    /** Where a byte of the content stands on the volume; of one that has no place of its own, 0. */
    long volumeOffset(long offsetBytes) {
        int index = head.resident() ? -1 : indexOf(offsetBytes / clusterBytes);
        if (index < 0 || runs.get(index).isSparse()) {
            return 0;
        }
        Run run = runs.get(index);
        return run.firstCluster() * clusterBytes + (offsetBytes - run.firstVcn() * clusterBytes);
    }

    /**
     * The first bytes as they stand on the medium, whatever is noted of how much was written: Windows writes its memory past
     * its file system. Empty if they have no place.
     */
    Optional<ByteBuffer> stored(int lengthBytes) throws RescueException {
        if (head.resident()) {
            return sizeBytes() < lengthBytes ? Optional.empty() : Optional.of(read(0, lengthBytes));
        }
        long offset = volumeOffset(0);
        return offset == 0 ? Optional.empty() : Optional.of(Reads.at(volume, offset, lengthBytes, what));
    }

    /** Where a part of a content that has clusters stands on the volume; holes are left out. Offsets count from the part's start. */
    List<FileRun> places(long offsetBytes, long lengthBytes) {
        List<FileRun> places = new ArrayList<>();
        long at = offsetBytes;
        for (int i = indexOf(at / clusterBytes); i >= 0 && i < runs.size() && at < offsetBytes + lengthBytes; i++) {
            Run run = runs.get(i);
            long end = Math.min(offsetBytes + lengthBytes, run.endVcn() * clusterBytes);
            if (!run.isSparse()) {
                long onVolume = run.firstCluster() * clusterBytes + (at - run.firstVcn() * clusterBytes);
                places.add(new FileRun(at - offsetBytes, onVolume, end - at));
            }
            at = end;
        }
        return places;
    }

    /** Reads inside the size; what is sparse or was never written reads as zero. */
    ByteBuffer read(long offsetBytes, int lengthBytes) throws RescueException {
        if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes > sizeBytes() - lengthBytes || !head.isPlain()) {
            throw new MalformedDataException(
                    what,
                    offsetBytes,
                    "plain content of " + sizeBytes() + " bytes",
                    lengthBytes + " bytes from there, flags " + Integer.toHexString(head.flags()));
        }
        if (head.resident()) {
            return head.value().slice((int) offsetBytes, lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
        }
        ByteBuffer result = ByteBuffer.allocate(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
        int written = (int) Math.max(0, Math.min(lengthBytes, head.initialisedBytes() - offsetBytes));
        int done = 0;
        while (done < written) {
            long position = offsetBytes + done;
            int index = indexOf(position / clusterBytes);
            if (index < 0) {
                throw new MalformedDataException(what, position, "a run", "none");
            }
            Run run = runs.get(index);
            long inRun = position - run.firstVcn() * clusterBytes;
            int count = (int) Math.min(written - done, run.count() * clusterBytes - inRun);
            if (!run.isSparse()) {
                ByteBuffer part = Reads.at(volume, run.firstCluster() * clusterBytes + inRun, count, what);
                result.put(done, part, 0, count);
            }
            done += count;
        }
        return result;
    }

    private int indexOf(long vcn) {
        int low = 0;
        int high = runs.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Run run = runs.get(middle);
            if (vcn < run.firstVcn()) {
                high = middle - 1;
            } else if (vcn >= run.endVcn()) {
                low = middle + 1;
            } else {
                return middle;
            }
        }
        return -1;
    }
}
