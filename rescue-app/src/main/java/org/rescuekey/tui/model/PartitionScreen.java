package org.rescuekey.tui.model;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.rescuekey.filesystem.VolumeState;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;

/**
 * Ticks the partitions of a disk that are backed up; at first all of them.
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
        return "All partitions are ticked: press Enter to back up the whole disk, which is what you want if the disk is"
                + " to come back as it was. Or leave some out with the space bar. Normally only what the file systems"
                + " use is read, without the content of page files and swap space; X reads these too, or every sector, also those"
                + " that are free.";
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        return Bindings.list(List.of(
                Bindings.enter("Choose where to", "Goes on with the ticked partitions.")
                        .unless(refusal()),
                Bindings.BACK,
                Binding.of(Action.TOGGLE, "Tick", "Ticks the marked partition, or leaves it out.", Key.of(' ')),
                Binding.of(Action.TOGGLE_ALL, "All", "Ticks all partitions, or none.", Key.of('a')),
                Binding.of(
                        Action.NEXT_COVERAGE,
                        switch (choice.nextCoverage()) {
                            case NEEDED -> "Used sectors";
                            case USED -> "Page files too";
                            case ALL -> "Every sector";
                        },
                        "Reads what the file systems use, without or with page files and swap space, or every sector.",
                        Key.of('x'))));
    }

    private String refusal() {
        if (choice.partitions().isEmpty()) {
            return "Tick at least one partition with the space bar.";
        }
        return choice.inUse().isEmpty() ? "" : "What is ticked is in use; by what is said below the list.";
    }

    /** What stands in the way of the marked partition's volume, and what can be done about it; empty if nothing. */
    public String stateOfSelected() {
        PartitionInfo partition = choice.source().partitions().get(selected);
        List<String> sentences = new ArrayList<>();
        partition.volume().ifPresent(volume -> {
            for (VolumeState state : new TreeSet<>(volume.states())) {
                sentences.add("Partition " + partition.number() + " " + state.words() + ". " + state.remedy());
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
