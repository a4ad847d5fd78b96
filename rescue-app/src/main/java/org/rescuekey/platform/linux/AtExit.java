package org.rescuekey.platform.linux;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done when the program ends, in whatever way but by SIGKILL: jobs come to their end first, then terminals are set
 * back, then devices. It is one hook of the Java runtime, because the runtime runs all its hooks side by side: a source
 * would become writable while it is still read. Safe for several threads.
 */
public final class AtExit {
    /** In this order. */
    public enum Stage {
        /** Jobs are cancelled, and have ended when the action returns. */
        JOBS,
        /** Terminals are set back to what they were. */
        TERMINALS,
        /** Devices are set back to what they were. */
        DEVICES,
        /** Nothing is left to be done. */
        LAST
    }

    /** An action that was registered; closing it takes it back, which does nothing once the program is ending. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    private record Action(Stage stage, Runnable work) {}

    private static final Logger LOG = LoggerFactory.getLogger(AtExit.class);

    private final List<Action> actions = new ArrayList<>();

    public AtExit() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::run, "at-exit"));
    }

    /** Registers an action; those of one stage are done in the order of their registration. */
    public Registration register(Stage stage, Runnable work) {
        Action action = new Action(stage, work);
        synchronized (actions) {
            actions.add(action);
        }
        return () -> {
            synchronized (actions) {
                actions.remove(action);
            }
        };
    }

    /** What one action gets wrong keeps no other from being done. */
    private void run() {
        for (Stage stage : Stage.values()) {
            for (Action action : of(stage)) {
                try {
                    action.work().run();
                } catch (RuntimeException | Error e) { // the stages behind it still have their turn
                    LOG.error("At the end of the program, in stage {}", stage, e);
                }
            }
        }
    }

    private List<Action> of(Stage stage) {
        synchronized (actions) {
            return actions.stream().filter(action -> action.stage() == stage).toList();
        }
    }
}
