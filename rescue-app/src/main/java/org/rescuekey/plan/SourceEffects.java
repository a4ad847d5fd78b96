package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.rescuekey.filesystem.VolumeState;
import org.rescuekey.units.ByteCount;

/** What a plan says of the source that is captured: states, what is taken whole or left out, and why. Pure. */
final class SourceEffects {
    private SourceEffects() {}

    static List<Effect> of(Request.Capture request, SourceSurvey source, List<SourceSurvey.Stream> chosen) {
        List<Effect> effects = new ArrayList<>(of(request.coverage(), source, chosen, Use.CAPTURE));
        if (!request.partitions().isEmpty()) {
            effects.add(Effect.result(
                    "The image holds partition " + join(request.partitions()) + " only, and the partition table."));
        }
        return effects;
    }

    /** What becomes of a source, in the words for it. */
    enum Use {
        CAPTURE("captured", "after a restore", "captures"),
        CLONE("copied", "on the target", "copies");

        private final String done;
        private final String where;
        private final String does;

        Use(String done, String where, String does) {
            this.done = done;
            this.where = where;
            this.does = does;
        }
    }

    /** What is said of a source wherever it goes. */
    static List<Effect> of(Coverage coverage, SourceSurvey source, List<SourceSurvey.Stream> chosen, Use use) {
        List<Effect> effects = new ArrayList<>();
        source.table().findings().forEach(finding -> effects.add(Effect.warning(finding)));
        for (SourceSurvey.Stream stream : chosen) {
            stream.volume().ifPresent(volume -> {
                for (VolumeState state : new TreeSet<>(volume.states())) {
                    effects.add(Effect.warning(stream.subject() + " " + state.words() + ". It is " + use.done
                            + " as it is. " + state.remedy()));
                }
            });
            // What makes a note of a volume may make one of its map too.
            Set<String> notes = new LinkedHashSet<>();
            stream.volume().ifPresent(volume -> notes.addAll(volume.notes()));
            notes.addAll(stream.map().notes());
            notes.forEach(note -> effects.add(Effect.warning(stream.label() + ": " + note)));
            leftOut(stream, use).ifPresent(effects::add);
            if (stream.map().raw()
                    && coverage != Coverage.ALL
                    && !stream.map().reason().isEmpty()) {
                effects.add(Effect.warning("All sectors of " + stream.label() + " are " + use.done + ": "
                        + stream.map().reason()));
            }
        }
        boolean isHibernated = source.streams().stream()
                .flatMap(stream -> stream.volume().stream())
                .anyMatch(volume -> volume.states().contains(VolumeState.HIBERNATED));
        if (isHibernated && coverage == Coverage.NEEDED) {
            effects.add(Effect.result(
                    "A system of this disk is hibernated and may need all of its page files and swap spaces to"
                            + " go on, so their content is " + use.done + "."));
        }
        return effects;
    }

    /** Page files and the like, whose content would only take time and space. */
    private static Optional<Effect> leftOut(SourceSurvey.Stream stream, Use use) {
        if (stream.map().leftOut().isEmpty()) {
            return Optional.empty();
        }
        String names = stream.map().leftOut().stream()
                .map(each -> each.name() + " (" + ByteCount.text(each.sizeBytes()) + ")")
                .collect(Collectors.joining(", "));
        return Optional.of(Effect.result(
                "Left out of " + stream.label() + ": the content of " + names + ". The place stays, and reads as zeros "
                        + use.where + "; --page-files " + use.does + " the content too."));
    }

    private static String join(Iterable<Integer> numbers) {
        String text = java.util.stream.StreamSupport.stream(numbers.spliterator(), false)
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "none" : text;
    }
}
