/** Benchmarks of what the engine keeps to itself. */
@NullMarked
package org.rescuekey.engine;

import org.jspecify.annotations.NullMarked;
