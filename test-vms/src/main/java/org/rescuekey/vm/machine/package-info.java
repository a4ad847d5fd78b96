/** QEMU behind one class, and the disks, firmware and processors of a machine. */
@NullMarked
package org.rescuekey.vm.machine;

import org.jspecify.annotations.NullMarked;
