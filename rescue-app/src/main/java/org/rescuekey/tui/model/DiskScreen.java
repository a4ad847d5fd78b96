package org.rescuekey.tui.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.PlanResult.Refused;
import org.rescuekey.plan.Request;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;

/**
 * Chooses the disk to back up, to restore to, to clone or to clone to. The choice is kept by path, so that a fresh look at the machine does not
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
        return switch (role) {
            case DiskRole.Source source -> "Back up: which disk";
            case DiskRole.Target target -> "Restore: onto which disk";
            case DiskRole.CloneSource source -> "Clone: which disk";
            case DiskRole.CloneTarget target -> "Clone: onto which disk";
        };
    }

    @Override
    public String about() {
        String lost = " What is on it now will be lost; before that you see a plan and confirm it. Disks that must not"
                + " be overwritten stay in the list and say why.";
        return switch (role) {
            case DiskRole.Source source -> "Choose the disk to back up. It is only read, never written.";
            case DiskRole.Target target -> "Choose the disk that the image is restored to." + lost;
            case DiskRole.CloneSource source ->
                "Choose the disk to clone. It is only read, never written. Nothing may change on it meanwhile: disks in"
                        + " use stay in the list and say why they cannot be chosen.";
            case DiskRole.CloneTarget target ->
                "Choose the disk that becomes a copy of the source." + lost + " Normally only what the file systems use"
                        + " is copied, without the content of page files and swap space; X copies these too, or every"
                        + " sector. D lets an SSD know what is not in use on it afterwards.";
        };
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        String refusal = selected(model)
                .map(role::refusalMark)
                .map(mark -> mark.isEmpty() ? "" : "This disk cannot be the " + role.word() + " (" + mark + ").")
                .orElse("There is no disk to choose.");
        String onward = "Goes on with the marked disk.";
        String plan = "Makes a plan for the marked disk; writes nothing.";
        Binding<Action> enter =
                switch (role) {
                    case DiskRole.Source source -> Bindings.enter("Choose what to back up", onward);
                    case DiskRole.CloneSource source -> Bindings.enter("Choose the target", onward);
                    case DiskRole.Target target -> Bindings.enter("Show what would happen", plan);
                    case DiskRole.CloneTarget target -> Bindings.enter("Make a plan", plan);
                };
        List<Binding<Action>> bindings = new ArrayList<>(List.of(enter.unless(refusal), Bindings.BACK));
        if (role instanceof DiskRole.CloneTarget(Cloning cloning)) {
            bindings.add(Coverages.binding(cloning.coverage()));
            bindings.add(Binding.of(
                    Action.TOGGLE_DISCARD,
                    cloning.discard() ? "Leave as is" : "Discard",
                    "Tells the target, if it is an SSD, what is not in use on it afterwards, or leaves that as it is.",
                    Key.of('d')));
        }
        bindings.add(Bindings.LOOK_AGAIN);
        return Bindings.list(bindings);
    }

    @Override
    public Turn act(Model model, Action action) {
        List<DiskInfo> disks = disks(model);
        Optional<DiskInfo> disk = selected(model);
        return switch (action) {
            case BACK -> Turn.of(model.pop());
            case LOOK_AGAIN -> model.lookAgainAloud();
            case NEXT_COVERAGE -> with(model, Cloning::withNextCoverage);
            case TOGGLE_DISCARD -> with(model, Cloning::withOtherDiscard);
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

    private Turn with(Model model, UnaryOperator<Cloning> change) {
        return Turn.of(
                role instanceof DiskRole.CloneTarget(Cloning cloning)
                        ? model.replaceTop(
                                new DiskScreen(new DiskRole.CloneTarget(change.apply(cloning)), selectedPath))
                        : model);
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
                yield Turn.of(model.push(new PartitionScreen(whole, 0)));
            }
            case DiskRole.Target target ->
                PlanningScreen.open(
                        model,
                        new Request.Restore(
                                target.image().path(), disk.path(), new TreeMap<>(), target.acceptUnreadable()),
                        Optional.of(new Pictures.Restored(target.image(), disk)));
            case DiskRole.CloneSource() -> open(model, new DiskRole.CloneTarget(Cloning.of(disk)));
            case DiskRole.CloneTarget(Cloning cloning) ->
                PlanningScreen.open(
                        model, cloning.request(disk), Optional.of(new Pictures.Cloned(cloning.source(), disk)));
        };
    }
}
