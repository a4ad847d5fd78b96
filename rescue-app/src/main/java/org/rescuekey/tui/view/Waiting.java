package org.rescuekey.tui.view;

import org.rescuekey.tui.model.Load;
import org.rescuekey.tui.model.Model;
import org.rescuekey.tui.model.Tone;

/** What a screen shows while it waits, and where waiting came to nothing. */
final class Waiting {
    private static final String TURNING = "|/-\\";

    private Waiting() {}

    /** Words with something that turns, so that waiting is told from standing still. */
    static int draw(Canvas canvas, int row, Model model, String words) {
        char turn = TURNING.charAt(model.ticks() % TURNING.length());
        return canvas.line(row, Tone.PLAIN, turn + " " + words);
    }

    /** Draws what stands in for a value that is not there; returns the row below. */
    static <T> int draw(Canvas canvas, int row, Model model, Load<T> load) {
        return switch (load) {
            case Load.Pending<T>(String words) -> draw(canvas, row, model, words);
            case Load.Failed<T>(String reason, String remedy) -> {
                int next = canvas.paragraph(row, Tone.WARNING, reason, 6);
                yield remedy.isEmpty() ? next : canvas.paragraph(next, Tone.PLAIN, remedy, 4);
            }
            case Load.Ready<T> ready -> row;
        };
    }
}
