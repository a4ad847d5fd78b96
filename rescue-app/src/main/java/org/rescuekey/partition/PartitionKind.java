package org.rescuekey.partition;

/** What sort of entry describes a partition. */
public enum PartitionKind {
    /** One of the four entries of an MBR, with a volume in it. */
    PRIMARY,
    /** The entry of an MBR that only encloses logical partitions. */
    EXTENDED,
    /** A partition inside the extended one. */
    LOGICAL,
    /** An entry of a GPT. */
    GPT
}
