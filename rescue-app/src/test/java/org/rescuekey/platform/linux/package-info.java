@NullMarked
package org.rescuekey.platform.linux;

import org.jspecify.annotations.NullMarked;
