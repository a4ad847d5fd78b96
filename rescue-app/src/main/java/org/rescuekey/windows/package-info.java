/** What Windows needs to boot after its disk moved: bytes to bytes. Level 2; pure. Knows none of its sub-packages. */
@NullMarked
package org.rescuekey.windows;

import org.jspecify.annotations.NullMarked;
