@NullMarked
package org.rescuekey.platform.linux.views;

import org.jspecify.annotations.NullMarked;
