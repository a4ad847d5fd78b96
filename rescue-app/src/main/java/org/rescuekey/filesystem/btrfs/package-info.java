/** Btrfs: superblock, chunks, trees and the free space that they tell of. */
@NullMarked
package org.rescuekey.filesystem.btrfs;

import org.jspecify.annotations.NullMarked;
