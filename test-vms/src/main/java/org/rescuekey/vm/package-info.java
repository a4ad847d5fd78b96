/** Rescue Key in virtual machines: the demonstration, the machine to play with, and what the scenarios share. */
@NullMarked
package org.rescuekey.vm;

import org.jspecify.annotations.NullMarked;
