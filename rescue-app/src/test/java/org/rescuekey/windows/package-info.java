/** Tests of what Windows needs to boot after its disk moved. */
@NullMarked
package org.rescuekey.windows;

import org.jspecify.annotations.NullMarked;
