package org.rescuekey.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rescuekey.plan.layout.Identities;
import org.rescuekey.plan.layout.LayoutRequest;
import org.rescuekey.plan.layout.Wish;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What goes where on a target, and how: the options that restore and clone share. */
final class WriteOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--partition",
            paramLabel = "N[=M]",
            description = "Only partition N, into partition M of the target; may be given several times.")
    private List<String> partitions = new ArrayList<>();

    @Option(
            names = "--delta",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Write only what differs from what the target holds; the default.")
    private boolean compare = true;

    @Option(
            names = "--layout",
            paramLabel = "LAYOUT",
            description = {
                "For a whole disk, where partitions go and how large they become:",
                "as-is: nothing moves, the default;",
                "fill: the last data partition takes the room that a larger target has, and on a smaller one what has most"
                        + " free space shrinks first;",
                "proportional: all data partitions grow or shrink alike."
            })
    private @Nullable String layout;

    @Option(
            names = "--size",
            paramLabel = "N=SIZE",
            description = {
                "For a whole disk: partition N becomes so large, such as 40G; may be given several times.",
                "All others keep their size."
            })
    private List<String> sizes = new ArrayList<>();

    @Option(
            names = "--identities",
            paramLabel = "WHICH",
            description = {
                "For a whole disk, what it and its partitions are known by:",
                "keep: as they were, because the old disk leaves this PC; the default;",
                "new: others, because both disks stay."
            })
    private String identities = "keep";

    @Option(
            names = "--changes-in",
            paramLabel = "FOLDER",
            description = "Where to keep what changes in volumes until it is written, if memory has no room for it.")
    private Optional<String> changesFolder = Optional.empty();

    /** How the whole disk is laid out. */
    LayoutRequest layout() {
        Identities known =
                switch (identities) {
                    case "keep" -> Identities.KEEP;
                    case "new" -> Identities.NEW;
                    default -> throw usage("--identities " + identities, "keep or new");
                };
        if (!sizes.isEmpty() && layout != null) {
            throw usage("--layout " + layout, "either --layout or --size");
        }
        return new LayoutRequest(sizes.isEmpty() ? wish(layout) : byHand(), known, changesFolder);
    }

    private Wish wish(@Nullable String name) {
        return switch (name) {
            case null -> Wish.AS_IS;
            case "as-is" -> Wish.AS_IS;
            case "fill" -> Wish.FILL;
            case "proportional" -> Wish.PROPORTIONAL;
            default -> throw usage("--layout " + name, "as-is, fill or proportional");
        };
    }

    private Wish byHand() {
        Map<Integer, Long> chosen = new TreeMap<>();
        for (String text : sizes) {
            String[] ends = text.split("=", -1);
            try {
                long bytes = new Sizes().convert(ends[ends.length - 1]);
                if (ends.length != 2 || bytes < 1 || chosen.put(Integer.parseInt(ends[0]), bytes) != null) {
                    throw usage("--size " + text, "N=SIZE such as 3=40G, each number once");
                }
            } catch (NumberFormatException | TypeConversionException e) {
                throw usage("--size " + text, "N=SIZE such as 3=40G, each number once");
            }
        }
        return new Wish.ByHand(chosen);
    }

    /** Whether the target is looked at first. */
    boolean compare() {
        return compare;
    }

    /** Partitions of the source or image, and where they go; empty for the whole disk. */
    SortedMap<Integer, Integer> pairs() {
        SortedMap<Integer, Integer> pairs = new TreeMap<>();
        for (String text : partitions) {
            String[] ends = text.split("=", -1);
            try {
                int from = Integer.parseInt(ends[0]);
                int to = ends.length == 1 ? from : Integer.parseInt(ends[1]);
                if (ends.length > 2 || from < 1 || to < 1 || pairs.put(from, to) != null || isTwice(pairs, to)) {
                    throw usage(text);
                }
            } catch (NumberFormatException e) {
                throw usage(text);
            }
        }
        return pairs;
    }

    private static boolean isTwice(SortedMap<Integer, Integer> pairs, int to) {
        return pairs.values().stream().filter(number -> number == to).count() > 1;
    }

    private ParameterException usage(String text) {
        return usage("--partition " + text, "N or N=M, each number once");
    }

    private ParameterException usage(String option, String expected) {
        return new ParameterException(spec.commandLine(), option + ": expected " + expected);
    }
}
