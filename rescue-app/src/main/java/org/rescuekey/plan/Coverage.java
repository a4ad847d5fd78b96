package org.rescuekey.plan;

/** How much of the volumes of a source an image holds. */
public enum Coverage {
    /** What file systems use; of page files and swap space the place, but not the content. */
    NEEDED,
    /** What file systems use. */
    USED,
    /** Every sector. */
    ALL
}
