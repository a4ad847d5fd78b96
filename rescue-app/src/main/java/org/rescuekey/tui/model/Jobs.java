package org.rescuekey.tui.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.engine.JobEvent;
import org.rescuekey.engine.JobEvent.Finished;
import org.rescuekey.engine.JobEvent.Limited;
import org.rescuekey.engine.JobEvent.Note;
import org.rescuekey.engine.JobEvent.Paused;
import org.rescuekey.engine.JobEvent.Progress;
import org.rescuekey.engine.JobEvent.StepStarted;
import org.rescuekey.engine.JobEvent.Waiting;
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
            case Waiting waiting -> Turn.of(model.withJob(Optional.of(job.waitingFor(waiting))));
            case Paused _, Limited _ -> Turn.of(model); // the user's own keys, which the model knows already
            case Finished(Report report) -> finished(model, report);
        };
    }

    /** Only after a complete job the machine is powered off or restarted, whatever was chosen. */
    private static Turn finished(Model model, Report report) {
        AfterJob then = model.job().map(job -> job.steering().then()).orElse(AfterJob.STAY);
        Turn turn = model.withJob(Optional.empty())
                .atHome(new ReportScreen(report, 0))
                .logged(report.kind().label() + ": " + report.state().label() + ". " + report.headline())
                .lookAgain();
        if (then == AfterJob.STAY) {
            return turn;
        }
        if (!report.state().isSuccess()) {
            String words = "The machine stays on: only after a complete job it would " + then.label() + ".";
            return new Turn(turn.model().withNotice(words).logged(words), turn.commands());
        }
        String words = then == AfterJob.POWER_OFF ? "Complete: powering off ..." : "Complete: restarting ...";
        List<Cmd> commands = new ArrayList<>(turn.commands());
        commands.add(then == AfterJob.POWER_OFF ? new Cmd.PowerOff() : new Cmd.Reboot());
        return new Turn(turn.model().withNotice(words).logged(words), commands);
    }

    static Turn togglePause(Model model) {
        Job job = model.job().orElse(null);
        if (job == null || job.phase() == Steering.Phase.CANCELLING) {
            return Turn.of(model);
        }
        boolean pausing = job.phase() == Steering.Phase.RUNNING;
        Steering.Phase next = pausing ? Steering.Phase.PAUSED : Steering.Phase.RUNNING;
        return Turn.of(
                steered(model, job, job.steering().in(next, model.now())).logged(pausing ? "Paused." : "Goes on."),
                new Cmd.PauseJob(pausing));
    }

    static Turn nextLimit(Model model) {
        Job job = model.job().orElse(null);
        if (job == null) {
            return Turn.of(model);
        }
        Steering next = job.steering().nextLimit();
        return Turn.of(
                steered(model, job, next).logged("Limit of the rate: " + next.limitText() + "."),
                new Cmd.LimitJob(next.limitBytesPerSecond()));
    }

    static Turn nextThen(Model model) {
        Job job = model.job().orElse(null);
        return Turn.of(job == null ? model : steered(model, job, job.steering().nextThen()));
    }

    static Turn cancel(Model model) {
        Job job = model.job().orElse(null);
        if (job == null) {
            return Turn.of(model);
        }
        Steering ending = job.steering().in(Steering.Phase.CANCELLING, model.now());
        return Turn.of(steered(model, job, ending).logged("Cancelled by the user."), new Cmd.CancelJob());
    }

    private static Model steered(Model model, Job job, Steering steering) {
        return model.withJob(Optional.of(job.steered(steering, model.now())));
    }
}
