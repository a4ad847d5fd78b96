/** The boot store (BCD): what it starts from where, and edits in place. Level 2; pure. */
@NullMarked
package org.rescuekey.windows.bcd;

import org.jspecify.annotations.NullMarked;
