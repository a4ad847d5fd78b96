package org.rescuekey.tui.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.rescuekey.filesystem.VolumeState;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;

/**
 * Ticks the partitions of a disk that are backed up; at first all of them. Of a disk without partitions only how much of it
 * is read can be chosen.
 *
 * @param choice the disk, the ticked partitions and how they are read
 * @param selected the marked line
 */
public record PartitionScreen(Purpose.BackUp choice, int selected) implements Screen {
    @Override
    public String title() {
        return "Back up: what";
    }

    @Override
    public String about() {
        String what = isWithoutPartitions()
                ? "The disk has no partitions: press Enter to back up all of it."
                : "All partitions are ticked: press Enter to back up the whole disk, which is what you want if the disk"
                        + " is to come back as it was. Or leave some out with the space bar.";
        return what + " Normally only what the file systems use is read, without the content of page files and swap"
                + " space; X reads these too, or every sector, also those that are free.";
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        Binding<Action> enter = Bindings.enter(
                        "Choose where to",
                        isWithoutPartitions() ? "Goes on with the disk." : "Goes on with the ticked partitions.")
                .unless(refusal());
        if (isWithoutPartitions()) {
            return List.of(enter, Bindings.BACK, Coverages.binding(choice.coverage()));
        }
        return Bindings.list(List.of(
                enter,
                Bindings.BACK,
                Binding.of(Action.TOGGLE, "Tick", "Ticks the marked partition, or leaves it out.", Key.of(' ')),
                Binding.of(Action.TOGGLE_ALL, "All", "Ticks all partitions, or none.", Key.of('a')),
                Coverages.binding(choice.coverage())));
    }

    private boolean isWithoutPartitions() {
        return choice.source().partitions().isEmpty();
    }

    private String refusal() {
        if (choice.partitions().isEmpty() && !isWithoutPartitions()) {
            return "Tick at least one partition with the space bar.";
        }
        String what = isWithoutPartitions() ? "The disk" : "What is ticked";
        return choice.inUse().isEmpty() ? "" : what + " is in use; by what is said below the list.";
    }

    /** What stands in the way of the volume of the marked partition, or of the whole disk, and what can be done about it; empty if nothing. */
    public String stateOfSelected() {
        Optional<PartitionInfo> partition = isWithoutPartitions()
                ? Optional.empty()
                : Optional.of(choice.source().partitions().get(selected));
        String subject = partition.map(part -> "Partition " + part.number()).orElse("The volume on this disk");
        List<String> sentences = new ArrayList<>();
        partition
                .map(PartitionInfo::volume)
                .orElse(choice.source().wholeDiskVolume())
                .ifPresent(volume -> {
                    for (VolumeState state : new TreeSet<>(volume.states())) {
                        sentences.add(subject + " " + state.words() + ". " + state.remedy());
                    }
                    sentences.addAll(volume.notes());
                });
        return String.join(" ", sentences);
    }

    @Override
    public Turn act(Model model, Action action) {
        List<PartitionInfo> partitions = choice.source().partitions();
        return switch (action) {
            case BACK -> Turn.of(model.pop());
            case CHOOSE -> PlaceScreen.open(model, choice);
            case TOGGLE -> {
                SortedSet<Integer> ticked = new TreeSet<>(choice.partitions());
                int number = partitions.get(selected).number();
                if (!ticked.remove(number)) {
                    ticked.add(number);
                }
                yield with(model, choice.withOther(ticked));
            }
            case TOGGLE_ALL -> {
                SortedSet<Integer> all = new TreeSet<>();
                partitions.forEach(partition -> all.add(partition.number()));
                yield with(model, choice.withOther(all.equals(choice.partitions()) ? new TreeSet<>() : all));
            }
            case NEXT_COVERAGE -> with(model, choice.withNextCoverage());
            default ->
                Turn.of(model.replaceTop(
                        new PartitionScreen(choice, Bindings.move(action, selected, partitions.size()))));
        };
    }

    private Turn with(Model model, Purpose.BackUp changed) {
        return Turn.of(model.replaceTop(new PartitionScreen(changed, selected)));
    }
}
