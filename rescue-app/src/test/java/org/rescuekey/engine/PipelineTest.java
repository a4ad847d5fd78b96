package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.RescueException;

/** The one data path: order, errors, and that it leaves no thread and no worker behind. */
@Timeout(60)
final class PipelineTest {
    private static final int WORKERS = 3;

    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final List<Integer> drained = new ArrayList<>();

    /** A slot with a number in it. */
    private static final class Slot {
        private int number;
        private int worked;
    }

    @FunctionalInterface
    private interface Work {
        void on(Slot slot) throws RescueException;
    }

    private Pipeline.WorkerFactory<Slot> workers(Work work) {
        return () -> {
            opened.incrementAndGet();
            return new Pipeline.Worker<>() {
                @Override
                public void process(Slot slot) throws RescueException {
                    work.on(slot);
                }

                @Override
                public void close() {
                    closed.incrementAndGet();
                }
            };
        };
    }

    private static Pipeline.Reader<Slot> count(int end) {
        AtomicInteger next = new AtomicInteger();
        return slot -> {
            if (next.get() == end) {
                return false;
            }
            slot.number = next.getAndIncrement();
            return true;
        };
    }

    private static Pipeline<Slot> pipeline(int slots) {
        List<Slot> memory = new ArrayList<>();
        for (int i = 0; i < slots; i++) {
            memory.add(new Slot());
        }
        return new Pipeline<>("pipeline-test", memory, WORKERS);
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(closed.get()).as("closed workers").isEqualTo(opened.get());
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(Thread::isAlive)
                        .map(Thread::getName)
                        .filter(name -> name.startsWith("pipeline-test")))
                .isEmpty();
    }

    @Test
    void slotsAreDrainedInTheOrderInWhichTheyWereFilled() throws Exception {
        for (int slots : new int[] {1, 2, 8}) {
            drained.clear();
            pipeline(slots).run(count(500), workers(slot -> slot.worked = slot.number * 3), slot -> {
                assertThat(slot.worked).isEqualTo(slot.number * 3);
                drained.add(slot.number);
            });
            assertThat(drained).hasSize(500).isSorted().first().isEqualTo(0);
        }
    }

    @Test
    void nothingToDoIsDone() throws Exception {
        pipeline(4).run(count(0), workers(slot -> {}), slot -> drained.add(slot.number));
        assertThat(drained).isEmpty();
    }

    @Test
    void aSlowWorkerDoesNotChangeTheOrder() throws Exception {
        CountDownLatch secondIsDone = new CountDownLatch(1);
        pipeline(4)
                .run(
                        count(20),
                        workers(slot -> {
                            if (slot.number == 0) {
                                await(secondIsDone);
                            } else {
                                secondIsDone.countDown();
                            }
                        }),
                        slot -> drained.add(slot.number));
        assertThat(drained).hasSize(20).isSorted();
    }

    private static void await(CountDownLatch latch) throws CancelledException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        }
    }

    @Test
    void anErrorOfAWorkerComesWhenAllBeforeItIsDrained() {
        assertThatThrownBy(() -> pipeline(8)
                        .run(
                                count(100),
                                workers(slot -> {
                                    if (slot.number >= 40) {
                                        throw new IntegrityException("block " + slot.number);
                                    }
                                }),
                                slot -> drained.add(slot.number)))
                .isInstanceOf(IntegrityException.class)
                .hasMessage("block 40");
        assertThat(drained).hasSize(40);
    }

    @Test
    void anErrorOfTheReaderComesWhenAllBeforeItIsDrained() {
        Pipeline.Reader<Slot> counting = count(100);
        assertThatThrownBy(() -> pipeline(8)
                        .run(
                                slot -> {
                                    boolean more = counting.fill(slot);
                                    if (slot.number == 25) {
                                        throw new DeviceException("gone", DeviceException.ENXIO);
                                    }
                                    return more;
                                },
                                workers(slot -> {}),
                                slot -> drained.add(slot.number)))
                .isInstanceOf(DeviceException.class)
                .hasMessage("gone");
        assertThat(drained).hasSize(25);
    }

    @Test
    void anErrorOfTheWriterEndsAll() {
        assertThatThrownBy(() -> pipeline(8).run(count(1_000_000), workers(slot -> {}), slot -> {
                    if (slot.number == 30) {
                        throw new DeviceException("full", DeviceException.ENOSPC);
                    }
                }))
                .isInstanceOf(DeviceException.class)
                .hasMessage("full");
    }

    @Test
    void mistakesSurfaceAsTheyAre() {
        assertThatThrownBy(() -> pipeline(3)
                        .run(
                                count(10),
                                workers(slot -> {
                                    throw new IllegalStateException("worker");
                                }),
                                slot -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("worker");
        assertThatThrownBy(() -> pipeline(3)
                        .run(
                                slot -> {
                                    throw new OutOfMemoryError("reader");
                                },
                                workers(slot -> {}),
                                slot -> {}))
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessage("reader");
    }

    @Test
    void aWorkerThatCannotBeMadeClosesThoseThatWere() {
        Pipeline.WorkerFactory<Slot> made = workers(slot -> {});
        AtomicInteger left = new AtomicInteger(2);
        assertThatThrownBy(() -> pipeline(8)
                        .run(
                                count(10),
                                () -> {
                                    if (left.getAndDecrement() == 0) {
                                        throw new DeviceException("no memory", DeviceException.UNKNOWN);
                                    }
                                    return made.create();
                                },
                                slot -> {}))
                .hasMessage("no memory");
        assertThat(opened.get()).isEqualTo(2);
    }

    @Test
    void anInterruptedCallerIsCancelledAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> pipeline(4).run(count(1_000_000), workers(slot -> {}), slot -> {}))
                .isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
