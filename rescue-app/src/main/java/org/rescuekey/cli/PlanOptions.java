package org.rescuekey.cli;

import org.rescuekey.engine.Report;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import picocli.CommandLine.Option;

/** What all commands share that run only after their plan was confirmed: to look at it, to confirm it, to follow it. */
final class PlanOptions {
    @Option(names = "--dry-run", description = "Print the plan and its digest, and do nothing.")
    private boolean dryRun;

    @Option(names = "--confirm", paramLabel = "DIGEST", description = "The digest of the plan that was looked at.")
    private String confirm = "";

    @Option(names = "--json", description = "Print events as JSON, one a line, on standard output.")
    private boolean json;

    /** Plans, and runs the plan if it is confirmed; returns the exit code. */
    int run(Context context, Request request) throws RescueException {
        return run(context, request, new LimitOption(), new ThenOption());
    }

    /** The same for a job that can be slowed down and that something can follow. */
    int run(Context context, Request request, LimitOption limit, ThenOption then) throws RescueException {
        Plan plan = context.service().plan(request).orThrow();
        if (dryRun) {
            return context.dryRun(plan, json);
        }
        Report report = context.run(context.confirm(plan, confirm), json, limit);
        then.follow(context, report);
        return report.state().exitCode();
    }
}
