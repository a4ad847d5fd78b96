/** Sizes, sector sizes and byte extents with exact arithmetic, and text made safe to be shown. Level 0: depends on nothing. */
@NullMarked
package org.rescuekey.units;

import org.jspecify.annotations.NullMarked;
