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
    private static final Duration START_LIMIT = Duration.ofMinutes(20);
    private static final Duration SCREEN_LIMIT = Duration.ofMinutes(10);
    private static final Duration JOB_LIMIT = Duration.ofHours(1);
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
                titled("Home")
                        .and(lines -> lines.stream().anyMatch(line -> line.contains("serial")))
                        .and(offers("Back up")));
        narrator.screen("The stick has started", console);
    }

    /** Backs up the disk with this serial number to the place with this label. */
    public void backUp(String sourceSerial, String placeLabel) {
        console.type("b");
        choose("Back up: which disk", sourceSerial, "Choose what to back up");
        enter("Back up: what", "Choose where to");
        choose("Back up: where to", placeLabel, "Show the plan");
        enter("Back up: plan", "Start");
        awaitReport();
    }

    /** Verifies every block of the newest image in the place with this label. */
    public void verify(String placeLabel) {
        console.type("v");
        choose("Verify: where the image is", placeLabel, "List the images");
        enter("Verify: which image", "Choose how");
        enter("Verify: how", "Start");
        awaitReport();
    }

    /** Restores the newest image in the place with this label to the disk with this serial number. */
    public void restore(String placeLabel, String targetSerial) {
        console.type("r");
        choose("Restore: where the image is", placeLabel, "List the images");
        enter("Restore: which image", "Choose the target");
        choose("Restore: onto which disk", targetSerial, "Show what would happen");
        enter("Restore: before and after", "Show the plan");
        enter("Restore: plan", "Go to the confirmation");
        confirm(targetSerial);
        awaitReport();
    }

    /** From a report that says "complete" to power off. */
    public void powerOffFromReport() {
        console.type("p");
        enter("Power off", "Power off");
    }

    /** Goes back to Home from a report. */
    public void homeFromReport() {
        console.press(Key.ENTER);
        console.expect("the screen Home", SCREEN_LIMIT, titled("Home").and(offers("Back up")));
    }

    /** What overwrites data wants a part of the target's serial number typed; an empty target wants Enter. */
    private void confirm(String serial) {
        Predicate<List<String>> losesData = offers("Overwrite the target");
        console.expect(
                "the confirmation",
                SCREEN_LIMIT,
                titled("Restore: confirmation").and(losesData.or(offers("Write to the target"))));
        narrator.screen("What would be lost, and the confirmation", console);
        if (losesData.test(console.lines())) {
            console.type(serial.substring(serial.length() - 4));
        }
        console.press(Key.ENTER);
    }

    private void awaitReport() {
        Predicate<List<String>> ended = titled(": report").and(offers("Home")).or(titled("Refused"));
        console.expect(
                "the job to run",
                SCREEN_LIMIT,
                titled("Running")
                        .and(lines -> lines.stream().anyMatch(line -> line.contains("%")))
                        .or(ended));
        narrator.screen("The job runs", console);
        console.expect("the report", JOB_LIMIT, ended);
        narrator.screen("The report", console);
        if (console.lines().stream().map(TextUi::withoutScrollBar).noneMatch(COMPLETE::equals)) {
            throw new IllegalStateException("the job did not end complete:\n" + String.join("\n", console.lines()));
        }
    }

    /** A long report has a scroll bar in its last column. */
    private static String withoutScrollBar(String line) {
        return line.replaceAll("[█│]\\s*$", "").strip();
    }

    /** On the screen with this title, moves to the line with this text and chooses it. */
    private void choose(String title, String text, String offer) {
        console.expect(
                "the screen '" + title + "' with '" + text + "'",
                SCREEN_LIMIT,
                titled(title)
                        .and(isPainted(offer))
                        .and(lines ->
                                marked(lines).isPresent() && find(lines, text).isPresent()));
        int wanted = find(console.lines(), text).orElseThrow();
        for (int at = marked(console.lines()).orElseThrow(); at != wanted; ) {
            int next = at + Integer.signum(wanted - at);
            console.press(next > at ? Key.DOWN : Key.UP);
            console.expect(
                    "the next line to be marked",
                    SCREEN_LIMIT,
                    now -> marked(now).equals(OptionalInt.of(next)));
            at = next;
        }
        enter(title, offer);
    }

    /** On the screen with this title, presses Enter once the key bar says that Enter does this. */
    private void enter(String title, String offer) {
        console.expect(
                "the screen '" + title + "', where Enter means '" + offer + "'",
                SCREEN_LIMIT,
                titled(title).and(offers(offer)));
        narrator.screen(title, console);
        console.press(Key.ENTER);
    }

    /** The key bar, which is painted last, is that of this screen, whether its Enter can be pressed now or not. */
    private static Predicate<List<String>> isPainted(String label) {
        return lines -> lines.getLast().contains(label) && lines.getLast().contains("Help");
    }

    /** The key bar, which is painted last and so says that the screen is whole, offers this for Enter. */
    private static Predicate<List<String>> offers(String label) {
        return lines ->
                lines.getLast().contains("Enter " + label) && lines.getLast().contains("Help");
    }

    private static Predicate<List<String>> titled(String title) {
        return lines -> lines.getFirst().contains(PROGRAM) && lines.getFirst().contains(title);
    }

    /** The row of the marked line of a list. */
    private static OptionalInt marked(List<String> lines) {
        return IntStream.range(1, lines.size())
                .filter(row -> lines.get(row).strip().startsWith("> "))
                .findFirst();
    }

    /** The first row below the title with this text. */
    private static OptionalInt find(List<String> lines, String text) {
        return IntStream.range(1, lines.size())
                .filter(row -> lines.get(row).toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
