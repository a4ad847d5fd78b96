/** Tests of the package. */
@NullMarked
package org.rescuekey.vm.hive;

import org.jspecify.annotations.NullMarked;
