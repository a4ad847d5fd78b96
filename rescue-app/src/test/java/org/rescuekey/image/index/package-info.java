@NullMarked
package org.rescuekey.image.index;

import org.jspecify.annotations.NullMarked;
