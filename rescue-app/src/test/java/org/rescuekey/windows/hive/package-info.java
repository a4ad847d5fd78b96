/** Tests of registry hives, and the maker of hives for all tests of Windows. */
@NullMarked
package org.rescuekey.windows.hive;

import org.jspecify.annotations.NullMarked;
