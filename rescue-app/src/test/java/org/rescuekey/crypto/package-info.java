@NullMarked
package org.rescuekey.crypto;

import org.jspecify.annotations.NullMarked;
