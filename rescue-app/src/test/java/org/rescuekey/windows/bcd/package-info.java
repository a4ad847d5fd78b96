/** Tests of boot stores. */
@NullMarked
package org.rescuekey.windows.bcd;

import org.jspecify.annotations.NullMarked;
