/** The command line, and the only place where everything is put together. Level 5. */
@NullMarked
package org.rescuekey.cli;

import org.jspecify.annotations.NullMarked;
