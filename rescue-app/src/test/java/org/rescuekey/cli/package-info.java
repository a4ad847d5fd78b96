/** Tests of the command line. */
@NullMarked
package org.rescuekey.cli;

import org.jspecify.annotations.NullMarked;
