package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.RescueException;

/**
 * The one data path of all jobs: a reader fills slots in order, workers process them side by side, a writer drains them
 * in the order in which they were filled. The slots are all the memory there is; who has none waits.
 *
 * <p>Errors surface in that same order: what was filled before the failing slot has been drained when {@link #run}
 * throws. The reader has a thread of its own, the writer is the calling thread, and no thread outlives the call: where a call
 * to a device hangs, so does this, and {@link JobSupervisor} sees to it that nobody waits.
 *
 * @param <S> a slot: buffers that are used again and again
 */
final class Pipeline<S> {
    /** Fills slots, in order; returns false, leaving the slot alone, when there is no more. */
    @FunctionalInterface
    interface Reader<S> {
        boolean fill(S slot) throws RescueException;
    }

    /** Works on one slot at a time; every worker thread has one of its own, closed by it at the end. */
    interface Worker<S> extends AutoCloseable {
        void process(S slot) throws RescueException;

        @Override
        void close();
    }

    /** Makes the workers; called by {@link #run} once for each thread. */
    @FunctionalInterface
    interface WorkerFactory<S> {
        Worker<S> create() throws RescueException;
    }

    /** Drains slots, in the order in which they were filled. */
    @FunctionalInterface
    interface Writer<S> {
        void drain(S slot) throws RescueException;
    }

    private record Task<S>(S slot, CompletableFuture<Boolean> done) {}

    private final String name;
    private final List<S> slots;
    private final int workerCount;
    private final BlockingQueue<S> free;
    private final BlockingQueue<Task<S>> work = new LinkedBlockingQueue<>();
    private final BlockingQueue<CompletableFuture<Task<S>>> ordered = new LinkedBlockingQueue<>();
    private final AtomicInteger worked = new AtomicInteger();

    /**
     * @param name for the threads
     * @param slots the memory; at least one more than there are workers keeps them all busy
     * @param workerCount the number of worker threads
     */
    Pipeline(String name, List<S> slots, int workerCount) {
        this.name = name;
        this.slots = List.copyOf(slots);
        this.workerCount = workerCount;
        this.free = new LinkedBlockingQueue<>(this.slots);
    }

    /** Runs to the reader's end or to the first error, which it throws. For one use. */
    void run(Reader<S> reader, WorkerFactory<S> workers, Writer<S> writer) throws RescueException {
        ThreadFactory threads = Thread.ofPlatform().name(name + "-", 0).daemon().factory();
        List<Worker<S>> idle = new ArrayList<>();
        List<Thread> started = new ArrayList<>();
        try {
            for (int i = 0; i < workerCount; i++) {
                idle.add(workers.create());
            }
            while (!idle.isEmpty()) {
                Worker<S> worker = idle.getLast();
                start(threads.newThread(() -> work(worker)), started);
                idle.removeLast();
            }
            start(threads.newThread(() -> read(reader)), started);
            drain(writer);
        } finally {
            idle.forEach(Worker::close);
            started.forEach(Thread::interrupt);
            started.forEach(Pipeline::joinUninterruptibly);
        }
    }

    /** How many slots are filled and not yet taken by a worker. Of any thread, at any time. */
    int waitingForWorker() {
        return work.size();
    }

    /** How many slots are worked on and not yet taken by the writer. Of any thread, at any time. */
    int waitingForWriter() {
        return worked.get();
    }

    private static void start(Thread thread, List<Thread> started) {
        thread.start();
        started.add(thread);
    }

    private void read(Reader<S> reader) {
        try {
            while (true) {
                S slot = free.take();
                if (!reader.fill(slot)) {
                    ordered.add(CompletableFuture.completedFuture(new Task<>(slot, new CompletableFuture<>())));
                    return;
                }
                Task<S> task = new Task<>(slot, new CompletableFuture<>());
                ordered.add(task.done().thenApply(ignored -> task));
                work.add(task);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) { // whatever it is, who waits for the slot throws it
            ordered.add(CompletableFuture.failedFuture(e));
        }
    }

    private void work(Worker<S> worker) {
        try (worker) {
            while (true) {
                Task<S> task = work.take();
                try {
                    worker.process(task.slot());
                    worked.incrementAndGet();
                    task.done().complete(true);
                } catch (Throwable e) { // as above
                    task.done().completeExceptionally(e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void drain(Writer<S> writer) throws RescueException {
        try {
            while (true) {
                Task<S> task = ordered.take().get();
                if (!task.done().isDone()) {
                    return; // the reader's last slot, which it left alone
                }
                worked.decrementAndGet();
                writer.drain(task.slot());
                free.add(task.slot());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("Interrupted.");
        } catch (ExecutionException e) {
            throw unwrap(e);
        }
    }

    private static RescueException unwrap(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null
                && (cause instanceof ExecutionException || cause instanceof java.util.concurrent.CompletionException)) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case RescueException expected -> expected;
            case RuntimeException mistake -> throw mistake;
            case Error error -> throw error;
            default -> throw new IllegalStateException(cause);
        };
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
