package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.TestBench.MIB;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.FileImageStore;
import org.rescuekey.image.ImageStore;

/** While an image is written, it is told once of each place in which the rest will not fit. */
final class RoomWatchTest {
    private static final long TOTAL = 1000 * MIB;

    private final List<String> notes = new ArrayList<>();
    private final Map<String, Long> free = new HashMap<>();
    private final List<ImageStore> places = new ArrayList<>();
    private int asked;
    private long fileBytes;

    private RoomWatch watch() {
        return new RoomWatch(() -> places, TOTAL, TOTAL / 20, notes::add, 10 * MIB);
    }

    private void place(String name, long freeBytes) {
        free.put(name, freeBytes);
        places.add(new UnflushedStore(new FileImageStore(Path.of(name))) {
            @Override
            public long freeBytes() throws RescueException {
                asked++;
                long now = free.getOrDefault(name, 0L);
                if (now < 0) {
                    throw new DeviceException("it does not say", DeviceException.EIO);
                }
                return now;
            }
        });
    }

    /** So many MiB of the source, of which half is stored and taken from all places. */
    private void done(RoomWatch watch, int mib) {
        for (int i = 0; i < mib; i++) {
            fileBytes += MIB / 2;
            free.replaceAll((name, bytes) -> bytes - MIB / 2);
            watch.done(MIB, MIB / 2, fileBytes);
        }
    }

    @Test
    void aPlaceThatHoldsTheRestIsNotSpokenOf() {
        place("/a", 501 * MIB);
        done(watch(), 1000);
        assertThat(notes).isEmpty();
        assertThat(asked).isBetween(40, 60);
    }

    @Test
    void aPlaceThatWillNotDoIsToldOfOnceWithItsFigures() {
        place("/a", 501 * MIB);
        place("/b", 400 * MIB);
        done(watch(), 700);
        assertThat(notes).hasSize(1);
        assertThat(notes.getFirst()).contains("in /b: 375.0 MiB are free", "about 475.0 MiB", "(100.0 MiB or more)");
    }

    @Test
    void tooLittleIsNotJudgedBy() {
        place("/a", 1 * MIB + 25 * MIB);
        done(watch(), 49);
        assertThat(notes).isEmpty();
    }

    @Test
    void roomThatGoesLaterIsNoticed() {
        place("/a", 600 * MIB);
        RoomWatch watch = watch();
        done(watch, 300);
        assertThat(notes).isEmpty();
        free.put("/a", 100 * MIB); // somebody else writes there too
        done(watch, 40);
        assertThat(notes).hasSize(1);
    }

    @Test
    void whatIsThereAlreadyIsNotStillToCome() {
        place("/a", 60 * MIB);
        RoomWatch watch = watch();
        fileBytes = 450 * MIB; // of a capture that is gone on with
        for (int i = 0; i < 900; i++) {
            watch.done(MIB, MIB / 2, fileBytes);
        }
        assertThat(asked).isPositive();
        assertThat(notes).isEmpty();
    }

    @Test
    void aPlaceThatDoesNotSayIsNotAskedAgain() {
        place("/a", -1);
        done(watch(), 500);
        assertThat(asked).isEqualTo(1);
        assertThat(notes).isEmpty();
    }
}
