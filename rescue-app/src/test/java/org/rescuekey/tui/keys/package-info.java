@NullMarked
package org.rescuekey.tui.keys;

import org.jspecify.annotations.NullMarked;
