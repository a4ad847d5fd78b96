package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.error.CancelledException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** The map beside an image: replaced as a whole, no reason to end a job, and of no job that was left behind. */
final class MapFileTest {
    private final List<String> notes = new ArrayList<>();
    private final DeviceWatch watch = new DeviceWatch();

    @TempDir
    Path folder;

    private MapFile file() {
        return MapFile.beside(folder.resolve("a.rkimg"), notes::add, watch);
    }

    private static RescueMap map(long readBytes) {
        return new RescueMap(
                1 << 20,
                "an-image",
                ExtentSet.of(new Extent(0, readBytes)),
                ExtentSet.empty(),
                ExtentSet.empty(),
                ExtentSet.empty(),
                RescueMap.COPYING,
                1);
    }

    @Test
    void theNewestStands() throws Exception {
        assertThat(file().isThere()).isFalse();
        assertThat(file().read()).isEmpty();
        file().write(map(512));
        file().write(map(4096));
        assertThat(file().isThere()).isTrue();
        assertThat(file().read().orElseThrow().read().totalBytes()).isEqualTo(4096);
        assertThat(notes).isEmpty();
        assertThat(folder.resolve("a.rkimg.map.new")).doesNotExist();
    }

    @Test
    void oneThatCannotBeWrittenOrReadIsToldOnce() throws Exception {
        Files.createDirectory(folder.resolve("a.rkimg.map.new"));
        MapFile file = file();
        file.write(map(512));
        file.write(map(512));
        assertThat(notes).singleElement().asString().contains("could not be written");
        Files.writeString(folder.resolve("a.rkimg.map"), "no map");
        assertThat(file.read()).isEmpty();
        assertThat(notes).hasSize(2).last().asString().contains("is not used");
    }

    /** A map of its own may have been begun by the job that came after it. */
    @Test
    void aJobThatWasLeftBehindReplacesNone() throws Exception {
        file().write(map(512));
        watch.leave();
        file().write(map(4096));
        assertThat(Files.readString(folder.resolve("a.rkimg.map"))).doesNotContain("0x00001000");
        assertThat(notes).isEmpty();
        assertThatThrownBy(() -> file().read()).isInstanceOf(CancelledException.class);
    }
}
