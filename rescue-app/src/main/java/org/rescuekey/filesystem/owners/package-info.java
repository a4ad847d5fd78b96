/** Which files and structures of a file system some bytes belong to: the answer, and what the searches for it share. */
@NullMarked
package org.rescuekey.filesystem.owners;

import org.jspecify.annotations.NullMarked;
