@NullMarked
package org.rescuekey.tui.view;

import org.jspecify.annotations.NullMarked;
