/** Sizes, sector sizes and byte extents with exact arithmetic. Level 0: depends on nothing. */
@NullMarked
package org.rescuekey.units;

import org.jspecify.annotations.NullMarked;
