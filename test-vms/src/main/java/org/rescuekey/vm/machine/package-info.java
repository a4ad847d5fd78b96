/** QEMU behind one class. */
@NullMarked
package org.rescuekey.vm.machine;

import org.jspecify.annotations.NullMarked;
