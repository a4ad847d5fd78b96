package org.rescuekey.plan;

import java.util.List;
import java.util.stream.Collectors;
import org.rescuekey.units.ByteCount;

/**
 * Everything that a job will do, as a value: it prints, is compared and confirmed without touching a disk. Only the
 * engine acts on it, and on a target only once it is a {@link ConfirmedPlan}.
 *
 * @param kind the job
 * @param title one line: what, from where, to where
 * @param preconditions what must still hold when it runs
 * @param steps what is done, in this order
 * @param effects what is lost, what to know, what is there afterwards
 * @param bytesToRead the bytes read from the source or image
 * @param bytesToWrite the bytes written, an upper bound where compression decides
 * @param commandLine the same job on the command line
 * @param overwrites the disk whose content is overwritten, empty where nothing is
 * @param pictures the disks before and after, for reports; no part of what is confirmed
 */
public record Plan(
        JobKind kind,
        String title,
        List<Precondition> preconditions,
        List<Step> steps,
        List<Effect> effects,
        long bytesToRead,
        long bytesToWrite,
        String commandLine,
        Overwrite overwrites,
        List<DiskSketch> pictures) {

    /** A plan without pictures. */
    public Plan(
            JobKind kind,
            String title,
            List<Precondition> preconditions,
            List<Step> steps,
            List<Effect> effects,
            long bytesToRead,
            long bytesToWrite,
            String commandLine,
            Overwrite overwrites) {
        this(kind, title, preconditions, steps, effects, bytesToRead, bytesToWrite, commandLine, overwrites, List.of());
    }

    /** The same with other steps, such as those that say what was left open when it was made. */
    public Plan with(List<Step> otherSteps) {
        return new Plan(
                kind,
                title,
                preconditions,
                otherSteps,
                effects,
                bytesToRead,
                bytesToWrite,
                commandLine,
                overwrites,
                pictures);
    }

    /**
     * What a confirmation has to name.
     *
     * @param path the target's device, empty if nothing is overwritten
     * @param description the target in words: model, size, serial
     * @param phrase what a user types to confirm: the last four characters of the serial, or the size in GB
     * @param phraseMeaning what the phrase is, for the prompt
     * @param holdsData the target is not empty, so the phrase has to be typed
     */
    public record Overwrite(String path, String description, String phrase, String phraseMeaning, boolean holdsData) {
        public static final Overwrite NOTHING = new Overwrite("", "", "", "", false);

        public boolean isNothing() {
            return path.isEmpty();
        }
    }

    public Plan {
        preconditions = List.copyOf(preconditions);
        steps = List.copyOf(steps);
        effects = List.copyOf(effects);
        pictures = List.copyOf(pictures);
    }

    /** The same plan with pictures of its disks. */
    public Plan withPictures(List<DiskSketch> drawn) {
        return new Plan(
                kind, title, preconditions, steps, effects, bytesToRead, bytesToWrite, commandLine, overwrites, drawn);
    }

    public List<Effect> effects(Effect.Kind of) {
        return effects.stream().filter(effect -> effect.kind() == of).toList();
    }

    /** Sixteen hex digits of a SHA-256 over all of this: what a confirmation names. */
    public String digest() {
        return PlanDigest.of(this);
    }

    /** The plan as people read it; its last line is {@code plan DIGEST}. */
    public String toText() {
        StringBuilder text = new StringBuilder(title).append("\n\n");
        for (int i = 0; i < steps.size(); i++) {
            text.append(String.format(
                    java.util.Locale.ROOT, "%3d. %s%n", i + 1, steps.get(i).words()));
        }
        section(text, "What will be lost", Effect.Kind.LOSS);
        section(text, "Please note", Effect.Kind.WARNING);
        section(text, "What will be there", Effect.Kind.RESULT);
        section(text, "Before the first start", Effect.Kind.FIRST_START);
        text.append("\nReads ").append(ByteCount.text(bytesToRead));
        text.append(", writes at most ").append(ByteCount.text(bytesToWrite)).append('\n');
        text.append("Checked again before the first write:\n");
        text.append(preconditions.stream().map(c -> "  - " + c.words() + "\n").collect(Collectors.joining()));
        text.append("Command line: ").append(commandLine).append('\n');
        return text.append("plan ").append(digest()).append('\n').toString();
    }

    private void section(StringBuilder text, String heading, Effect.Kind of) {
        List<Effect> chosen = effects(of);
        if (!chosen.isEmpty()) {
            text.append('\n').append(heading).append(":\n");
            chosen.forEach(effect -> text.append("  - ").append(effect.words()).append('\n'));
        }
    }
}
