@NullMarked
package org.rescuekey.platform.linux.nbd;

import org.jspecify.annotations.NullMarked;
