package org.rescuekey.platform.linux;

import java.io.IOException;
import java.nio.file.Path;

/** Runs a main class of the tests in a Java runtime of its own, for what happens when a program ends. */
final class ChildJvm {
    private ChildJvm() {}

    /** Returns the last line that it printed, whatever the runtime warned of before; fails unless it ended with 0. */
    static String run(Class<?> mainClass, String argument) throws IOException {
        String output = Shell.run(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass.getName(),
                argument);
        return output.lines().reduce("", (before, line) -> line);
    }
}
