package org.rescuekey.vm.stick;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.rescuekey.vm.console.Key;
import org.rescuekey.vm.console.SerialConsole;

/**
 * The stick's text UI, used as a person uses it: by what stands on the screen and by keys. Each job returns when
 * its report says "complete"; any other end is an error that shows the screen. One thread.
 */
public final class TextUi {
    private static final Duration START_LIMIT = Duration.ofMinutes(8);
    private static final Duration SCREEN_LIMIT = Duration.ofMinutes(5);
    private static final Duration JOB_LIMIT = Duration.ofMinutes(30);
    private static final String PROGRAM = "Rescue Key";
    private static final String COMPLETE = "C O M P L E T E";

    private final SerialConsole console;
    private final Narrator narrator;

    public TextUi(SerialConsole console, Narrator narrator) {
        this.console = console;
        this.narrator = narrator;
    }

    /** Waits for the first screen, with the disks on it. */
    public void awaitHome() {
        console.expect(
                "the screen Home with the disks",
                START_LIMIT,
                titled("Home").and(lines -> lines.stream().anyMatch(line -> line.contains("serial"))));
        narrator.screen("The stick has started", console);
    }

    /** Backs up the disk with this serial number to the place with this label. */
    public void backUp(String sourceSerial, String placeLabel) {
        console.type("b");
        choose("Back up: which disk", sourceSerial);
        enter("Back up: what");
        choose("Back up: where to", placeLabel);
        enter("Back up: plan");
        awaitReport();
    }

    /** Verifies every block of the newest image in the place with this label. */
    public void verify(String placeLabel) {
        console.type("v");
        choose("Verify: where the image is", placeLabel);
        chooseFirst("Verify: which image");
        enter("Verify: how");
        awaitReport();
    }

    /** Restores the newest image in the place with this label to the disk with this serial number. */
    public void restore(String placeLabel, String targetSerial) {
        console.type("r");
        choose("Restore: where the image is", placeLabel);
        chooseFirst("Restore: which image");
        choose("Restore: onto which disk", targetSerial);
        enter("Restore: before and after");
        enter("Restore: plan");
        confirm(targetSerial);
        awaitReport();
    }

    /** From a report that says "complete" to power off. */
    public void powerOffFromReport() {
        console.type("p");
        enter("Power off");
    }

    /** Goes back to Home from a report. */
    public void homeFromReport() {
        console.press(Key.ENTER);
        console.expect("the screen Home", SCREEN_LIMIT, titled("Home"));
    }

    /** What overwrites data wants a part of the target's serial number typed; an empty target wants Enter. */
    private void confirm(String serial) {
        console.expect("the confirmation", SCREEN_LIMIT, titled("Restore: confirmation"));
        narrator.screen("What would be lost, and the confirmation", console);
        if (console.lines().stream().anyMatch(line -> line.contains("Overwrite the target"))) {
            console.type(serial.substring(serial.length() - 4));
        }
        console.press(Key.ENTER);
    }

    private void awaitReport() {
        console.expect(
                "the job to run", SCREEN_LIMIT, titled("Running").or(isReport()).or(titled("Refused")));
        narrator.screen("The job runs", console);
        console.expect("the report", JOB_LIMIT, isReport().or(titled("Refused")));
        narrator.screen("The report", console);
        if (console.lines().stream().noneMatch(line -> line.strip().equals(COMPLETE))) {
            throw new IllegalStateException("the job did not end complete:\n" + String.join("\n", console.lines()));
        }
    }

    /** On the screen with this title, moves to the line with this text and chooses it. */
    private void choose(String title, String text) {
        console.expect(
                "the screen '" + title + "' with '" + text + "'",
                SCREEN_LIMIT,
                titled(title)
                        .and(lines ->
                                marked(lines).isPresent() && find(lines, text).isPresent()));
        List<String> lines = console.lines();
        int wanted = find(lines, text).orElseThrow();
        for (int at = marked(lines).orElseThrow(); at != wanted; ) {
            int next = at + Integer.signum(wanted - at);
            console.press(next > at ? Key.DOWN : Key.UP);
            console.expect(
                    "the next line to be marked",
                    SCREEN_LIMIT,
                    now -> marked(now).equals(OptionalInt.of(next)));
            at = next;
        }
        narrator.screen(title, console);
        console.press(Key.ENTER);
    }

    private void chooseFirst(String title) {
        console.expect(
                "the screen '" + title + "' with a line",
                SCREEN_LIMIT,
                titled(title).and(lines -> marked(lines).isPresent()));
        narrator.screen(title, console);
        console.press(Key.ENTER);
    }

    private void enter(String title) {
        console.expect("the screen '" + title + "'", SCREEN_LIMIT, titled(title));
        narrator.screen(title, console);
        console.press(Key.ENTER);
    }

    private static Predicate<List<String>> titled(String title) {
        return lines -> lines.getFirst().contains(PROGRAM) && lines.getFirst().contains(title);
    }

    private static Predicate<List<String>> isReport() {
        return titled(": report");
    }

    /** The row of the marked line of a list. */
    private static OptionalInt marked(List<String> lines) {
        return IntStream.range(1, lines.size())
                .filter(row -> lines.get(row).strip().startsWith("> "))
                .findFirst();
    }

    /** The row of the line of the list, which is not below an empty one, with this text. */
    private static OptionalInt find(List<String> lines, String text) {
        return IntStream.range(1, lines.size())
                .filter(row -> lines.get(row).toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
