package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rescuekey.error.CancelledException;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.Plan;
import org.rescuekey.units.Extent;

/** Going slower, waiting, and how long that was. */
@Timeout(60)
final class JobControlTest {
    private static final long MIB = 1L << 20;
    private static final long SECOND = 1_000_000_000L;

    private final LeapingTicker ticker = new LeapingTicker();
    private final JobControl control = new JobControl(event -> {}, ticker);

    /** Whoever waits finds that the time is over. */
    private static final class LeapingTicker implements Ticker {
        private long now;

        @Override
        public synchronized long getAsLong() {
            return now;
        }

        @Override
        public synchronized void await(Object monitor, long nanos) {
            now += nanos;
        }

        synchronized void pass(long nanos) {
            now += nanos;
        }
    }

    private void read(int mebibytes) throws CancelledException {
        for (int i = 0; i < mebibytes; i++) {
            control.checkpoint();
            control.charge(MIB, 0);
        }
        control.checkpoint();
    }

    @Test
    void aLimitIsKept() throws Exception {
        control.limit(10 * MIB);
        read(100);
        assertThat(ticker.getAsLong()).isBetween(10 * SECOND - SECOND / 2, 10 * SECOND);
    }

    @Test
    void whatWasWrittenCountsByItself() throws Exception {
        control.limit(10 * MIB);
        for (int i = 0; i < 100; i++) {
            control.charge(MIB, 2 * MIB);
            control.checkpoint();
        }
        assertThat(ticker.getAsLong()).isBetween(20 * SECOND - SECOND / 2, 20 * SECOND);
    }

    @Test
    void aSlowDiskDoesNotSaveUpForLater() throws Exception {
        control.limit(10 * MIB);
        ticker.pass(1000 * SECOND);
        read(100);
        assertThat(ticker.getAsLong() - 1000 * SECOND).isGreaterThan(9 * SECOND);
    }

    @Test
    void withoutALimitNobodyWaits() throws Exception {
        read(100);
        assertThat(ticker.getAsLong()).isZero();
        control.limit(MIB);
        read(3);
        long before = ticker.getAsLong();
        control.limit(0);
        read(100);
        assertThat(ticker.getAsLong()).isEqualTo(before);
        assertThat(control.limit()).isZero();
    }

    @Test
    void aCancelEndsTheWaitForARate() throws Exception {
        ManualTicker standing = new ManualTicker();
        JobControl held = new JobControl(event -> {}, standing);
        held.limit(MIB);
        held.charge(1000 * MIB, 0);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
            try {
                held.checkpoint();
            } catch (CancelledException e) {
                throw new CompletionException(e);
            }
        });
        standing.awaitSomebody();
        held.cancel();
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(CancelledException.class);
    }

    @Test
    void aWholeJobKeepsToItsLimit() throws Exception {
        try (TestBench bench = new TestBench()) {
            BenchDisk source = bench.disk("/dev/sda", 6 * MIB);
            Layouts.fill(source.medium(), new Extent(0, 6 * MIB), 1);
            Plan plan = bench.plan(TestBench.captureOf("/dev/sda", bench.images()));
            control.limit(MIB);
            Report report = bench.service().run(ConfirmedPlan.byDigest(plan, plan.digest()), control);
            assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
            assertThat(ticker.getAsLong()).isGreaterThan((report.readBytes() / MIB - 2) * SECOND);
        }
    }

    @Test
    void whatWasPausedIsKnown() {
        ticker.pass(5 * SECOND);
        control.pause(true);
        ticker.pass(7 * SECOND);
        assertThat(control.pausedNanos()).isEqualTo(7 * SECOND);
        control.pause(true);
        ticker.pass(SECOND);
        control.pause(false);
        ticker.pass(100 * SECOND);
        assertThat(control.pausedNanos()).isEqualTo(8 * SECOND);
    }
}
