/** Tests on volumes that the file systems' own tools made and check. */
@NullMarked
package org.rescuekey.filesystem;

import org.jspecify.annotations.NullMarked;
