/**
 * The text UI: {@link org.rescuekey.tui.TextUi} runs the pure model of {@code tui.model} on a terminal, draws it with
 * {@code tui.view} and does outside what it asks for. Level 5.
 */
@NullMarked
package org.rescuekey.tui;

import org.jspecify.annotations.NullMarked;
