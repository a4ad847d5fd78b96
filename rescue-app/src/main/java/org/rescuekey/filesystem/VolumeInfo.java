package org.rescuekey.filesystem;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.rescuekey.units.PlainText;

/**
 * What is known of a volume without a map of it.
 *
 * @param type what it holds
 * @param label the name that its user gave it; empty if none
 * @param identity its serial number or UUID, written the way that blkid writes it; empty if none
 * @param clusterBytes the size of its clusters; 0 if unknown
 * @param sizeBytes the size that the file system itself states; 0 if unknown
 * @param states what stands in the way of using it
 * @param notes sentences for the user on what is odd or could not be read
 */
public record VolumeInfo(
        FileSystemType type,
        String label,
        String identity,
        long clusterBytes,
        long sizeBytes,
        Set<VolumeState> states,
        List<String> notes) {
    /** What a volume says of itself is shown on a terminal and saved in reports, whoever made it. */
    public VolumeInfo {
        label = PlainText.of(label);
        identity = PlainText.of(identity);
        states = Set.copyOf(states);
        notes = notes.stream().map(PlainText::of).toList();
    }

    /** The same with one more state. */
    public VolumeInfo withState(VolumeState state) {
        Set<VolumeState> more = EnumSet.of(state);
        more.addAll(states);
        return new VolumeInfo(type, label, identity, clusterBytes, sizeBytes, more, notes);
    }

    /** The same with one more note. */
    public VolumeInfo withNote(String sentence) {
        List<String> more = new ArrayList<>(notes);
        more.add(sentence);
        return new VolumeInfo(type, label, identity, clusterBytes, sizeBytes, states, more);
    }
}
