/** Tests of the SYSTEM hive. */
@NullMarked
package org.rescuekey.windows.system;

import org.jspecify.annotations.NullMarked;
