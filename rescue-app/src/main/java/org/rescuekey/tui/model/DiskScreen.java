package org.rescuekey.tui.model;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.PlanResult.Refused;
import org.rescuekey.plan.Request;
import org.rescuekey.tui.keys.Binding;

/**
 * Chooses the disk to back up or to restore to. The choice is kept by path, so that a fresh look at the machine does not
 * move it to another disk.
 *
 * @param role what the disk is chosen for
 * @param selectedPath the path of the marked disk; the first disk is marked if there is none with it
 */
public record DiskScreen(DiskRole role, String selectedPath) implements Screen {
    static Turn open(Model model, DiskRole role) {
        DiskScreen screen = new DiskScreen(role, "");
        String first = screen.disks(model).stream()
                .filter(disk -> role.refusal(disk).isEmpty())
                .map(DiskInfo::path)
                .findFirst()
                .orElse("");
        return model.push(new DiskScreen(role, first)).lookAgain();
    }

    /** The disks as they are known now. */
    public List<DiskInfo> disks(Model model) {
        return model.machine().map(Machine::disks).orElse(List.of());
    }

    public Optional<DiskInfo> selected(Model model) {
        List<DiskInfo> disks = disks(model);
        return disks.stream()
                .filter(disk -> disk.path().equals(selectedPath))
                .findFirst()
                .or(() -> disks.stream().findFirst());
    }

    @Override
    public String title() {
        return role instanceof DiskRole.Source ? "Back up: which disk" : "Restore: onto which disk";
    }

    @Override
    public String about() {
        return role instanceof DiskRole.Source
                ? "Choose the disk to back up. It is only read, never written."
                : "Choose the disk that the image is restored to. What is on it now will be lost; before that you see a"
                        + " plan and confirm it. Disks that must not be overwritten stay in the list and say why.";
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        String refusal = selected(model)
                .map(role::refusalMark)
                .map(mark -> mark.isEmpty() ? "" : "This disk cannot be the target (" + mark + ").")
                .orElse("There is no disk to choose.");
        boolean source = role instanceof DiskRole.Source;
        Binding<Action> enter = Bindings.enter(
                        source ? "Choose what to back up" : "Show what would happen",
                        source ? "Goes on with the marked disk." : "Makes a plan for the marked disk; writes nothing.")
                .unless(refusal);
        return Bindings.list(List.of(enter, Bindings.BACK, Bindings.LOOK_AGAIN));
    }

    @Override
    public Turn act(Model model, Action action) {
        List<DiskInfo> disks = disks(model);
        Optional<DiskInfo> disk = selected(model);
        return switch (action) {
            case BACK -> Turn.of(model.pop());
            case LOOK_AGAIN -> model.lookAgainAloud();
            case CHOOSE -> disk.map(chosen -> choose(model, chosen)).orElse(Turn.of(model));
            default -> {
                int now = disk.map(disks::indexOf).orElse(0);
                int next = Bindings.move(action, now, disks.size());
                yield Turn.of(
                        disks.isEmpty()
                                ? model
                                : model.replaceTop(
                                        new DiskScreen(role, disks.get(next).path())));
            }
        };
    }

    private Turn choose(Model model, DiskInfo disk) {
        Optional<Refused> refusal = role.refusal(disk);
        if (refusal.isPresent()) {
            return Turn.of(model.withNotice(refusal.get().reason()));
        }
        return switch (role) {
            case DiskRole.Source() -> {
                TreeSet<Integer> all = disk.partitions().stream()
                        .map(PartitionInfo::number)
                        .collect(Collectors.toCollection(TreeSet::new));
                Purpose.BackUp whole = new Purpose.BackUp(disk, all, Coverage.NEEDED);
                yield all.isEmpty()
                        ? PlaceScreen.open(model, whole)
                        : Turn.of(model.push(new PartitionScreen(whole, 0)));
            }
            case DiskRole.Target target ->
                PlanningScreen.open(
                        model,
                        new Request.Restore(
                                target.image().path(), disk.path(), new TreeMap<>(), target.acceptUnreadable()),
                        Optional.of(new PlanningScreen.Picture(target.image(), disk)));
        };
    }
}
