/**
 * Volumes: which file system is in one, what state it is in, and which bytes of it are in use. Level 1; reads only,
 * and only through the BlockDevice port. {@link org.rescuekey.filesystem.Volumes} is the way in; the packages below
 * each know one family of file systems and nothing of this package.
 */
@NullMarked
package org.rescuekey.filesystem;

import org.jspecify.annotations.NullMarked;
