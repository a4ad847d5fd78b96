package org.rescuekey.tui;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.inventory.Machine;
import org.rescuekey.tui.keys.Key;
import org.rescuekey.tui.keys.Key.Kind;
import org.rescuekey.tui.model.Cmd;
import org.rescuekey.tui.model.Model;
import org.rescuekey.tui.model.Msg;
import org.rescuekey.tui.model.Size;
import org.rescuekey.tui.model.Turn;
import org.rescuekey.tui.model.Update;

/**
 * Walks through the model as a user does: keys in, and the answers of a {@link FakeService} at once. Commands that run a
 * job or touch the host are only collected.
 */
public final class Walk {
    public static final Instant START = Instant.parse("2026-11-22T09:00:00Z");

    private final FakeService service;
    private final List<Cmd> commands = new ArrayList<>();
    private final SecretInput secret = new SecretInput();
    private Model model;
    private boolean answering = true;

    public Walk(Size size) {
        this(size, Invented.machine());
    }

    public Walk(Size size, Machine machine) {
        service = new FakeService(machine, Clock.fixed(START, ZoneOffset.UTC), 0);
        model = Model.initial("0.1.0", true, size, START);
        take(Update.start(model));
    }

    public Model model() {
        return model;
    }

    /** All commands so far that the walk did not answer itself. */
    public List<Cmd> commands() {
        return commands;
    }

    /** Types text, a key a character. */
    public Walk type(String text) {
        text.chars().forEach(c -> press(Key.of((char) c)));
        return this;
    }

    public Walk press(Kind... kinds) {
        for (Kind kind : kinds) {
            press(Key.of(kind));
        }
        return this;
    }

    public Walk press(Key key) {
        return hear(new Msg.Pressed(key));
    }

    public Walk hear(Msg message) {
        take(Update.update(model, message));
        return this;
    }

    /** From now on no command is answered, as if every disk had fallen asleep. */
    public Walk unanswered() {
        answering = false;
        return this;
    }

    /** Time passes. */
    public Walk after(long seconds) {
        model = model.at(model.now().plusSeconds(seconds));
        return this;
    }

    private void take(Turn turn) {
        model = turn.model();
        for (Cmd command : turn.commands()) {
            if (!answering) {
                commands.add(command);
                continue;
            }
            switch (command) {
                case Cmd.ReadMachine(int ticket) -> hear(new Msg.MachineRead(ticket, service.inventory()));
                case Cmd.ReadPlaces(int ticket) -> hear(new Msg.PlacesRead(ticket, service.places()));
                case Cmd.OpenPlace open -> hear(new Msg.PlaceOpened(open.ticket(), service.openPlace(open.place())));
                case Cmd.ReadImages read -> hear(new Msg.ImagesRead(read.ticket(), service.images(read.directory())));
                case Cmd.MakePlan make -> hear(new Msg.PlanMade(make.ticket(), service.plan(make.request())));
                case Cmd.TypeSecret(char character) -> secret.type(character);
                case Cmd.EraseSecret() -> secret.erase();
                case Cmd.RepeatSecret() -> secret.repeat();
                case Cmd.OfferNewPassword(int ticket) -> offer(ticket, "", "");
                case Cmd.OpenImages(int ticket, String image, String directory) -> offer(ticket, image, directory);
                default -> commands.add(command);
            }
        }
    }

    private void offer(int ticket, String image, String directory) {
        try {
            service.keys().offer(secret.take());
            if (!image.isEmpty()) {
                service.image(image);
            }
            hear(new Msg.PasswordTaken(
                    ticket, service.images(directory), service.keys().warnings()));
        } catch (RefusedException e) {
            hear(new Msg.Failed(ticket, e.reason(), e.remedy()));
        } catch (RescueException e) {
            hear(new Msg.Failed(ticket, String.valueOf(e.getMessage()), ""));
        }
    }
}
