package org.rescuekey.tui;

import java.time.Clock;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.rescuekey.engine.ImageKeyService;
import org.rescuekey.engine.JobControl;
import org.rescuekey.engine.Report;
import org.rescuekey.engine.RescueService;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.Place;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.PlanResult;
import org.rescuekey.plan.Request;

/** A service whose first answer waits until a gate opens. */
final class GatedService implements RescueService {
    final FakeService service = new FakeService(Clock.systemUTC(), 0);
    final CountDownLatch open = new CountDownLatch(1);
    final CountDownLatch jobRuns = new CountDownLatch(1);
    final CountDownLatch jobMayEnd = new CountDownLatch(1);
    volatile CountDownLatch passwordMayBeTried = new CountDownLatch(0);
    final CountDownLatch cancelSeen = new CountDownLatch(1);
    volatile boolean holdJobs;
    volatile boolean holdUntilCancelled;
    volatile boolean breakJobs;
    volatile @Nullable Error breaksWith;
    volatile @Nullable Error breaksPlans;
    volatile @Nullable Report report;
    volatile boolean faultyImages;
    volatile String failure = "";

    @Override
    public Machine inventory() throws RescueException {
        await(open);
        if (!failure.isEmpty()) {
            throw new DeviceException(failure, DeviceException.EIO);
        }
        return service.inventory();
    }

    @Override
    public List<Place> places() {
        return service.places();
    }

    @Override
    public Place openPlace(Place place) {
        return service.openPlace(place);
    }

    @Override
    public List<ImageFacts> images(String directory) {
        return faultyImages ? new Faulty<>() : service.images(directory);
    }

    @Override
    public ImageFacts image(String path) throws RescueException {
        await(passwordMayBeTried);
        return service.image(path);
    }

    @Override
    public Recoverable recoverable(String path) throws RescueException {
        return service.recoverable(path);
    }

    @Override
    public ImageFacts recover(String path) throws RescueException {
        return service.recover(path);
    }

    @Override
    public ImageKeyService keys() {
        return service.keys();
    }

    @Override
    public PlanResult plan(Request request) {
        if (breaksPlans != null) {
            throw breaksPlans;
        }
        return service.plan(request);
    }

    @Override
    public Report run(ConfirmedPlan plan, JobControl handle) {
        jobRuns.countDown();
        if (breaksWith != null) {
            throw breaksWith;
        }
        if (breakJobs) {
            throw new IllegalStateException("broken on purpose");
        }
        if (holdUntilCancelled) {
            awaitCancel(handle);
        }
        if (holdJobs || holdUntilCancelled) {
            await(jobMayEnd);
        }
        Report made = service.run(plan, handle);
        report = made;
        return made;
    }

    @Override
    public void releasePlaces() {
        service.releasePlaces();
    }

    @Override
    public String version() {
        return service.version();
    }

    /** A paused job waits, until it is cancelled. */
    private void awaitCancel(JobControl handle) {
        handle.pause(true);
        try {
            handle.checkpoint();
        } catch (CancelledException e) {
            cancelSeen.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A list that breaks when it is looked at. */
    private static final class Faulty<T> extends AbstractList<T> {
        @Override
        public T get(int index) {
            throw new IllegalStateException("broken on purpose");
        }

        @Override
        public int size() {
            return 1;
        }
    }
}
