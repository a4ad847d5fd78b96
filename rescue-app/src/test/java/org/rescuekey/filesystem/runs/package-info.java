/** Tests of the runs. */
@NullMarked
package org.rescuekey.filesystem.runs;

import org.jspecify.annotations.NullMarked;
