package org.rescuekey.vm.console;

/** What was waited for did not come. The message holds the screen as it was then. */
public final class ConsoleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConsoleException(String message) {
        super(message);
    }
}
