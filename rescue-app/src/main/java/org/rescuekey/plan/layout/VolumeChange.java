package org.rescuekey.plan.layout;

/** What must happen to the volume in a partition. */
public enum VolumeChange {
    SAME,
    SHRINK,
    GROW
}
