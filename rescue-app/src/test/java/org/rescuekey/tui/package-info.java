@NullMarked
package org.rescuekey.tui;

import org.jspecify.annotations.NullMarked;
