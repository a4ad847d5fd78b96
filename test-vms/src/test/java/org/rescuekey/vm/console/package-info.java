/** Tests of the package. */
@NullMarked
package org.rescuekey.vm.console;

import org.jspecify.annotations.NullMarked;
