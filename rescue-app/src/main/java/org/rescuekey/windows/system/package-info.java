/** The SYSTEM hive: drive letters and storage drivers, read and edited in place. Level 2; pure. */
@NullMarked
package org.rescuekey.windows.system;

import org.jspecify.annotations.NullMarked;
