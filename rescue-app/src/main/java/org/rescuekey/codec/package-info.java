/** Bounded compression of one buffer into another. Level 1. */
@NullMarked
package org.rescuekey.codec;

import org.jspecify.annotations.NullMarked;
