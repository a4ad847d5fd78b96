@NullMarked
package org.rescuekey.image;

import org.jspecify.annotations.NullMarked;
