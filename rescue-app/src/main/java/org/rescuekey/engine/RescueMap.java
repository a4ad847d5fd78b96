package org.rescuekey.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * What is known of a disk that does not read everywhere, in the text format of the map files of GNU ddrescue:
 *
 * <pre>
 * map    = { "#" comment } status { "#" comment | range }
 * status = position " " what " " pass           what: ? copying, * trimming, / scraping, - retrying, + finished
 * range  = position " " size " " state          adjacent, from 0 to the disk's end
 * state  = + read, - bad sectors, * failed as a window, / failed as a piece, ? not tried or not asked for
 * </pre>
 *
 * <p>Positions and sizes are hexadecimal bytes of the disk. A comment {@code # Image: ID} names the image. Immutable.
 *
 * @param imageId the image that the map lies beside; empty if it does not say so
 * @param read what was read
 * @param bad what was tried sector by sector and could not be read
 * @param failed windows that failed and are to be tried in pieces
 * @param unscraped pieces that failed and are to be tried sector by sector
 * @param what the character of what is being done
 */
record RescueMap(
        long sizeBytes,
        String imageId,
        ExtentSet read,
        ExtentSet bad,
        ExtentSet failed,
        ExtentSet unscraped,
        char what,
        int pass) {
    static final char FINISHED = '+';
    static final char COPYING = '?';
    static final char TRIMMING = '*';
    static final char SCRAPING = '/';
    static final char RETRYING = '-';

    private static final String IMAGE = "# Image: ";
    private static final String STATES = "+-*/?";
    private static final int MAX_LINES = 1 << 23;
    private static final int MAX_LINE_CHARS = 4096;

    /** Writes the map as text. */
    void write(Appendable out) throws IOException {
        out.append("# Mapfile of Rescue Key, in the format of GNU ddrescue\n");
        if (!imageId.isEmpty()) {
            out.append(IMAGE).append(imageId).append('\n');
        }
        out.append("# current_pos  current_status  current_pass\n");
        out.append(String.format(Locale.ROOT, "0x%08X     %c               %d", position(), what, pass));
        out.append('\n');
        out.append("#      pos        size  status\n");
        ExtentSet[] sets = {read, bad, failed, unscraped};
        int[] next = new int[sets.length];
        for (long at = 0; at < sizeBytes; ) {
            long end = sizeBytes;
            char state = '?';
            for (int i = 0; i < sets.length; i++) {
                while (next[i] < sets[i].size() && sets[i].get(next[i]).end() <= at) {
                    next[i]++;
                }
                if (next[i] < sets[i].size()) {
                    Extent extent = sets[i].get(next[i]);
                    boolean isHere = extent.start() <= at;
                    state = isHere ? STATES.charAt(i) : state;
                    end = Math.min(end, isHere ? extent.end() : extent.start());
                }
            }
            out.append("0x")
                    .append(hex(at))
                    .append("  0x")
                    .append(hex(end - at))
                    .append("  ");
            out.append(state).append('\n');
            at = end;
        }
    }

    /** Where it goes on: at what is not read yet. */
    private long position() {
        return what == FINISHED || read.isEmpty() ? 0 : Math.min(read.get(0).end(), sizeBytes);
    }

    private static String hex(long value) {
        String digits = Long.toHexString(value).toUpperCase(Locale.ROOT);
        return "0".repeat(Math.max(0, 8 - digits.length())) + digits;
    }

    /**
     * Reads a map.
     *
     * @param name for errors
     * @throws MalformedDataException with the number of the line where it is none
     */
    static RescueMap read(String name, BufferedReader in) throws RescueException, IOException {
        ExtentSet.Builder[] sets = new ExtentSet.Builder[STATES.length()];
        for (int i = 0; i < sets.length; i++) {
            sets[i] = ExtentSet.builder();
        }
        String imageId = "";
        String status = null;
        long end = 0;
        int number = 0;
        for (String line = line(in); line != null; line = line(in)) {
            number++;
            if (line.length() > MAX_LINE_CHARS || number > MAX_LINES) {
                throw malformed(name, number, "a map file", "something else");
            }
            if (line.startsWith(IMAGE)) {
                imageId = line.substring(IMAGE.length()).trim();
            } else if (!line.isBlank() && !line.startsWith("#")) {
                String[] fields = line.trim().split("\\s+", 4);
                if (status == null) {
                    status = line;
                    continue;
                }
                long start = fields.length < 3 ? -1 : number(fields[0]);
                long size = fields.length < 3 ? -1 : number(fields[1]);
                int state = fields.length < 3 || fields[2].length() != 1 ? -1 : STATES.indexOf(fields[2]);
                if (start != end || size <= 0 || size > Long.MAX_VALUE - start || state < 0) {
                    throw malformed(name, number, "a range from " + end, line);
                }
                end = start + size;
                sets[state].add(start, end);
            }
        }
        if (status == null || end == 0) {
            throw malformed(name, number, "ranges", "none");
        }
        return new RescueMap(
                end, imageId, sets[0].build(), sets[1].build(), sets[2].build(), sets[3].build(), COPYING, 1);
    }

    /** A line, cut where it is longer than any that belongs here: a file without line ends takes no memory. */
    private static @Nullable String line(BufferedReader in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return line.toString();
            }
            line.append((char) next);
            if (line.length() > MAX_LINE_CHARS) {
                return line.toString();
            }
        }
        return line.isEmpty() ? null : line.toString();
    }

    private static long number(String text) {
        try {
            return Long.decode(text);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private static MalformedDataException malformed(String name, int line, String expected, String actual) {
        return new MalformedDataException(name + ", line " + line, 0, expected, actual);
    }
}
