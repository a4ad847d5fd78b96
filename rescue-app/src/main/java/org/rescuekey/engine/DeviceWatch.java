package org.rescuekey.engine;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;

/**
 * Which calls to its disks and places a job is waiting for at this moment. Once the job was left behind, no call begins any
 * more but those that close something: what a thread that comes back after all would still do to a target is not done.
 * Safe for several threads.
 */
final class DeviceWatch {
    private final Set<Call> underWay = ConcurrentHashMap.newKeySet();
    private final LongAdder failures = new LongAdder();
    private volatile boolean isLeft;
    private volatile boolean isTargetTouched;
    private volatile JobEvent.Where place = JobEvent.Where.UNKNOWN;
    private volatile boolean isOnDisk;

    /** One call; two of them are never the same. */
    static final class Call {
        private final String device;
        private final Action action;
        private final long offsetBytes;

        private Call(String device, Action action, long offsetBytes) {
            this.device = device;
            this.action = action;
            this.offsetBytes = offsetBytes;
        }

        String device() {
            return device;
        }

        JobEvent.Waiting waitingFor(long seconds) {
            return new JobEvent.Waiting(device, action.word, offsetBytes, seconds);
        }
    }

    /** What a device is asked to do. */
    enum Action {
        OPEN("request to open it"),
        READ("read"),
        WRITE("write"),
        FLUSH("flush"),
        LOOK_UP("request to look at its files"),
        CLOSE("request to close it");

        private final String word;

        Action(String word) {
            this.word = word;
        }
    }

    /** What is asked of a device. */
    @FunctionalInterface
    interface Question<T> {
        T ask() throws RescueException;
    }

    /** The same without an answer. */
    @FunctionalInterface
    interface Order {
        void give() throws RescueException;
    }

    /** Asks a device, and is seen to wait for it. */
    <T> T ask(String device, Action action, long offsetBytes, Question<T> question) throws RescueException {
        Call call = new Call(device, action, offsetBytes);
        underWay.add(call); // before the look, so that who leaves the job behind sees the call or stops it
        try {
            if (isLeft && action != Action.CLOSE) {
                throw new CancelledException("Cancelled by the user, and left behind.");
            }
            return question.ask();
        } catch (DeviceException e) {
            if (action == Action.READ || action == Action.WRITE) {
                failures.increment();
            }
            throw e;
        } finally {
            underWay.remove(call);
        }
    }

    void give(String device, Action action, long offsetBytes, Order order) throws RescueException {
        ask(device, action, offsetBytes, () -> {
            order.give();
            return true;
        });
    }

    /** The job works at this place of a disk now. */
    void atDisk(String disk, long offsetBytes) {
        isOnDisk = true;
        place = new JobEvent.Where(disk, offsetBytes, 0);
    }

    /** The job works at this place of an image's file now; where a disk takes part, its place is what people ask for. */
    void atFile(String file, long offsetBytes) {
        if (!isOnDisk) {
            place = new JobEvent.Where(file, offsetBytes, 0);
        }
    }

    /** Another step begins; where it works is not known yet. */
    void stepBegins() {
        isOnDisk = false;
        place = JobEvent.Where.UNKNOWN;
    }

    JobEvent.Where where() {
        JobEvent.Where now = place;
        return new JobEvent.Where(now.device(), now.offsetBytes(), failures.sum());
    }

    /** Something of a target, or of the place of an image, is about to be changed. */
    void touchTarget() {
        isTargetTouched = true;
    }

    /** Whether anything was asked of a target that changes it. */
    boolean isTargetTouched() {
        return isTargetTouched;
    }

    List<Call> underWay() {
        return List.copyOf(underWay);
    }

    /** Lets nothing begin any more. */
    void leave() {
        isLeft = true;
    }
}
