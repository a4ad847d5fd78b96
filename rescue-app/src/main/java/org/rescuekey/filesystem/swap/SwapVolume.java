package org.rescuekey.filesystem.swap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.runs.Allocation;
import org.rescuekey.filesystem.swap.SwapMark.Content;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Linux swap space: a header in the first page, then pages that mean something only to the system that runs, unless it is
 * hibernated. The header stands in the byte order of the machine that made it. Immutable.
 */
public final class SwapVolume {
    private static final int HEADER_OFFSET = 1024;
    private static final int UUID_OFFSET = HEADER_OFFSET + 12;
    private static final int LABEL_OFFSET = UUID_OFFSET + 16;
    private static final int LABEL_BYTES = 16;
    private static final int BAD_PAGES_OFFSET = HEADER_OFFSET + 512;
    private static final int MARK_BYTES = 10;
    private static final int VERSION = 1;

    private final BlockDevice volume;
    private final ByteBuffer head;
    private final List<SwapMark> marks;

    private SwapVolume(BlockDevice volume, ByteBuffer head, List<SwapMark> marks) {
        this.volume = volume;
        this.head = head;
        this.marks = marks;
    }

    /** Tells whether a volume's first 64 KiB, or all of it if it is smaller, bear a mark of swap space. */
    public static boolean isOne(ByteBuffer head) {
        return !SwapMark.find(head).isEmpty();
    }

    /** Opens a volume that bears the mark. */
    public static SwapVolume open(BlockDevice volume) throws RescueException {
        long length = Math.min(SwapMark.MAX_PAGE_BYTES, volume.sizeBytes());
        ByteBuffer head = Reads.at(volume, 0, length, "start of swap space");
        List<SwapMark> marks = SwapMark.find(head);
        if (marks.isEmpty()) {
            throw new MalformedDataException("swap space", 0, "its mark", "none");
        }
        boolean bigEndian = Integer.reverseBytes(head.getInt(HEADER_OFFSET)) == VERSION;
        head.order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        return new SwapVolume(volume, head, marks);
    }

    public int pageBytes() {
        return marks.getFirst().pageBytes();
    }

    /** Its size as its header states it; 0 if that is not understood. */
    public long sizeBytes() {
        return hasHeader() ? (lastPage() + 1) * pageBytes() : 0;
    }

    public String label() {
        if (!hasHeader()) {
            return "";
        }
        byte[] label = new byte[LABEL_BYTES];
        head.get(LABEL_OFFSET, label);
        String text = new String(label, StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        return (end < 0 ? text : text.substring(0, end)).stripTrailing();
    }

    /** Its UUID; empty if it has none. */
    public String uuid() {
        if (!hasHeader()) {
            return "";
        }
        ByteBuffer bytes = head.slice(UUID_OFFSET, 16);
        UUID uuid = new UUID(bytes.getLong(), bytes.getLong());
        return uuid.equals(new UUID(0, 0)) ? "" : uuid.toString();
    }

    /** Tells whether a system has put its memory there and will go on from it. */
    public boolean isHibernated() {
        return marks.stream().anyMatch(mark -> mark.content() == Content.HIBERNATED_SYSTEM);
    }

    /** Why all of it is needed, as a sentence; empty if it is not. */
    public String reasonForRaw() {
        if (isHibernated()) {
            return "It holds the memory of a hibernated Linux, all of which is needed to go on from there.";
        }
        if (marks.size() > 1) {
            return "It bears the marks of swap space with pages of several sizes.";
        }
        if (marks.getFirst().content() == Content.PAGES_OF_OLD_KIND) {
            return "It is swap space of an old kind, whose header is not understood here.";
        }
        return "";
    }

    /**
     * The bytes in use, from the volume's start to the device's end: all of them, without the pages that are known to be
     * bad. Meaningful only if there is no {@link #reasonForRaw()}.
     *
     * @throws MalformedDataException if its header is not understood or exceeds the device
     */
    public Allocation allocation() throws RescueException {
        check(hasHeader(), HEADER_OFFSET, "version 1", head.getInt(HEADER_OFFSET));
        long pages = volume.sizeBytes() / pageBytes();
        check(lastPage() >= 1 && lastPage() < pages, HEADER_OFFSET + 4, "a page below " + pages, lastPage());
        return Allocation.of(ExtentSet.of(Reads.whole(volume)), badPages(), ExtentSet.empty());
    }

    /** Of what is in use, the pages: all but the header and what lies behind the last page. */
    public ExtentSet pages() throws RescueException {
        Extent pages = Extent.between(pageBytes(), sizeBytes());
        return allocation().used().intersect(pages);
    }

    private ExtentSet badPages() throws MalformedDataException {
        long count = head.getInt(HEADER_OFFSET + 8) & 0xFFFF_FFFFL;
        int most = (pageBytes() - MARK_BYTES - BAD_PAGES_OFFSET) / 4;
        check(count <= most, HEADER_OFFSET + 8, "at most " + most + " bad pages", count);
        ExtentSet.Builder bad = ExtentSet.builder();
        for (int i = 0; i < count; i++) {
            int offset = BAD_PAGES_OFFSET + 4 * i;
            long page = head.getInt(offset) & 0xFFFF_FFFFL;
            check(page >= 1 && page <= lastPage(), offset, "a page of 1 to " + lastPage(), page);
            bad.add(page * pageBytes(), (page + 1) * pageBytes());
        }
        return bad.build();
    }

    private boolean hasHeader() {
        return head.getInt(HEADER_OFFSET) == VERSION;
    }

    private long lastPage() {
        return head.getInt(HEADER_OFFSET + 4) & 0xFFFF_FFFFL;
    }

    private static void check(boolean valid, long offset, String expected, long actual) throws MalformedDataException {
        if (!valid) {
            throw new MalformedDataException("header of swap space", offset, expected, Long.toString(actual));
        }
    }
}
