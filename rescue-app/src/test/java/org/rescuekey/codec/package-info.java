@NullMarked
package org.rescuekey.codec;

import org.jspecify.annotations.NullMarked;
