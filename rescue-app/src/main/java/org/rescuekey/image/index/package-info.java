/** The paged index of an image: entries, pages and the page directory. Level 2. */
@NullMarked
package org.rescuekey.image.index;

import org.jspecify.annotations.NullMarked;
