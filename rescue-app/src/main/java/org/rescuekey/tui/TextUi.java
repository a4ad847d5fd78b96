package org.rescuekey.tui;

import com.googlecode.lanterna.screen.Screen;
import com.googlecode.lanterna.screen.Screen.RefreshType;
import com.googlecode.lanterna.screen.TerminalScreen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.rescuekey.crypto.Password;
import org.rescuekey.engine.RescueService;
import org.rescuekey.error.RefusedException;
import org.rescuekey.tui.model.Cmd;
import org.rescuekey.tui.model.Model;
import org.rescuekey.tui.model.Msg;
import org.rescuekey.tui.model.PasswordScreen;
import org.rescuekey.tui.model.Size;
import org.rescuekey.tui.model.Turn;
import org.rescuekey.tui.model.Update;
import org.rescuekey.tui.view.Glyphs;
import org.rescuekey.tui.view.Look;
import org.rescuekey.tui.view.View;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the text UI on a terminal line: one event loop on the calling thread owns the model and the screen; keys, the
 * answers of background commands and the events of a job come to it as messages. The loop itself never waits for a disk.
 */
public final class TextUi {
    /** The program was told to end. */
    public static final int ENDED = 0;

    /** The terminal has gone; a job that was running has come to its end first. */
    public static final int HUNG_UP = 1;

    /** A signal ended the program, and a job that was running was cancelled. */
    public static final int INTERRUPTED = 130;

    private static final Logger LOG = LoggerFactory.getLogger(TextUi.class);
    /** A terminal that does not take what is drawn must not keep the program from ending. */
    private static final long LEAVING_SECONDS = 2;

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final RescueService service;
    private final TerminalLine line;
    private final TuiHost host;
    private final Clock clock;
    private final Look look;
    private final BlockingQueue<Msg> messages = new LinkedBlockingQueue<>();
    private final Worker worker;
    private final CountDownLatch left = new CountDownLatch(1);
    private volatile boolean hungUp;
    private volatile boolean ending;

    /** @param look what the terminal can show, see {@link Look#of} */
    public TextUi(RescueService service, TerminalLine line, TuiHost host, Clock clock, Look look) {
        this.service = service;
        this.line = line;
        this.host = host;
        this.clock = clock;
        this.look = look;
        this.worker = new Worker(service, host, clock, messages::add);
    }

