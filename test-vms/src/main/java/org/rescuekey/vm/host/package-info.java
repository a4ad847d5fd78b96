/** The host's own programs, run and checked. */
@NullMarked
package org.rescuekey.vm.host;

import org.jspecify.annotations.NullMarked;
