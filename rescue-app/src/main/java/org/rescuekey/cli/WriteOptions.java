package org.rescuekey.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
        return new ParameterException(
                spec.commandLine(), "--partition " + text + ": expected N or N=M, each number once");
    }
}
