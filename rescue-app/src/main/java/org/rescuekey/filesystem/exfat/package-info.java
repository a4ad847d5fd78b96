/** exFAT. */
@NullMarked
package org.rescuekey.filesystem.exfat;

import org.jspecify.annotations.NullMarked;
