/**
 * Draws a model on a Lanterna screen: the only package, beside the runtime, that knows Lanterna. Level 5; uses the screen
 * and text graphics layers alone, which need no AWT.
 */
@NullMarked
package org.rescuekey.tui.view;

import org.jspecify.annotations.NullMarked;
