/** What an installed Linux has recorded about its partitions, in text files: bytes to bytes. Level 2; pure. */
@NullMarked
package org.rescuekey.linux;

import org.jspecify.annotations.NullMarked;
