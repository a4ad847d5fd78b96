@NullMarked
package org.rescuekey.tui.model;

import org.jspecify.annotations.NullMarked;
