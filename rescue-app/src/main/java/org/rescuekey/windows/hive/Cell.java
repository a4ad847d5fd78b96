package org.rescuekey.windows.hive;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import org.rescuekey.error.MalformedDataException;

/**
 * One allocated cell of a hive: every read is checked against its end, so nothing reaches into the next one. Immutable.
 */
final class Cell {
    private final ByteBuffer file;
    private final int start;
    private final int length;
    private final String what;

    /**
     * @param file the hive file, little-endian
     * @param start where in the file the cell's content begins, behind its size
     * @param length how many bytes of content it has
     * @param what the structure that is expected there, for errors
     */
    Cell(ByteBuffer file, int start, int length, String what) {
        this.file = file;
        this.start = start;
        this.length = length;
        this.what = what;
    }

    /** Where in the file the content begins. */
    int start() {
        return start;
    }

    int length() {
        return length;
    }

    int u16(int at) throws MalformedDataException {
        need(at, 2);
        return Short.toUnsignedInt(file.getShort(start + at));
    }

    int i32(int at) throws MalformedDataException {
        need(at, 4);
        return file.getInt(start + at);
    }

    /** The two letters that most structures begin with. */
    String mark() throws MalformedDataException {
        int mark = u16(0);
        return "" + (char) (mark & 0xFF) + (char) (mark >> 8);
    }

    void needMark(String expected) throws MalformedDataException {
        if (!mark().equals(expected)) {
            throw malformed(0, "the mark \"" + expected + "\"", Integer.toHexString(u16(0)));
        }
    }

    String text(int at, int lengthBytes, Charset charset) throws MalformedDataException {
        need(at, lengthBytes);
        byte[] bytes = new byte[lengthBytes];
        file.get(start + at, bytes);
        return new String(bytes, charset);
    }

    /** Checks that so many bytes stand there. */
    void need(int at, long lengthBytes) throws MalformedDataException {
        if (lengthBytes < 0 || at < 0 || at > length - lengthBytes) {
            throw malformed(at, lengthBytes + " bytes in a cell", length + " bytes from its begin");
        }
    }

    MalformedDataException malformed(int at, String expected, String actual) {
        return new MalformedDataException(what, (long) start + at, expected, actual);
    }
}
