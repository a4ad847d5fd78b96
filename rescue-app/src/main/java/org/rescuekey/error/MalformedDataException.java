package org.rescuekey.error;

/** Bytes that do not follow their format: names what was parsed, where, what was expected and what stood there. */
public final class MalformedDataException extends RescueException {
    private final long offsetBytes;

    /**
     * @param what the structure, such as "GPT header"
     * @param offsetBytes where in its device or file the bad field stands
     * @param expected what would be valid
     * @param actual what stands there
     */
    public MalformedDataException(String what, long offsetBytes, String expected, String actual) {
        super(what + " at offset " + offsetBytes + ": expected " + expected + ", found " + actual);
        this.offsetBytes = offsetBytes;
    }

    public long offsetBytes() {
        return offsetBytes;
    }
}
