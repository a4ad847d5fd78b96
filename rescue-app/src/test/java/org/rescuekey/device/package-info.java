/** Devices for tests. */
@NullMarked
package org.rescuekey.device;

import org.jspecify.annotations.NullMarked;
