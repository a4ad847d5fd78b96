@NullMarked
package org.rescuekey.image.container;

import org.jspecify.annotations.NullMarked;