    /**
     * Ends the UI from another thread: a running job is cancelled. Returns when that has ended and the screen was left, or
     * does not answer.
     */
    public void end() {
        ending = true;
        worker.end();
        messages.add(new Msg.Tick());
        try {
            if (!left.await(LEAVING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the terminal does not answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Shows the UI until the user ends it or the line is hung up.
     *
     * @return {@link #ENDED}, {@link #HUNG_UP} or {@link #INTERRUPTED}
     * @throws IOException if the terminal cannot be used at all
     */
    public int run() throws IOException {
        Size size = line.size().orElse(Size.STANDARD);
        boolean unicode = look.glyphs() == Glyphs.UNICODE;
        LineTerminal terminal =
                new LineTerminal(line, unicode ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII, size);
        Keyboard keyboard = new Keyboard(line, size, messages::add, this::hangUp);
        line.makeRaw();
        try (Screen screen = new TerminalScreen(terminal)) {
            screen.startScreen();
            screen.setCursorPosition(null);
            keyboard.start();
            Loop loop = new Loop(screen, terminal, keyboard);
            try {
                return loop.run(size);
            } finally {
                loop.secret.wipe();
                keyboard.close();
            }
        } catch (IOException e) {
            if (hungUp) {
                return HUNG_UP;
            }
            throw e;
        } finally {
            keyboard.close();
            keyboard.silenced(line::restore);
            left.countDown();
        }
    }

    private void hangUp() {
        hungUp = true;
        messages.add(new Msg.Tick());
    }

    /** The event loop and what it owns. */
    private final class Loop {
        private final Screen screen;
        private final LineTerminal terminal;
        private final Keyboard keyboard;
        private final SecretInput secret = new SecretInput();
        private Model model;
        private boolean ended;
        private boolean changed;

        Loop(Screen screen, LineTerminal terminal, Keyboard keyboard) {
            this.screen = screen;
            this.terminal = terminal;
            this.keyboard = keyboard;
            this.model = Model.initial(service.version(), host.ownsMachine(), Size.STANDARD, clock.instant());
        }

        int run(Size size) throws IOException {
            model = Model.initial(service.version(), host.ownsMachine(), size, clock.instant());
            take(Update.start(model));
            draw(RefreshType.COMPLETE);
            long nextTick = System.nanoTime() + TICK_NANOS;
            while (!ended) {
                for (Msg message : next(nextTick)) {
                    hear(message);
                }
                if (model.isMoving() && System.nanoTime() >= nextTick) {
                    hear(new Msg.Tick());
                    nextTick = System.nanoTime() + TICK_NANOS;
                }
                if (hungUp || ending) {
                    ended = !model.isJobRunning();
                } else if (changed && !ended) {
                    draw(RefreshType.DELTA);
                }
            }
            if (ending) {
                return INTERRUPTED;
            }
            return hungUp ? HUNG_UP : ENDED;
        }

        /** What has come; waits for it, but not beyond the next tick while something moves. */
        private List<Msg> next(long nextTick) {
            List<Msg> come = new ArrayList<>();
            try {
                long wait = model.isMoving() ? Math.max(0, nextTick - System.nanoTime()) : Long.MAX_VALUE;
                Msg first = messages.poll(wait, TimeUnit.NANOSECONDS);
                if (first != null) {
                    come.add(first);
                    messages.drainTo(come);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                ended = true;
            }
            return come;
        }

        /** A fault in a screen must not end a job: it is logged and said, and the UI goes on. */
        private void hear(Msg message) throws IOException {
            Model now = model.at(clock.instant());
            Turn turn;
            try {
                turn = Update.update(now, message);
            } catch (RuntimeException | Error e) { // a mistake in a screen must not end the program while a job runs
                LOG.error("internal error at {}", message instanceof Msg.Pressed ? "a key" : message, e);
                turn = Update.fault(now, e);
            }
            take(turn);
        }

        private void take(Turn turn) throws IOException {
            Size before = model.size();
            model = turn.model();
            changed = true;
            if (!model.size().equals(before)) {
                terminal.resize(model.size());
                screen.doResizeIfNecessary();
                draw(RefreshType.COMPLETE);
            }
            for (Cmd command : turn.commands()) {
                switch (command) {
                    case Cmd.Repaint() -> draw(RefreshType.COMPLETE);
                    case Cmd.Quit() -> ended = true;
                    case Cmd.RunShell() -> shell();
                    case Cmd.TypeSecret(char character) -> secret.type(character);
                    case Cmd.EraseSecret() -> secret.erase();
                    case Cmd.RepeatSecret() -> secret.repeat();
                    case Cmd.OpenImages open -> offer(open.ticket(), password -> worker.openImages(open, password));
                    case Cmd.OfferNewPassword(int ticket) ->
                        offer(ticket, password -> worker.offerNew(ticket, password));
                    default -> worker.perform(command);
                }
            }
            if (model.screens().stream().noneMatch(PasswordScreen.class::isInstance)) {
                secret.wipe();
            }
        }

        private void offer(int ticket, Consumer<Password> taker) {
            try {
                taker.accept(secret.take());
            } catch (RefusedException e) {
                messages.add(new Msg.Failed(ticket, e.reason(), e.remedy()));
            }
        }

        private void draw(RefreshType how) throws IOException {
            if (!hungUp) {
                try {
                    View.draw(screen.newTextGraphics(), model, look);
                } catch (RuntimeException | Error e) { // as above
                    LOG.error("internal error while drawing {}", model.screen().title(), e);
                    View.drawFault(screen.newTextGraphics(), e, look);
                }
                screen.refresh(how);
                changed = false;
            }
        }

        /** Leaves the terminal to a shell, and takes it back. A running job goes on; its events wait. */
        private void shell() throws IOException {
            String[] failure = {""};
            keyboard.silenced(() -> {
                screen.stopScreen();
                line.restore();
                try {
                    host.runShell();
                } catch (IOException e) {
                    failure[0] = "The shell could not be run: " + e.getMessage();
                } finally {
                    line.makeRaw();
                }
            });
            screen.startScreen();
            screen.setCursorPosition(null);
            draw(RefreshType.COMPLETE);
            messages.add(new Msg.HostDone(failure[0]));
        }
    }
}
