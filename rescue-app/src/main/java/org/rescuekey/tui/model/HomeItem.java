package org.rescuekey.tui.model;

import java.util.List;

/** What Home offers, in its order. */
public enum HomeItem {
    BACK_UP('b', Action.BACK_UP, "Back up", "save a disk as an image, to put back later"),
    RESTORE('r', Action.RESTORE, "Restore", "put an image back onto a disk"),
    CLONE('c', Action.CLONE, "Clone", "copy a disk straight onto another disk"),
    VERIFY('v', Action.VERIFY, "Verify", "prove that an image can be restored"),
    IMAGES('i', Action.IMAGES, "Images", "all restore points; verify them, tidy them up"),
    LOG('l', Action.LOG, "Log", "what happened in this session"),
    SHELL('s', Action.SHELL, "Shell", "a command line; the word exit brings you back here"),
    POWER('p', Action.POWER, "Power off", "switch the machine off, or restart it"),
    QUIT('q', Action.QUIT, "Quit", "end Rescue Key");

    private final char letter;
    private final Action action;
    private final String label;
    private final String words;

    HomeItem(char letter, Action action, String label, String words) {
        this.letter = letter;
        this.action = action;
        this.label = label;
        this.words = words;
    }

    /** On the stick the machine is powered off; on another system only the program ends. */
    public static List<HomeItem> of(Model model) {
        HomeItem last = model.ownsMachine() ? POWER : QUIT;
        return List.of(BACK_UP, RESTORE, CLONE, VERIFY, IMAGES, LOG, SHELL, last);
    }

    /** Why it cannot be chosen now, a sentence; empty if it can. */
    public String disabledReason(Model model) {
        return switch (this) {
            case BACK_UP, RESTORE, CLONE, VERIFY, IMAGES ->
                model.job()
                        .map(job -> "One job at a time: \"" + job.plan().kind().label()
                                + "\" is running. Press J to see it.")
                        .orElse(model.machine().isPending() ? "The disks are still being looked at." : "");
            case POWER, QUIT ->
                model.isJobRunning() ? "A job is running. Press J to see it, and there C to cancel it first." : "";
            case LOG, SHELL -> "";
        };
    }

    public char letter() {
        return letter;
    }

    public Action action() {
        return action;
    }

    public String label() {
        return label;
    }

    public String words() {
        return words;
    }
}
