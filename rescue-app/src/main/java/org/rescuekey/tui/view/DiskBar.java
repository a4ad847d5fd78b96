package org.rescuekey.tui.view;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.rescuekey.tui.model.DiskPicture;
import org.rescuekey.tui.model.DiskPicture.Part;

/**
 * Lays a disk out along a row of character cells, to scale as far as cells allow: each part gets at least one cell, with
 * a separator between any two and one at both ends. Pure.
 */
final class DiskBar {
    /** Free space smaller than this share of the disk is not drawn: alignment gaps are on every disk. */
    private static final double SMALLEST_GAP = 0.01;

    /** A part gets at least as many cells where there is room, so that its number can be read. */
    private static final int COMFORTABLE_CELLS = 3;

    private DiskBar() {}

    /**
     * A part, or free space between parts, in the row.
     *
     * @param part the part; empty for free space
     * @param column the first cell
     * @param cells how many cells, at least 1
     * @param filled how many of them stand for what is in use
     */
    record Run(Optional<Part> part, int column, int cells, int filled) {
        int end() {
            return column + cells;
        }
    }

    private record Segment(Optional<Part> part, long bytes) {}

    /**
     * The runs in a row of so many columns. The first begins at column 1 and the last ends at the column before the last,
     * as long as there are two columns for each part; the smallest parts are left out where there are not.
     */
    static List<Run> layout(DiskPicture picture, int columns) {
        List<Segment> segments = segments(picture, Math.max(1, (columns - 1) / 2));
        int free = Math.max(segments.size(), columns - segments.size() - 1);
        int[] cells = shares(segments, free);
        List<Run> runs = new ArrayList<>();
        int column = 1;
        for (int i = 0; i < cells.length; i++) {
            runs.add(new Run(segments.get(i).part(), column, cells[i], filled(segments.get(i), cells[i])));
            column += cells[i] + 1;
        }
        return runs;
    }

    private static List<Segment> segments(DiskPicture picture, int most) {
        List<Part> kept = picture.parts().stream()
                .sorted(Comparator.comparingLong((Part part) -> -part.onDisk().length()))
                .limit(most)
                .sorted(Comparator.comparingLong(part -> part.onDisk().start()))
                .toList();
        List<Segment> segments = new ArrayList<>();
        int gaps = most - kept.size();
        long at = 0;
        for (Part part : kept) {
            if (gaps > 0 && isGap(picture, part.onDisk().start() - at)) {
                segments.add(new Segment(Optional.empty(), part.onDisk().start() - at));
                gaps--;
            }
            segments.add(new Segment(Optional.of(part), part.onDisk().length()));
            at = Math.max(at, part.onDisk().end());
        }
        if (segments.isEmpty() || (gaps > 0 && isGap(picture, picture.sizeBytes() - at))) {
            segments.add(new Segment(Optional.empty(), Math.max(1, picture.sizeBytes() - at)));
        }
        return segments;
    }

    private static boolean isGap(DiskPicture picture, long bytes) {
        return bytes > picture.sizeBytes() * SMALLEST_GAP;
    }

    /** The cells of each segment: the least it may have, and its share of the rest by the largest remainder. */
    private static int[] shares(List<Segment> segments, int free) {
        int least = free >= segments.size() * COMFORTABLE_CELLS * 2 ? COMFORTABLE_CELLS : 1;
        double all = segments.stream().mapToDouble(Segment::bytes).sum();
        int spare = free - least * segments.size();
        double[] wanted = new double[segments.size()];
        double wantedInAll = 0;
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = Math.max(0, segments.get(i).bytes() / all * free - least);
            wantedInAll += wanted[i];
        }
        int[] cells = new int[wanted.length];
        int given = 0;
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = wantedInAll == 0 ? 0 : wanted[i] / wantedInAll * spare;
            cells[i] = least + (int) wanted[i];
            given += (int) wanted[i];
            wanted[i] -= (int) wanted[i];
        }
        for (; given < spare; given++) {
            int most = 0;
            for (int i = 1; i < wanted.length; i++) {
                most = wanted[i] > wanted[most] ? i : most;
            }
            cells[most]++;
            wanted[most] -= 1;
        }
        return cells;
    }

    /** What is in use, at least one cell if anything is, and never all if anything is free. */
    private static int filled(Segment segment, int cells) {
        Part part = segment.part().orElse(null);
        if (part == null || part.usedBytes().isEmpty() || part.usedBytes().getAsLong() == 0) {
            return 0;
        }
        double share = (double) part.usedBytes().getAsLong()
                / Math.max(1, part.onDisk().length());
        long rounded = Math.round(share * cells);
        return Math.clamp(rounded, 1, share > 0.98 || cells == 1 ? cells : cells - 1);
    }
}
