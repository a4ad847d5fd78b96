package org.rescuekey.cli;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine;

/** What {@code --partition N=M} names: partitions here, and where they go. */
final class PartitionPairs {
    private PartitionPairs() {}

    /** The pairs; what is none is an error of usage of that command. */
    static SortedMap<Integer, Integer> parse(List<String> partitions, CommandLine command) {
        SortedMap<Integer, Integer> pairs = new TreeMap<>();
        for (String text : partitions) {
            String[] ends = text.split("=", -1);
            try {
                int from = Integer.parseInt(ends[0]);
                int to = ends.length == 1 ? from : Integer.parseInt(ends[1]);
                if (ends.length > 2 || from < 1 || to < 1 || pairs.put(from, to) != null || twice(pairs, to)) {
                    throw usage(text, command);
                }
            } catch (NumberFormatException e) {
                throw usage(text, command);
            }
        }
        return pairs;
    }

    private static boolean twice(SortedMap<Integer, Integer> pairs, int to) {
        return pairs.values().stream().filter(number -> number == to).count() > 1;
    }

    private static CommandLine.ParameterException usage(String text, CommandLine command) {
        return new CommandLine.ParameterException(
                command, "--partition " + text + ": expected N or N=M, each number once");
    }
}
