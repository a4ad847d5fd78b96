package org.rescuekey.filesystem.btrfs;

/**
 * Where a tree starts.
 *
 * @param owner the number of the tree, which stands in each of its blocks
 * @param address the logical address of its topmost block
 * @param generation when that block was written
 * @param level how many levels are below it
 */
record TreeRoot(long owner, long address, long generation, int level) {
    static final long ROOT_TREE = 1;
    static final long EXTENT_TREE = 2;
    static final long CHUNK_TREE = 3;
    static final long DEVICE_TREE = 4;
    static final long FREE_SPACE_TREE = 10;
    static final long BLOCK_GROUP_TREE = 11;
}
