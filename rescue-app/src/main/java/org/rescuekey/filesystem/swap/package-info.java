/** Linux swap space. */
@NullMarked
package org.rescuekey.filesystem.swap;

import org.jspecify.annotations.NullMarked;
