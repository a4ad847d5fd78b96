/**
 * Keys and what they do, as values: the key bar and the help of every screen are generated from the same bindings that
 * the model obeys. Level 5; pure.
 */
@NullMarked
package org.rescuekey.tui.keys;

import org.jspecify.annotations.NullMarked;
