package org.rescuekey.image.index;

/** How a record's body holds its plain bytes. */
public enum Encoding {
    /** There is no body. */
    NONE(0),
    /** As they are: compressing did not make them fewer. */
    STORED(1),
    /** One zstd frame. */
    ZSTD(2);

    private final int code;

    Encoding(int code) {
        this.code = code;
    }

    /** The number that stands for it in records and pages. */
    public int code() {
        return code;
    }
}
