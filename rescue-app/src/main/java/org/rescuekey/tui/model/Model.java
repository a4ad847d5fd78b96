package org.rescuekey.tui.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.inventory.Machine;
import org.rescuekey.plan.ImageFacts;

/**
 * The whole state of the text UI. Immutable.
 *
 * @param size the terminal's
 * @param version the program's
 * @param ownsMachine the program runs on the booted stick: it offers to power off, and does not end by itself
 * @param now when the message came that made this model
 * @param ticks how often time has passed; what turns on the screen turns by it
 * @param lastTicket the last ticket given to a command
 * @param machineTicket the ticket of the last look at the machine that was asked for
 * @param machine what is known of the machine
 * @param job the job that runs, if one does
 * @param log what happened, the newest last
 * @param screens where the user is: {@link HomeScreen} first, the screen that is seen last; never empty
 * @param notice a line above the keys, such as why a key does nothing; empty if there is none
 * @param newcomer nothing was chosen yet, so the first hint is shown
 */
public record Model(
        Size size,
        String version,
        boolean ownsMachine,
        Instant now,
        int ticks,
        int lastTicket,
        int machineTicket,
        Load<Machine> machine,
        Optional<Job> job,
        List<LogEntry> log,
        List<Screen> screens,
        String notice,
        boolean newcomer) {

    /** The log keeps as many entries; a job that notes every bad sector must not fill the memory. */
    static final int MAX_LOG_ENTRIES = 2000;

    static final String LOOKING_AT_DISKS = "Looking at the disks ...";

    public Model {
        log = List.copyOf(log);
        screens = List.copyOf(screens);
    }

    /** The model at the start, before anything is known of the machine. */
    public static Model initial(String version, boolean ownsMachine, Size size, Instant now) {
        return new Model(
                size,
                version,
                ownsMachine,
                now,
                0,
                0,
                0,
                new Load.Pending<>(LOOKING_AT_DISKS),
                Optional.empty(),
                List.of(),
                List.of(new HomeScreen(0, 0)),
                "",
                true);
    }

    public Screen screen() {
        return screens.getLast();
    }

    public boolean isJobRunning() {
        return job.isPresent();
    }

    /** Something on the screen moves by itself, so the model wants to hear of time. */
    public boolean isMoving() {
        return job.isPresent() || machine.isPending() || screens.stream().anyMatch(Screen::isWaiting);
    }

    public Model at(Instant time) {
        return new Edit(this).now(time).done();
    }

    Model push(Screen screen) {
        List<Screen> more = new ArrayList<>(screens);
        more.add(screen);
        return new Edit(this).screens(more).done();
    }

    /** Without the screen on top; Home stays. */
    Model pop() {
        return screens.size() == 1
                ? this
                : new Edit(this).screens(screens.subList(0, screens.size() - 1)).done();
    }

    /** Without a screen of the stack and what lies above it, such as the help; Home stays. */
    Model below(Screen screen) {
        int index = screens.indexOf(screen);
        return index < 1
                ? this
                : new Edit(this).screens(screens.subList(0, index)).done();
    }

    /** With what is known of images by now, on the screens that show them; the one with a path is marked. */
    Model withImages(List<ImageFacts> images, String marked) {
        List<Screen> changed = new ArrayList<>(screens);
        changed.replaceAll(screen -> switch (screen) {
            case ImageScreen list -> list.with(images, marked);
            case VerifyScreen verify -> verify.with(images);
            default -> screen;
        });
        return new Edit(this).screens(changed).done();
    }

    /** Another screen in the place of one in the stack. */
    Model replace(Screen old, Screen with) {
        List<Screen> changed = new ArrayList<>(screens);
        changed.replaceAll(screen -> screen.equals(old) ? with : screen);
        return new Edit(this).screens(changed).done();
    }

    Model replaceTop(Screen with) {
        return replace(screen(), with);
    }

    /** Home, and perhaps one screen on it. */
    Model atHome(Screen... above) {
        List<Screen> fresh = new ArrayList<>();
        fresh.add(screens.getFirst());
        fresh.addAll(List.of(above));
        return new Edit(this).screens(fresh).done();
    }

    Model withNotice(String words) {
        return new Edit(this).notice(words).done();
    }

    Model withMachine(Load<Machine> read) {
        return new Edit(this).machine(read).done();
    }

    Model withJob(Optional<Job> running) {
        return new Edit(this).job(running).done();
    }

    Model withSize(Size now) {
        return new Edit(this).size(now).done();
    }

    Model ticked() {
        return new Edit(this).ticks(ticks + 1).done();
    }

    Model experienced() {
        return new Edit(this).newcomer(false).done();
    }

    /** A model with a new ticket, which is its {@link #lastTicket}. */
    Model withTicket() {
        return new Edit(this).lastTicket(lastTicket + 1).done();
    }

    Model logged(String words) {
        List<LogEntry> more = new ArrayList<>(log);
        more.add(new LogEntry(now, words));
        int surplus = Math.max(0, more.size() - MAX_LOG_ENTRIES);
        return new Edit(this).log(more.subList(surplus, more.size())).done();
    }

    /** Asks for a fresh look at the machine because the user wants it, and says so. */
    Turn lookAgainAloud() {
        return withNotice(LOOKING_AT_DISKS).lookAgain();
    }

    /** Asks for a fresh look at the machine; what is known stays in sight meanwhile. */
    Turn lookAgain() {
        Model asking = withTicket();
        Load<Machine> meanwhile = machine instanceof Load.Failed ? new Load.Pending<>(LOOKING_AT_DISKS) : machine;
        Model noted = new Edit(asking)
                .machine(meanwhile)
                .machineTicket(asking.lastTicket())
                .done();
        return Turn.of(noted, new Cmd.ReadMachine(noted.lastTicket()));
    }
}
