/** The machine's serial line as a person sees it: a screen that is read, and keys that are sent. */
@NullMarked
package org.rescuekey.vm.console;

import org.jspecify.annotations.NullMarked;
