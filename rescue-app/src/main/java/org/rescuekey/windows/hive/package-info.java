/** Registry hives ("regf" files): read, and edited in place. Level 2; pure. */
@NullMarked
package org.rescuekey.windows.hive;

import org.jspecify.annotations.NullMarked;
