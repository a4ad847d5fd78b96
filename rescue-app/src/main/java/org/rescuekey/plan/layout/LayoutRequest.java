package org.rescuekey.plan.layout;

import java.util.Optional;
import java.util.TreeMap;

/**
 * What a user asks for a whole disk that goes to a target.
 *
 * @param wish where its partitions go and how large they become
 * @param identities what it and they are known by
 * @param changesFolder where the changes of volumes may be kept until they are written, if memory has no room for them
 */
public record LayoutRequest(Wish wish, Identities identities, Optional<String> changesFolder) {
    /** The same with changes kept in memory. */
    public LayoutRequest(Wish wish, Identities identities) {
        this(wish, identities, Optional.empty());
    }

    /** Nothing becomes another. */
    public static final LayoutRequest AS_IT_IS = new LayoutRequest(Wish.AS_IS, Identities.KEEP);

    public boolean isAsItIs() {
        return wish.equals(Wish.AS_IS) && identities == Identities.KEEP;
    }

    /** The same on the command line, each option with a space before it; empty if it is what goes without saying. */
    public String commandLine() {
        String layout =
                switch (wish) {
                    case Wish.AsIs ignored -> "";
                    case Wish.Fill ignored -> " --layout fill";
                    case Wish.Proportional ignored -> " --layout proportional";
                    case Wish.ByHand(var sizes) -> {
                        StringBuilder text = new StringBuilder();
                        new TreeMap<>(sizes)
                                .forEach((number, bytes) -> text.append(" --size ")
                                        .append(number)
                                        .append('=')
                                        .append(bytes));
                        yield text.toString();
                    }
                };
        return layout
                + (identities == Identities.NEW ? " --identities new" : "")
                + changesFolder
                        .map(folder -> " --changes-in '" + folder.replace("'", "'\\''") + "'")
                        .orElse("");
    }
}
