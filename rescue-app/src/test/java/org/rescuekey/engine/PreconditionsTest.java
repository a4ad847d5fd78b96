package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;

/** Whether a file is what the target is made of: only a file that is not there is certainly another one. */
final class PreconditionsTest {
    @TempDir
    private Path folder;

    private boolean liesOn(Path file, Path disk) throws RescueException {
        return Preconditions.liesOn(new FakeMachine("/images"), file.toString(), disk.toString());
    }

    @Test
    void whatCannotBeToldIsNoNo() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Path other = Files.createFile(folder.resolve("other"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        Path loop = folder.resolve("loop");
        Files.createSymbolicLink(loop, loop);
        assertThat(liesOn(file, link)).isTrue();
        assertThat(liesOn(file, other)).isFalse();
        assertThat(liesOn(file, folder.resolve("nothing"))).isFalse();
        assertThatThrownBy(() -> liesOn(file, loop))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("cannot be told");
    }
}
