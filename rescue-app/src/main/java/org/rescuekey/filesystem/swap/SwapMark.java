package org.rescuekey.filesystem.swap;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A mark of swap space. It ends the first page, so it tells how large the pages are.
 *
 * @param pageBytes the size of the pages of the system that made it
 * @param content what the mark says is in the pages
 */
record SwapMark(int pageBytes, Content content) {
    /** The size of the largest pages, which is how far a mark can stand from the start. */
    static final int MAX_PAGE_BYTES = 65_536;

    private static final int MIN_PAGE_BYTES = 4096;
    private static final int LENGTH_BYTES = 10;
    private static final String TUX_ON_ICE = "\u00ed\u00c3\u0002\u00e9\u0098V\u00e5\f";
    private static final List<String> HIBERNATED =
            List.of("S1SUSPEND", "S2SUSPEND", "ULSUSPEND", "LINHIB0001", TUX_ON_ICE);

    /** What the pages hold. */
    enum Content {
        /** What was put aside while the system ran: of no use to anyone later. */
        PAGES,
        /** The same, with a header of the kind that Linux gave up in 2002. */
        PAGES_OF_OLD_KIND,
        /** The memory of a system that will go on from there. */
        HIBERNATED_SYSTEM
    }

    /**
     * All marks at the start of a volume; more than one if one of them is a left-over.
     *
     * @param head the volume's first bytes, up to {@link #MAX_PAGE_BYTES}
     */
    static List<SwapMark> find(ByteBuffer head) {
        List<SwapMark> marks = new ArrayList<>();
        for (int page = MIN_PAGE_BYTES; page <= Math.min(MAX_PAGE_BYTES, head.limit()); page *= 2) {
            int pageBytes = page;
            content(text(head, page - LENGTH_BYTES)).ifPresent(content -> marks.add(new SwapMark(pageBytes, content)));
        }
        // It leaves the mark of swap space where it is, and puts its own at the very start.
        if (!marks.isEmpty() && text(head, 0).startsWith(TUX_ON_ICE)) {
            marks.set(0, new SwapMark(marks.getFirst().pageBytes(), Content.HIBERNATED_SYSTEM));
        }
        return marks;
    }

    private static Optional<Content> content(String mark) {
        if (mark.equals("SWAPSPACE2")) {
            return Optional.of(Content.PAGES);
        }
        if (mark.equals("SWAP-SPACE")) {
            return Optional.of(Content.PAGES_OF_OLD_KIND);
        }
        return HIBERNATED.stream().anyMatch(mark::startsWith)
                ? Optional.of(Content.HIBERNATED_SYSTEM)
                : Optional.empty();
    }

    private static String text(ByteBuffer head, int offset) {
        byte[] bytes = new byte[LENGTH_BYTES];
        head.get(offset, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
