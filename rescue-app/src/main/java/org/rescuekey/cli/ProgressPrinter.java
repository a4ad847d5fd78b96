package org.rescuekey.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Consumer;
import org.rescuekey.engine.JobEvent;
import org.rescuekey.engine.ReportJson;
import org.rescuekey.units.ByteCount;

/**
 * Shows a job's events: as JSON lines on standard output, or as text on standard error, where a terminal gets one line
 * that moves and anything else gets a line at each tenth.
 */
final class ProgressPrinter implements Consumer<JobEvent> {
    private static final int SECONDS_BETWEEN_LINES = 60;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private final boolean terminal;
    private long lastTenth = -1;
    private String lastWaiting = "";
    private boolean lineOpen;

    ProgressPrinter(PrintWriter out, PrintWriter err, boolean json, boolean terminal) {
        this.out = out;
        this.err = err;
        this.json = json;
        this.terminal = terminal;
    }

    @Override
    public void accept(JobEvent event) {
        if (json) {
            out.println(ReportJson.line(event));
            out.flush();
            return;
        }
        switch (event) {
            case JobEvent.StepStarted step -> {
                lastTenth = -1;
                say(String.format(Locale.ROOT, "[%d/%d] %s", step.step(), step.steps(), step.words()));
            }
            case JobEvent.Progress progress -> progress(progress);
            case JobEvent.Waiting waiting -> waiting(waiting);
            case JobEvent.Paused paused -> say(paused.on() ? "  Paused." : "  Goes on.");
            case JobEvent.Limited limited -> say("  " + limited.words());
            case JobEvent.Note note -> say("  ! " + note.words());
            case JobEvent.Finished finished -> say("");
        }
        err.flush();
    }

    /** On a terminal the seconds run; elsewhere a line tells when it begins, and then now and then. */
    private void waiting(JobEvent.Waiting waiting) {
        String line = "  " + waiting.words();
        if (terminal) {
            err.print("\r" + line + "\033[K");
            lineOpen = true;
        } else if (!waiting.subject().equals(lastWaiting) || waiting.seconds() % SECONDS_BETWEEN_LINES == 0) {
            lastWaiting = waiting.subject();
            err.println(line + ".");
        }
    }

    private void progress(JobEvent.Progress progress) {
        if (progress.totalBytes() <= 0) {
            return;
        }
        double share = Math.min(1.0, (double) progress.doneBytes() / progress.totalBytes());
        double seconds = Math.max(1e-3, progress.elapsedNanos() / 1e9);
        String line = String.format(
                Locale.ROOT,
                "  %3.0f %%  %s of %s, %s/s",
                share * 100,
                ByteCount.text(progress.doneBytes()),
                ByteCount.text(progress.totalBytes()),
                ByteCount.text((long) (Math.max(progress.readBytes(), progress.writtenBytes()) / seconds)));
        if (terminal) {
            err.print("\r" + line + "\033[K");
            lineOpen = true;
        } else if ((long) (share * 10) > lastTenth) {
            lastTenth = (long) (share * 10);
            err.println(line);
        }
    }

    private void say(String line) {
        if (lineOpen) {
            err.println();
            lineOpen = false;
        }
        if (!line.isEmpty()) {
            err.println(line);
        }
    }
}
