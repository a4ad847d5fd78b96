package org.rescuekey.filesystem;

/** What becomes of the places where systems keep a copy of their memory: page files, swap space, a stale hibernation file. */
public enum PageFiles {
    /** They stay in place, but their content is not kept. */
    LEFT_OUT,
    /** They are kept like all else. */
    KEPT
}
