/** The sealed family of what can go wrong. Level 0: depends on nothing. */
@NullMarked
package org.rescuekey.error;

import org.jspecify.annotations.NullMarked;
