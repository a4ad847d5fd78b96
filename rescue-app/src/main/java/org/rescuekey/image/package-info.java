/** What an image is: its header, its description and the store that it lies in. Level 2. */
@NullMarked
package org.rescuekey.image;

import org.jspecify.annotations.NullMarked;
