package org.rescuekey.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.rescuekey.engine.RescueService;
import org.rescuekey.platform.linux.AtExit;

/**
 * The command line in this process, as a script or a person sees it: what a command printed, its exit code, and what is typed
 * where it asks for a password.
 */
final class Typed {
    private final RescueService service;
    private final Deque<String> passwords = new ArrayDeque<>();
    private boolean isTerminal;
    private String out = "";
    private String err = "";

    /** What was done to the machine, in order. */
    private final List<String> power = new ArrayList<>();

    private final ThenOption.PowerSwitch powerSwitch = new ThenOption.PowerSwitch() {
        @Override
        public void powerOff() {
            power.add("power-off");
        }

        @Override
        public void restart() {
            power.add("reboot");
        }
    };

    Typed(RescueService service) {
        this.service = service;
    }

    /** From now on there is a person, who types these passwords one after another. */
    void onTerminal(String... typed) {
        isTerminal = true;
        passwords.addAll(List.of(typed));
    }

    /** Whether every password was asked for. */
    boolean isAllTyped() {
        return passwords.isEmpty();
    }

    /** Runs a command and returns its exit code. */
    int run(String... arguments) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        Context.Prompt prompt = new Context.Prompt() {
            @Override
            public boolean isInteractive() {
                return isTerminal;
            }

            @Override
            public String ask(String question) {
                return "";
            }

            @Override
            public char[] askSecret(String question) {
                return passwords.remove().toCharArray();
            }
        };
        Context context = new Context(
                service,
                new Ending(new AtExit()),
                new PrintWriter(outText, true),
                new PrintWriter(errText, true),
                prompt,
                powerSwitch);
        int exitCode = RescueKey.run(context, arguments);
        out = outText.toString();
        err = errText.toString();
        return exitCode;
    }

    /** What was done to the machine so far. */
    List<String> power() {
        return power;
    }

    /** What the last command wrote to standard output. */
    String out() {
        return out;
    }

    /** What the last command wrote to standard error. */
    String err() {
        return err;
    }

    String lastLine() {
        return out.lines().reduce("", (before, line) -> line);
    }
}
