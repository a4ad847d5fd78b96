@NullMarked
package org.rescuekey.inventory;

import org.jspecify.annotations.NullMarked;
