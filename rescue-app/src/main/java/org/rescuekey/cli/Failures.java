package org.rescuekey.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.rescuekey.engine.JobState;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.PasswordNeededException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.error.WrongPasswordException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns what keeps a command from its result into words and an exit code: sentences on standard error, and with
 * {@code --json} one more line of JSON, {@code {"event": "error", "state", "words", "remedy", "exitCode"}}.
 */
final class Failures {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Context context;

    Failures(Context context) {
        this.context = context;
    }

    /** Of a command that was understood and failed. What is no expected failure is thrown on. */
    int explain(Exception thrown, ParseResult parsed) throws Exception {
        return switch (thrown) {
            case RefusedException refused ->
                tell("Refused: ", refused.reason(), refused.remedy(), JobState.REFUSED, parsed);
            case WrongPasswordException wrong -> tell("Refused: ", words(wrong), "", JobState.REFUSED, parsed);
            case PasswordNeededException needed ->
                tell(
                        "Refused: ",
                        words(needed),
                        "Give it with --password-file FILE or --password-fd N.",
                        JobState.REFUSED,
                        parsed);
            case CancelledException cancelled -> tell("", words(cancelled), "", JobState.CANCELLED, parsed);
            case RescueException expected -> tell("Failed: ", words(expected), "", JobState.FAILED, parsed);
            default -> throw thrown;
        };
    }

    /** Of words that are no command line. */
    int usage(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        boolean isFirstWord = wrong instanceof UnmatchedArgumentException && command.getParent() == null;
        context.err()
                .println(
                        isFirstWord
                                ? "There is no command or option \""
                                        + ((UnmatchedArgumentException) wrong)
                                                .getUnmatched()
                                                .getFirst() + "\"."
                                : wrong.getMessage());
        if (isFirstWord) {
            context.err()
                    .println("Commands: "
                            + String.join(", ", command.getSubcommands().keySet()) + ".");
        } else {
            command.usage(context.err());
        }
        context.err().println("\"" + command.getCommandSpec().qualifiedName() + " --help\" explains.");
        context.err().flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private int tell(String prefix, String words, String remedy, JobState state, ParseResult parsed) {
        if (wantsJson(parsed)) {
            ObjectNode node = MAPPER.createObjectNode()
                    .put("event", "error")
                    .put("state", state.name().toLowerCase(Locale.ROOT))
                    .put("words", words)
                    .put("remedy", remedy)
                    .put("exitCode", state.exitCode());
            context.out().println(node);
        }
        context.out().flush();
        context.err().println(prefix + words);
        if (!remedy.isEmpty()) {
            context.err().println(remedy);
        }
        context.err().flush();
        return state.exitCode();
    }

    private static String words(RescueException thrown) {
        return String.valueOf(thrown.getMessage());
    }

    private static boolean wantsJson(ParseResult parsed) {
        return parsed.asCommandLineList().stream()
                .map(CommandLine::getParseResult)
                .anyMatch(each -> each.hasMatchedOption("--json"));
    }
}
