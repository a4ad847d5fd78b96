/**
 * Runs plans: preconditions again, then a bounded pipeline, events, journal, report. Level 4; reaches the machine only
 * through ports that it is given.
 */
@NullMarked
package org.rescuekey.engine;

import org.jspecify.annotations.NullMarked;
