package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rescuekey.engine.DeviceWatch.Call;

/**
 * Runs the work of a job in a thread of its own and watches over it from the calling thread: names a device that does not
 * answer, and once the user has cancelled waits for no device any longer.
 *
 * <p>A call into the kernel that hangs cannot be interrupted. So a job that does not come to its end after a cancel is left
 * behind: its report is made without it, its threads are daemons, and no call to a device begins in them any more. What they
 * hold stays as it is until the call comes back or the process ends: the buffers of the call, the open devices, with them the
 * exclusive use of a target, and the protection of a source, which stays read-only. When the call comes back, its thread
 * closes all of this by itself, as at any other end.
 *
 * <p>For one use.
 */
final class JobSupervisor {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long TICK_NANOS = NANOS_PER_SECOND / 4;

    /** A call that takes longer is told. */
    private static final long PATIENCE_NANOS = 3 * NANOS_PER_SECOND;

    /** After a cancel, a call may take so long to answer. */
    private static final long GRACE_NANOS = NANOS_PER_SECOND;

    /** After a cancel, what waits for no device that is watched may take so long: a key that is derived, a mount. */
    private static final long LONG_GRACE_NANOS = 10 * NANOS_PER_SECOND;

    private final Ticker ticker;
    private final JobControl control;
    private final Meter meter;
    private final DeviceWatch watch;
    private final Object ended = new Object();
    private final Map<Call, Seen> seen = new HashMap<>();
    private @Nullable Outcome outcome;
    private boolean isPaused;
    private long limit;
    private long cancelSeenAt;
    private boolean isCancelSeen;

    /** When a call was first seen under way, and for how many seconds it was told to be. */
    private static final class Seen {
        private final long at;
        private long toldSeconds;

        Seen(long at) {
            this.at = at;
        }
    }

    /**
     * The end of the work, or why it was left.
     *
     * @param outcome of the work; empty if it was left behind
     * @param waiting the calls that had not come back then
     */
    record End(Optional<Outcome> outcome, List<JobEvent.Waiting> waiting) {}

    JobSupervisor(Ticker ticker, JobControl control, Meter meter, DeviceWatch watch) {
        this.ticker = ticker;
        this.control = control;
        this.meter = meter;
        this.watch = watch;
    }

    /** @param work never throws */
    End run(Supplier<Outcome> work) {
        Thread thread = Thread.ofPlatform().name("job").daemon().start(() -> {
            Outcome result = work.get();
            synchronized (ended) {
                outcome = result;
                ended.notifyAll();
            }
        });
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    Outcome result = awaitTick();
                    if (result != null) {
                        thread.join();
                        lookOnceMore();
                        return new End(Optional.of(result), List.of());
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                    thread.interrupt();
                }
                long now = ticker.getAsLong();
                look(now);
                List<Call> hanging = hanging(now);
                if (isToBeLeft(now, hanging)) {
                    watch.leave();
                    return new End(Optional.empty(), waiting(hanging, now));
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private @Nullable Outcome awaitTick() throws InterruptedException {
        synchronized (ended) {
            if (outcome == null) {
                ticker.await(ended, TICK_NANOS);
            }
            return outcome;
        }
    }

    /** What answered just before the end is told, too. */
    private void lookOnceMore() {
        if (!seen.isEmpty()) {
            look(ticker.getAsLong());
        }
    }

    private void look(long now) {
        try {
            tellOrders();
            lookAtCalls(now);
            meter.look(now);
        } catch (RuntimeException | Error e) {
            // Who listens fails. The job's own threads meet the same with their next event, and end the job in words.
        }
        if (control.isCancelled() && !isCancelSeen) {
            isCancelSeen = true;
            cancelSeenAt = now;
        }
    }

    private void tellOrders() {
        boolean pausedNow = control.isPaused();
        if (pausedNow != isPaused) {
            isPaused = pausedNow;
            meter.send(new JobEvent.Paused(isPaused));
        }
        long limitNow = control.limit();
        if (limitNow != limit) {
            limit = limitNow;
            meter.send(new JobEvent.Limited(limit));
        }
    }

    private void lookAtCalls(long now) {
        List<Call> underWay = watch.underWay();
        for (Call call : List.copyOf(seen.keySet())) {
            if (!underWay.contains(call)) {
                Seen was = seen.remove(call);
                if (was != null && was.toldSeconds > 0) {
                    meter.note(call.device() + " answered after " + (now - was.at) / NANOS_PER_SECOND + " s.");
                }
            }
        }
        for (Call call : underWay) {
            Seen since = seen.computeIfAbsent(call, _ -> new Seen(now));
            long seconds = (now - since.at) / NANOS_PER_SECOND;
            if (now - since.at >= PATIENCE_NANOS && seconds > since.toldSeconds) {
                since.toldSeconds = seconds;
                meter.send(call.waitingFor(seconds));
            }
        }
    }

    /** The calls that had the time of grace, the oldest first. */
    private List<Call> hanging(long now) {
        return seen.entrySet().stream()
                .filter(entry -> now - entry.getValue().at >= GRACE_NANOS)
                .sorted(Comparator.comparingLong(entry -> entry.getValue().at))
                .map(Map.Entry::getKey)
                .toList();
    }

    private boolean isToBeLeft(long now, List<Call> hanging) {
        long sinceCancel = now - cancelSeenAt;
        return isCancelSeen && (sinceCancel >= LONG_GRACE_NANOS || (sinceCancel >= GRACE_NANOS && !hanging.isEmpty()));
    }

    private List<JobEvent.Waiting> waiting(List<Call> calls, long now) {
        List<JobEvent.Waiting> waiting = new ArrayList<>();
        for (Call call : calls) {
            Seen since = seen.get(call);
            waiting.add(call.waitingFor(since == null ? 0 : (now - since.at) / NANOS_PER_SECOND));
        }
        return waiting;
    }
}
