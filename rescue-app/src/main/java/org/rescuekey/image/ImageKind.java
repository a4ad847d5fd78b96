package org.rescuekey.image;

/** What an image holds in relation to its chain. */
public enum ImageKind {
    FULL(1),
    DIFFERENTIAL(2),
    INCREMENTAL(3);

    private final int code;

    ImageKind(int code) {
        this.code = code;
    }

    /** The number that stands for it in the header. */
    public int code() {
        return code;
    }
}
