package org.rescuekey.tui;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.rescuekey.tui.model.Size;
import org.rescuekey.tui.view.Glyphs;
import org.rescuekey.tui.view.Look;
import org.rescuekey.tui.view.Palette;

/** The event loop with its threads, on a terminal in memory, over a service that tests hold and break. */
abstract class TextUiFixture {
    static final String ESC = "\u001B";

    final FakeLine line = new FakeLine(Size.STANDARD);
    final GatedService gate = new GatedService();
    final FakeHost host = new FakeHost();
    final CountingClock clock = new CountingClock();
    CompletableFuture<Integer> ui = new CompletableFuture<>();
    final TextUi textUi = new TextUi(gate, line, host, clock, new Look(Glyphs.UNICODE, Palette.CONSOLE));

    @BeforeEach
    void start() {
        ui = CompletableFuture.supplyAsync(() -> {
            try {
                return textUi.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @AfterEach
    void end() throws Exception {
        gate.open.countDown();
        gate.jobMayEnd.countDown();
        host.finish.countDown();
        line.hangUp();
        ui.get(30, TimeUnit.SECONDS);
        assertThat(line.isRaw()).isFalse();
    }

    void beginABackUp() throws Exception {
        gate.open.countDown();
        line.await("Samsung SSD 970");
        line.type("b");
        line.await("which disk");
        line.type("\r");
        line.await("[x] 4 Recovery");
        line.type("\r");
        line.await("nas:/images");
        line.type("\r");
        line.await("What will be done");
        line.type("\r");
    }
}
