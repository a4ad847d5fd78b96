/** Scenarios in virtual machines. */
@NullMarked
package org.rescuekey.vm;

import org.jspecify.annotations.NullMarked;
