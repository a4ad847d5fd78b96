package org.rescuekey.cli;

import java.io.PrintWriter;
import org.rescuekey.engine.JobControl;
import org.rescuekey.engine.JobState;
import org.rescuekey.engine.Report;
import org.rescuekey.engine.RescueService;
import org.rescuekey.error.RefusedException;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.Plan;

/** What all commands share: the service, the streams, and the one way in which a plan is shown, confirmed and run. */
final class Context {
    private final RescueService service;
    private final Ending ending;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Prompt prompt;
    private final ThenOption.PowerSwitch powerSwitch;

    /** Asks the person at the terminal; absent where there is none. */
    interface Prompt {
        boolean isInteractive();

        String ask(String question);

        /** Asks for what is not to be seen. The caller wipes it. */
        char[] askSecret(String question);
    }

    Context(
            RescueService service,
            Ending ending,
            PrintWriter out,
            PrintWriter err,
            Prompt prompt,
            ThenOption.PowerSwitch powerSwitch) {
        this.service = service;
        this.ending = ending;
        this.out = out;
        this.err = err;
        this.prompt = prompt;
        this.powerSwitch = powerSwitch;
    }

    RescueService service() {
        return service;
    }

    boolean isInteractive() {
        return prompt.isInteractive();
    }

    char[] askSecret(String question) {
        return prompt.askSecret(question);
    }

    Ending ending() {
        return ending;
    }

    ThenOption.PowerSwitch powerSwitch() {
        return powerSwitch;
    }

    PrintWriter out() {
        return out;
    }

    PrintWriter err() {
        return err;
    }

    /** Prints a plan as the result of a dry run; its last line is {@code plan DIGEST}. */
    int dryRun(Plan plan, boolean json) {
        if (json) {
            out.println(PlanJson.line(plan));
        } else {
            out.print(plan.toText());
        }
        out.flush();
        return JobState.COMPLETE.exitCode();
    }

    /** Confirms a plan: by digest, by what is typed on a terminal, or not at all where nothing is overwritten. */
    ConfirmedPlan confirm(Plan plan, String digest) throws RefusedException {
        if (plan.overwrites().isNothing()) {
            return ConfirmedPlan.harmless(plan);
        }
        if (!digest.isEmpty()) {
            return ConfirmedPlan.byDigest(plan, digest);
        }
        err.print(plan.toText());
        err.flush();
        if (!prompt.isInteractive()) {
            return ConfirmedPlan.harmless(plan);
        }
        Plan.Overwrite target = plan.overwrites();
        String question = target.holdsData()
                ? "To " + plan.kind().verb() + " " + target.description() + ", type the " + target.phraseMeaning()
                        + ": "
                : target.description() + " is empty. Press Enter to go on, Ctrl-C to stop: ";
        return ConfirmedPlan.byPhrase(plan, prompt.ask(question));
    }

    /** Runs a plan to its end, with progress on standard error, and returns its report. */
    Report run(ConfirmedPlan plan, boolean json, LimitOption limit) {
        ProgressPrinter printer = new ProgressPrinter(out, err, json, prompt.isInteractive());
        JobControl control = new JobControl(printer);
        control.limit(limit.bytesPerSecond());
        try (Ending.RunningJob ignored = ending.running(control)) {
            Report report = service.run(plan, control);
            if (!json) {
                err.print(report.toText());
                err.flush();
            }
            return report;
        }
    }
}
