package org.rescuekey.engine;

import java.util.Optional;
import org.rescuekey.plan.Request;

/**
 * Says at which zstd level the next blocks are compressed: a fixed one, or one that follows the bottleneck. It begins at the
 * lowest; while encoded slots pile up before the writer, the target is the bottleneck and smaller blocks cost no time: the level
 * rises. While read slots pile up before the workers, the cores are the bottleneck: it falls. Where neither is so, the source
 * is what everybody waits for, and it stays.
 *
 * <p>One look at the queues says little, so a change takes several in a row that agree; a fall takes fewer than a rise, and
 * every fall makes the next rise wait longer, so that a level that is too high is not tried again and again. A rise that is
 * followed by another undoes that.
 *
 * <p>Safe for several threads.
 */
final class LevelChooser {
    /** From here on, zstd takes twice the time for one per cent of the size. */
    static final int HIGHEST = 9;

    static final int LOWEST = 1;

    /** So many slots in a row, at first. */
    static final int RISE_AFTER = 8;

    static final int FALL_AFTER = 4;
    private static final int LONGEST_RISE = 64 * RISE_AFTER;

    private final boolean isAdaptive;
    private final int workers;
    private int level;
    private int highestUsed;
    private int riseAfter = RISE_AFTER;
    private int targetWaited;
    private int coresWaited;
    private boolean hasJustRisen;

    private LevelChooser(boolean isAdaptive, int level, int workers) {
        this.isAdaptive = isAdaptive;
        this.level = level;
        this.highestUsed = level;
        this.workers = workers;
    }

    /**
     * As a request or plan has it.
     *
     * @param level a zstd level, or {@link Request.Capture#ADAPTIVE_LEVEL}
     * @param workers the number of worker threads
     */
    static LevelChooser of(int level, int workers) {
        return level == Request.Capture.ADAPTIVE_LEVEL
                ? new LevelChooser(true, LOWEST, workers)
                : new LevelChooser(false, level, workers);
    }

    /**
     * The level for a slot that a worker has just taken.
     *
     * @param waitingForWorker slots that were read and that no worker has taken yet
     * @param waitingForWriter slots that are encoded and that the writer has not taken yet
     */
    synchronized int next(int waitingForWorker, int waitingForWriter) {
        if (!isAdaptive) {
            return level;
        }
        // The workers end out of order: up to one slot each waits for another worker and not for the writer.
        boolean isTargetSlow = waitingForWriter > workers;
        boolean areCoresSlow = !isTargetSlow && waitingForWorker >= workers;
        targetWaited = isTargetSlow ? targetWaited + 1 : 0;
        coresWaited = areCoresSlow ? coresWaited + 1 : 0;
        if (targetWaited >= riseAfter) {
            rise();
        } else if (coresWaited >= FALL_AFTER) {
            fall();
        }
        return level;
    }

    private void rise() {
        targetWaited = 0;
        if (level == HIGHEST) {
            return;
        }
        if (hasJustRisen) {
            riseAfter = Math.max(RISE_AFTER, riseAfter / 2);
        }
        hasJustRisen = true;
        level++;
        highestUsed = Math.max(highestUsed, level);
    }

    private void fall() {
        coresWaited = 0;
        if (level == LOWEST) {
            return;
        }
        hasJustRisen = false;
        riseAfter = Math.min(LONGEST_RISE, 2 * riseAfter);
        level--;
    }

    /** That the place was slow, if it was, in a sentence. */
    synchronized Optional<String> words() {
        return isAdaptive && highestUsed > LOWEST
                ? Optional.of("The place was slower than the cores at times: compressed at levels " + LOWEST + " to "
                        + highestUsed + ".")
                : Optional.empty();
    }
}
