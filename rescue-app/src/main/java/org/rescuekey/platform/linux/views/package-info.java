/**
 * Views of volumes that are changed before a target is touched: where their changes are kept, how a view is shown to
 * programs as a plain file, and the programs that make a file system smaller or larger there. Every program is pointed at a
 * view, never at a disk.
 */
@NullMarked
package org.rescuekey.platform.linux.views;

import org.jspecify.annotations.NullMarked;
