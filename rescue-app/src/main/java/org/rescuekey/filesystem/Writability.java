package org.rescuekey.filesystem;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether a volume's file system may be written into, as to change its size or to repair how it starts: not if its own system keeps
 * something back that would be written over it, or would not see what was changed.
 *
 * @param obstacles what stands in the way, the one to be met first at the start; empty if nothing does
 */
public record Writability(List<Obstacle> obstacles) {
    /** The order in which a user has to deal with them: whatever else is the matter may come of the first. */
    private static final List<VolumeState> ORDER = List.of(
            VolumeState.BITLOCKER_LOCKED,
            VolumeState.HIBERNATED,
            VolumeState.HAS_ERRORS,
            VolumeState.NEEDS_JOURNAL_REPLAY,
            VolumeState.DIRTY,
            VolumeState.RESIZE_PENDING);

    public Writability {
        obstacles = List.copyOf(obstacles);
    }

    /**
     * What stands in the way.
     *
     * @param words ends the sentence that the volume's name begins: "sda2 was not closed properly"
     * @param remedy what the user can do about it, as a sentence
     */
    public record Obstacle(String words, String remedy) {}

    /** By the states of a volume; where it has none, by the reason why what it says of itself cannot be relied on, if any. */
    static Writability of(VolumeInfo info, String reason) {
        List<Obstacle> obstacles = new ArrayList<>();
        for (VolumeState state : ORDER) {
            if (info.states().contains(state)) {
                obstacles.add(new Obstacle(state.words(), state.remedy()));
            }
        }
        if (obstacles.isEmpty() && !reason.isEmpty()) {
            obstacles.add(new Obstacle(
                    "cannot be written into safely (" + withoutStop(reason) + ")",
                    "Let its own system check the volume, or keep it as it is."));
        }
        return new Writability(obstacles);
    }

    /** One obstacle that is none of the states. */
    static Writability hindered(String words, String remedy) {
        return new Writability(List.of(new Obstacle(words, remedy)));
    }

    public boolean isAllowed() {
        return obstacles.isEmpty();
    }

    /** All obstacles in words that end the sentence that the volume's name begins; empty if there are none. */
    public String words() {
        return obstacles.stream().map(Obstacle::words).collect(Collectors.joining(", and "));
    }

    private static String withoutStop(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }
}
