/**
 * The text UI without a terminal: screens and state as records, messages in, a new model and commands out. Level 5; pure:
 * no threads, no clock, no channels, and nothing of Lanterna.
 */
@NullMarked
package org.rescuekey.tui.model;

import org.jspecify.annotations.NullMarked;
