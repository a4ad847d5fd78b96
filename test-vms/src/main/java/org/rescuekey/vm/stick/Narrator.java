package org.rescuekey.vm.stick;

import org.rescuekey.vm.console.SerialConsole;

/** Tells a person what happens, or nobody. */
public interface Narrator {
    /** Says nothing. */
    Narrator SILENT = new Narrator() {
        @Override
        public void step(String words) {}

        @Override
        public void screen(String caption, SerialConsole console) {}
    };

    /** A step begins. */
    void step(String words);

    /** The console's screen is worth a look. */
    void screen(String caption, SerialConsole console);
}
