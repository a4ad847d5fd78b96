package org.rescuekey.cli;

import org.rescuekey.engine.Report;
import org.rescuekey.error.RescueException;
import picocli.CommandLine.Option;

/** What follows a job that is complete; after any other end the machine stays on. */
final class ThenOption {
    /** What can follow. */
    enum Then {
        stay,
        power_off,
        reboot;

        /** As it is typed. */
        @Override
        public String toString() {
            return name().replace('_', '-');
        }
    }

    /** Turns the machine off or starts it anew. */
    interface PowerSwitch {
        void powerOff() throws RescueException;

        void restart() throws RescueException;
    }

    @Option(
            names = "--then",
            paramLabel = "power-off|reboot",
            defaultValue = "stay",
            converter = Words.class,
            description = "What to do with this machine once the job is complete (exit code 0); after any other end it"
                    + " stays on.")
    private Then then = Then.stay;

    /** Reads what can follow. */
    static final class Words implements picocli.CommandLine.ITypeConverter<Then> {
        @Override
        public Then convert(String value) {
            for (Then each : Then.values()) {
                if (each.toString().equals(value)) {
                    return each;
                }
            }
            throw new picocli.CommandLine.TypeConversionException("'" + value + "' is neither power-off nor reboot");
        }
    }

    /** The last thing that a command does. */
    void follow(Context context, Report report) {
        if (then == Then.stay) {
            return;
        }
        if (!report.state().isSuccess()) {
            say(context, "The machine stays on: the job is not complete.");
            return;
        }
        say(context, then == Then.power_off ? "Complete: powering off." : "Complete: restarting.");
        try {
            if (then == Then.power_off) {
                context.powerSwitch().powerOff();
            } else {
                context.powerSwitch().restart();
            }
        } catch (RescueException e) {
            say(context, "The machine stays on: " + e.getMessage());
        }
    }

    private static void say(Context context, String words) {
        context.out().flush();
        context.err().println(words);
        context.err().flush();
    }
}
