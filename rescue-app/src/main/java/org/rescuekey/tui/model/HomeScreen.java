package org.rescuekey.tui.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rescuekey.tui.keys.Binding;
import org.rescuekey.tui.keys.Key;
import org.rescuekey.tui.keys.Key.Kind;

/**
 * Where everything begins: what can be done, and the machine's disks as pictures.
 *
 * @param selected the chosen line of {@link HomeItem#of}
 * @param firstDisk the first disk in sight
 */
public record HomeScreen(int selected, int firstDisk) implements Screen {
    @Override
    public String title() {
        return "Home";
    }

    @Override
    public String about() {
        return "Here you choose what to do. Below stand the disks of this machine, each drawn to scale: every part is a"
                + " partition, and the filled share of it is in use; where that is not known, it is evenly shaded. Nothing is ever written to a disk before you have"
                + " seen a plan and confirmed it.";
    }

    @Override
    public List<Binding<Action>> bindings(Model model) {
        List<HomeItem> items = HomeItem.of(model);
        HomeItem chosen = items.get(Math.min(selected, items.size() - 1));
        List<Binding<Action>> bindings = new ArrayList<>();
        bindings.add(Bindings.enter(chosen.label(), "Does what the marked line says.")
                .unless(chosen.disabledReason(model)));
        if (model.isJobRunning()) {
            bindings.add(Binding.of(Action.SHOW_JOB, "Show the job", "Shows the job that runs.", Key.of('j')));
        }
        for (HomeItem item : items) {
            String help = item.label() + ": " + item.words() + ".";
            bindings.add(Binding.of(item.action(), item.label(), help, Key.of(item.letter()))
                    .unless(item.disabledReason(model))
                    .quiet());
        }
        bindings.add(Bindings.LOOK_AGAIN);
        Binding<Action> more = Binding.of(
                Action.PAGE_DOWN, "More disks", "Shows the next disks.", Key.of(Kind.PAGE_DOWN), Key.of(' '));
        bindings.add(more.quiet());
        bindings.add(
                Binding.of(Action.PAGE_UP, "Disks before", "Shows the disks before.", Key.of(Kind.PAGE_UP), Key.of('-'))
                        .quiet());
        bindings.addAll(Bindings.list(List.of()));
        return bindings;
    }

    @Override
    public Turn act(Model model, Action action) {
        List<HomeItem> items = HomeItem.of(model);
        return switch (action) {
            case CHOOSE ->
                act(model, items.get(Math.min(selected, items.size() - 1)).action());
            case UP, DOWN, FIRST, LAST ->
                Turn.of(model.replaceTop(new HomeScreen(Bindings.move(action, selected, items.size()), firstDisk)));
            case PAGE_UP, PAGE_DOWN -> Turn.of(model.replaceTop(turned(model, action)));
            case BACK_UP -> DiskScreen.open(model.experienced(), new DiskRole.Source());
            case RESTORE -> PlaceScreen.open(model.experienced(), new Purpose.Restore());
            case CLONE -> DiskScreen.open(model.experienced(), new DiskRole.CloneSource());
            case VERIFY -> PlaceScreen.open(model.experienced(), new Purpose.Verify());
            case IMAGES -> PlaceScreen.open(model.experienced(), new Purpose.Images());
            case LOG -> Turn.of(LogScreen.open(model.experienced()));
            case SHELL -> Turn.of(model.logged("Shell opened."), new Cmd.RunShell());
            case POWER -> Turn.of(model.push(new PowerScreen(0)));
            case QUIT -> Turn.of(model, new Cmd.Quit());
            case LOOK_AGAIN -> model.lookAgainAloud();
            case SHOW_JOB -> Turn.of(model.push(new RunScreen(false)));
            default -> Turn.of(model);
        };
    }

    private HomeScreen turned(Model model, Action action) {
        int disks = model.machine().map(machine -> machine.disks().size()).orElse(0);
        int next = action == Action.PAGE_DOWN ? firstDisk + 1 : firstDisk - 1;
        return new HomeScreen(selected, Math.clamp(next, 0, Math.max(0, disks - 1)));
    }

    /** The hint for who is here for the first time; empty later. */
    public static String hint(Model model) {
        return model.newcomer()
                ? "New here? " + Character.toString(HomeItem.BACK_UP.letter()).toUpperCase(Locale.ROOT)
                        + " saves a disk, R brings one back. F1 or ? helps on every screen."
                : "";
    }
}
