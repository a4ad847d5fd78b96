/** Benchmarks of the loops that a job spends its time in, by JMH. Compiled with the project, run by hand. */
@NullMarked
package org.rescuekey.bench;

import org.jspecify.annotations.NullMarked;
