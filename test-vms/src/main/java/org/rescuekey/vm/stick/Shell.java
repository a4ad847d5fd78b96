package org.rescuekey.vm.stick;

import java.time.Duration;
import org.rescuekey.vm.console.SerialConsole;

/**
 * A shell on a serial line that runs one command after another and tells its output from its exit status. It
 * turns off the echo, so what is read is what the command wrote. One thread.
 */
public final class Shell {
    private static final Duration PROMPT_LIMIT = Duration.ofMinutes(20);

    /** What a command wrote, output and errors together, and its exit status. */
    public record Result(int status, String output) {
        /** The last line that is not empty. */
        public String lastLine() {
            return output.lines().filter(line -> !line.isBlank()).reduce("", (first, second) -> second);
        }
    }

    private final SerialConsole line;
    private int number;

    private Shell(SerialConsole line) {
        this.line = line;
    }

    /** Waits for the shell's prompt on this line and makes the shell quiet. */
    public static Shell on(SerialConsole line) {
        line.expect("a prompt", PROMPT_LIMIT, lines -> lines.stream().anyMatch(text -> text.endsWith("#")));
        Shell shell = new Shell(line);
        line.type("exec bash --norc --noediting\n");
        line.type("stty -echo; PS1= PS2=; stty cols 200\n");
        shell.run("true", PROMPT_LIMIT);
        return shell;
    }

    /** Runs the command to its end, whatever its status. */
    public Result run(String command, Duration limit) {
        int mark = start(command);
        return await(mark, limit);
    }

    /** Starts the command and returns at once; {@link #await} waits for its end. */
    public int start(String command) {
        number++;
        int mark = line.mark();
        line.type(command + "\nprintf '\\n[[%d:%d]]\\n' " + number + " $?\n");
        return mark;
    }

    /** Waits for the end of the command that {@link #start} gave this mark for. */
    public Result await(int mark, Duration limit) {
        String end = "\n[[" + number + ":";
        String printed = line.expectPrinted(mark, end, "]]", limit);
        int at = printed.indexOf(end);
        int status = Integer.parseInt(printed.substring(at + end.length(), printed.indexOf("]]", at)));
        return new Result(status, printed.substring(0, at));
    }

    /** Runs the command and returns its output; any status but 0 is an error. */
    public String need(String command, Duration limit) {
        Result result = run(command, limit);
        if (result.status() != 0) {
            throw new IllegalStateException(command + " ended with status " + result.status() + ": " + result.output());
        }
        return result.output().strip();
    }
}
