package org.rescuekey.tui.model;

import java.util.Optional;
import org.rescuekey.engine.JobEvent;
import org.rescuekey.engine.JobEvent.Finished;
import org.rescuekey.engine.JobEvent.Note;
import org.rescuekey.engine.JobEvent.Progress;
import org.rescuekey.engine.JobEvent.StepStarted;
import org.rescuekey.engine.Report;
import org.rescuekey.plan.ConfirmedPlan;

/** Starts, steers and ends the one job that can run. Pure. */
final class Jobs {
    private Jobs() {}

    static Turn start(Model model, ConfirmedPlan confirmed) {
        if (model.isJobRunning()) {
            return Turn.of(model.withNotice("A job is running already."));
        }
        Job job = Job.start(confirmed.plan(), model.now());
        Model running = model.withJob(Optional.of(job))
                .atHome(new RunScreen(false))
                .logged(confirmed.plan().title() + ": started, plan "
                        + confirmed.plan().digest());
        return Turn.of(running, new Cmd.RunJob(confirmed));
    }

    static Turn told(Model model, JobEvent event) {
        Job job = model.job().orElse(null);
        if (job == null) {
            return Turn.of(model);
        }
        return switch (event) {
            case StepStarted begun ->
                Turn.of(model.withJob(Optional.of(job.begun(begun, model.now())))
                        .logged("Step " + begun.step() + " of " + begun.steps() + ": " + begun.words()));
            case Progress progress -> Turn.of(model.withJob(Optional.of(job.progressed(progress, model.now()))));
            case Note(String words) ->
                Turn.of(model.withJob(Optional.of(job.noted(words, model.now())))
                        .logged(words));
            case Finished(Report report) -> finished(model, report);
        };
    }

    private static Turn finished(Model model, Report report) {
        return model.withJob(Optional.empty())
                .atHome(new ReportScreen(report, 0))
                .logged(report.kind().label() + ": " + report.state().label() + ". " + report.headline())
                .lookAgain();
    }

    static Turn togglePause(Model model) {
        Job job = model.job().orElse(null);
        if (job == null || job.phase() == Job.Phase.CANCELLING) {
            return Turn.of(model);
        }
        boolean pausing = job.phase() == Job.Phase.RUNNING;
        return Turn.of(
                model.withJob(Optional.of(job.in(pausing ? Job.Phase.PAUSED : Job.Phase.RUNNING)))
                        .logged(pausing ? "Paused." : "Goes on."),
                new Cmd.PauseJob(pausing));
    }

    static Turn cancel(Model model) {
        Job job = model.job().orElse(null);
        if (job == null) {
            return Turn.of(model);
        }
        return Turn.of(
                model.withJob(Optional.of(job.in(Job.Phase.CANCELLING))).logged("Cancelled by the user."),
                new Cmd.CancelJob());
    }
}
