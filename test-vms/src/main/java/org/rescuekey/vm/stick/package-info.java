/** The rescue stick in a machine: started, and driven by its text UI or its shell. */
@NullMarked
package org.rescuekey.vm.stick;

import org.jspecify.annotations.NullMarked;
