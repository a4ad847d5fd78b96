/** Pure planners: a request and what is there become a plan or a refusal. Level 3; no I/O, threads or clock. */
@NullMarked
package org.rescuekey.plan;

import org.jspecify.annotations.NullMarked;
